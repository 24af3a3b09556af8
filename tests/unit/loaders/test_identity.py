from __future__ import annotations

import json

import pytest

from loaders import Keys
from loaders.identity.masking import holds_identity_number, masked, masked_row
from loaders.identity.references import Resolver
from schema.errors import ConfigurationError, InputError
from schema.nodes import PARTY
from tests.unit.loaders.desk import KEYS, NUMBER, PERSON, USCC

RESOLVER = Resolver("src", KEYS)


@pytest.mark.parametrize(
    ("labels", "text", "node_id"),
    [
        (("LegalEntity",), USCC, f"E:{USCC}"),
        (("LegalEntity",), f"e:{USCC.lower()}", f"E:{USCC}"),
        (("LegalEntity",), "17", "E:src:17"),
        (("LegalEntity",), "E:finbench:4611686018427388", "E:finbench:4611686018427388"),
        (("Person",), NUMBER, PERSON),
        (("Person",), "P:17", "P:src:17"),
        (("Person",), PERSON, PERSON),
        (("Household",), "123", "H:src:123"),
        (("Region",), "441283", "441283000000"),
        (("Loan",), "L1", "src:L1"),
        (("Loan",), "bank:L1", "bank:L1"),
        (PARTY, f"E:{USCC}", f"E:{USCC}"),
        (PARTY, f"P:{NUMBER}", PERSON),
        (PARTY, "H:123", "H:src:123"),
    ],
)
def test_references_become_node_ids(labels: tuple[str, ...], text: str, node_id: str) -> None:
    assert RESOLVER.reference(labels)(text) == node_id


@pytest.mark.parametrize(
    ("labels", "text", "rule"),
    [
        (PARTY, USCC, "reference.prefix"),
        (PARTY, "X:1", "reference.prefix"),
        (("LegalEntity", "Household"), "P:1", "reference.prefix"),
        (("LegalEntity",), USCC[:-1] + ("0" if USCC[-1] != "0" else "1"), "uscc.check_character"),
        (("Person",), NUMBER[:-1] + ("0" if NUMBER[-1] != "0" else "1"), "resident_id.check_digit"),
        (("Person",), "P:", "reference.form"),
        (("Region",), "44128", "region.length"),
        (("Household",), f"H:{NUMBER}", "text.identity_number"),
    ],
)
def test_a_wrong_reference_is_refused_by_a_named_rule(labels: tuple[str, ...], text: str, rule: str) -> None:
    with pytest.raises(InputError) as refused:
        RESOLVER.reference(labels)(text)
    assert getattr(refused.value, "rule", "") == rule


def test_identity_numbers_are_masked_wherever_they_stand() -> None:
    mistyped = NUMBER[:-1] + ("0" if NUMBER[-1] != "0" else "1")
    row = json.loads(masked_row(("record_id", "note"), (f"P-{NUMBER}", f"see {mistyped}, and 2024")))
    assert NUMBER not in row["record_id"]
    assert mistyped not in row["note"]
    assert row["note"].endswith(", and 2024")


def test_secret_columns_are_masked_whatever_they_hold() -> None:
    row = json.loads(masked_row(("identity_number", "name"), ("4412831980", "甲")))
    assert row == {"identity_number": "********", "name": "甲"}
    assert masked("x" * 500) == "x" * 200


def test_a_ragged_row_is_hidden_where_it_could_hold_a_secret() -> None:
    assert json.loads(masked_row(("record_id", "name"), ("1",))) == ["1"]
    assert json.loads(masked_row(("party", "value"), ("13800001111",))) == ["********"]


def test_keyed_hashes_depend_on_key_and_purpose() -> None:
    other = Keys(b"another key, 16+", 1)
    assert KEYS.contact_hash("１３８ 0000") == KEYS.contact_hash("1380000")
    assert KEYS.contact_hash("1380000") != other.contact_hash("1380000")
    assert KEYS.row_hash(["ab", "c"]) != KEYS.row_hash(["a", "bc"])
    assert "a key of a test" not in repr(KEYS)
    with pytest.raises(ConfigurationError):
        Keys(b"short", 1)


@pytest.mark.parametrize("written", ["ID{n}", "{a} {b} {c}", "{a}-{b}-{c}", "张三{n}号", "{w}", "x{n}y"])
def test_an_identity_number_in_any_dress_is_no_text(written: str) -> None:
    wide = "".join(chr(ord(c) + 0xFEE0) for c in NUMBER)
    text = written.format(n=NUMBER, a=NUMBER[:6], b=NUMBER[6:14], c=NUMBER[14:], w=wide)
    assert holds_identity_number(text)
    assert NUMBER[6:14] not in masked(text)


def test_a_registration_number_of_fifteen_digits_is_a_text() -> None:
    assert not holds_identity_number("440681000012345 甲公司")


def test_of_a_column_that_is_not_collected_nothing_is_kept() -> None:
    kept = masked_row(("record_id", "home_phone"), ("1", "13800138000"), {"record_id"})
    assert json.loads(kept) == {"record_id": "1"}
    assert json.loads(masked_row(("record_id", "home_phone"), ("1",), {"record_id"})) == ["*"]

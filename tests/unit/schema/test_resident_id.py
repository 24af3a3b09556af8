"""GB 11643: both forms, what is refused, and that nothing shows the number."""

from __future__ import annotations

from datetime import date

import pytest
from stdnum.cn import ric as oracle

from schema.errors import ConfigurationError, IdentifierInvalid
from schema.identifiers.resident_id import (
    birth_year,
    make_resident_id,
    mask,
    normalise,
    pseudonymous_person_id,
    validate_resident_id,
)

STANDARD = "11010519491231002X"  # the worked example printed in GB 11643-1999
KEY = b"a key for tests, never for use"


def test_the_example_of_the_standard() -> None:
    person = validate_resident_id(STANDARD)
    assert (person.number, person.region6, person.birth_on) == (STANDARD, "110105", date(1949, 12, 31))
    assert person.hints == ()
    assert birth_year(STANDARD) == 1949
    assert oracle.is_valid(STANDARD)


@pytest.mark.parametrize("text", ["110105491231002", "11010519491231002x", " 110105 19491231 002Ｘ"])
def test_every_written_form_is_one_number(text: str) -> None:
    assert normalise(text) == STANDARD
    assert mask(text) == mask(STANDARD)
    assert pseudonymous_person_id(text, KEY, 1) == pseudonymous_person_id(STANDARD, KEY, 1)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("", "resident_id.form"),
        ("11010519491231002", "resident_id.form"),
        ("1101051949123100XX", "resident_id.form"),
        ("110105194912310021", "resident_id.check_digit"),
        ("110105491331002", "resident_id.birth_date"),
        ("110105490229002", "resident_id.birth_date"),
        ("1" * 18, "resident_id.check_digit"),
    ],
)
def test_refusals_have_a_rule_and_never_quote_the_number(text: str, rule: str) -> None:
    with pytest.raises(IdentifierInvalid) as refusal:
        validate_resident_id(text)
    assert refusal.value.rule == rule
    assert not text or text not in refusal.value.detail


def test_a_birth_after_the_day_of_asking_is_refused() -> None:
    number = make_resident_id("441283", date(2026, 1, 2), 1)
    assert validate_resident_id(number, on=date(2026, 1, 2)).birth_on == date(2026, 1, 2)
    with pytest.raises(IdentifierInvalid):
        validate_resident_id(number, on=date(2026, 1, 1))


def test_region_is_a_hint_only() -> None:
    odd = make_resident_id("990000", date(1980, 1, 1), 1)
    assert validate_resident_id(odd).hints == ()  # cards of foreign residents start with 9
    unknown = make_resident_id("180000", date(1980, 1, 1), 1)
    assert [hint.rule for hint in validate_resident_id(unknown).hints] == ["resident_id.region"]
    permit = make_resident_id("830000", date(1980, 1, 1), 1)
    assert validate_resident_id(permit).hints == ()


def test_mask_hides_the_birth_date_of_valid_and_invalid_numbers() -> None:
    assert mask(STANDARD) == "110*************2X"
    assert mask("110105194912310021") == "110*************21"
    assert mask("12345678") == "********"
    assert "1949" not in repr(validate_resident_id(STANDARD))


def test_made_numbers_agree_with_the_oracle() -> None:
    for sequence in range(0, 1000, 37):
        number = make_resident_id("110105", date(1990, 2, 28), sequence)
        assert oracle.is_valid(number)
        assert normalise(number) == number


@pytest.mark.parametrize(
    ("region6", "birth_on", "sequence"),
    [("11010", date(1990, 1, 1), 1), ("110105", date(1990, 1, 1), 1000), ("110105", date(1899, 1, 1), 1)],
)
def test_make_refuses_malformed_parts(region6: str, birth_on: date, sequence: int) -> None:
    with pytest.raises(IdentifierInvalid):
        make_resident_id(region6, birth_on, sequence)


def test_pseudonym_depends_on_key_and_names_its_version() -> None:
    first = pseudonymous_person_id(STANDARD, KEY, 1)
    assert first.startswith("P:1:")
    assert len(first) == len("P:1:") + 32
    assert set(first[4:]) <= set("0123456789abcdef")
    other_key = pseudonymous_person_id(STANDARD, KEY[::-1], 1)
    assert other_key != first
    assert pseudonymous_person_id(STANDARD, KEY, 2) == "P:2:" + first[4:]
    # Pinned: ids written by one release must be found by the next.
    assert first == "P:1:3ac9f250675219921c72836f690d8a69"


@pytest.mark.parametrize(("key", "version"), [(b"short", 1), (KEY, 0)])
def test_weak_key_settings_are_refused(key: bytes, version: int) -> None:
    with pytest.raises(ConfigurationError):
        pseudonymous_person_id(STANDARD, key, version)

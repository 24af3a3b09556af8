"""ISO 17442 check digits, with python-stdnum as oracle."""

from __future__ import annotations

import pytest
from stdnum import lei as oracle

from schema.errors import IdentifierInvalid
from schema.identifiers.lei import make_lei, validate_lei

EXAMPLE = "213800KUD8LAJWSQ9D15"  # the worked example of python-stdnum's documentation


def test_valid_and_normalised() -> None:
    assert validate_lei(" 213800kud8lajwsq9d15 ") == EXAMPLE
    assert make_lei(EXAMPLE[:18]) == EXAMPLE


def test_oracle_agrees_on_every_pair_of_check_digits() -> None:
    for check in range(100):
        text = f"{EXAMPLE[:18]}{check:02d}"
        if oracle.is_valid(text):
            assert validate_lei(text) == text
        else:
            with pytest.raises(IdentifierInvalid):
                validate_lei(text)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("", "lei.form"),
        (EXAMPLE[:19], "lei.form"),
        (EXAMPLE[:18] + "XX", "lei.form"),
        (EXAMPLE[:18] + "16", "lei.check_digits"),
    ],
)
def test_refusals(text: str, rule: str) -> None:
    with pytest.raises(IdentifierInvalid) as refusal:
        validate_lei(text)
    assert refusal.value.rule == rule


def test_make_refuses_a_malformed_body() -> None:
    with pytest.raises(IdentifierInvalid):
        make_lei("213800")

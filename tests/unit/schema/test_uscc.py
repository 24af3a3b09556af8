"""GB 32100: the fifty public codes, the traps, and python-stdnum as an independent oracle."""

from __future__ import annotations

import pytest
from stdnum.cn import uscc as oracle

from schema.errors import IdentifierInvalid
from schema.identifiers.uscc import (
    DEPARTMENT_CLASSES,
    USCC_ALPHABET,
    make_uscc,
    organisation_code_check_character,
    uscc_check_character,
    validate_organisation_code,
    validate_uscc,
)

# Codes of public registers as quoted in python-stdnum issue 207. The second list comes from a published
# spreadsheet that lost the last three digits.
GENUINE = (
    "91420684MA4927PJ7B",
    "91620105794891756D",
    "121200004013590816",
    "914112810713741814",
    "913505007821784439",
    "913304007429141869",
    "9144060573144633XL",
    "91110000600037341L",
    "91440300568520498A",
    "91371082775260043P",
    "91320214745555318W",
    "91442000696462712R",
    "91120224064012553U",
    "913205056082348768",
    "9144030071526726XG",
    "91110000710926094P",
    "91310000631696382C",
    "91310000797046224D",
    "913101153325803473",
    "913101203509708598",
    "9131012056010553X5",
    "91310112087994932F",
    "91310116052958608G",
    "91310115MA1K3BTP2B",
    "913101145852519045",
    "91310116076409427L",
    "913101127033980359",
    "91620105670820315R",
    "91620105784023285J",
    "91620105773422168Y",
    "9162010558590643X0",
    "91620105MA73NBBLXE",
    "91620105566408785F",
    "91620105MA71T4YW8Q",
    "91620105660017457X",
    "91620105686057422K",
    "91620105571630591E",
    "91620105750906995R",
    "91620105585923360D",
    "91620105571627966C",
    "9162010567592034XQ",
    "91620105551270533Y",
)
TRUNCATED = (
    "916201055811843000",
    "916201055811872000",
    "916201055716048000",
    "916201056903518000",
    "916201057565529000",
    "916201056903856000",
    "916201056654020000",
    "916201052243673000",
)


def rule_of(text: str) -> str:
    with pytest.raises(IdentifierInvalid) as refusal:
        validate_uscc(text)
    assert refusal.value.detail
    return refusal.value.rule


def test_all_fifty_public_codes_are_judged_right() -> None:
    assert len(GENUINE) + len(TRUNCATED) == 50
    assert [validate_uscc(code).code for code in GENUINE] == list(GENUINE)
    assert {rule_of(code) for code in TRUNCATED} == {"uscc.spreadsheet_truncation"}


@pytest.mark.parametrize("code", GENUINE)
def test_genuine_codes_are_without_hints_and_can_be_made_again(code: str) -> None:
    uscc = validate_uscc(code)
    assert uscc.hints == ()
    assert make_uscc(uscc.department_class, uscc.region6, uscc.organisation_code[:8]) == code
    assert validate_organisation_code(uscc.organisation_code) == code[8:17]


def test_parts() -> None:
    uscc = validate_uscc("91420684MA4927PJ7B")
    assert (uscc.department_class, uscc.region6, uscc.organisation_code) == ("91", "420684", "MA4927PJ7")


@pytest.mark.parametrize(
    "text",
    [
        " 91420684ma4927pj7b\n",
        "9142 0684 MA49 27PJ 7B",
        "９１４２０６８４ＭＡ４９２７ＰＪ７Ｂ",
        "\ufeff91420684MA4927PJ7B",
    ],
)
def test_widths_case_and_spaces_are_normalised(text: str) -> None:
    assert validate_uscc(text).code == "91420684MA4927PJ7B"


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("", "uscc.empty"),
        ("　 ", "uscc.empty"),
        ("91420684MA4927PJ7", "uscc.length"),
        ("91420684MA4927PJ7BB", "uscc.length"),
        ("0" * 18, "uscc.placeholder"),
        ("0" * 17 + "X", "uscc.placeholder"),
        ("1" * 18, "uscc.placeholder"),
        ("91420684MA4927PJOB", "uscc.alphabet"),
        ("91420684MA4927PJ-B", "uscc.alphabet"),
        ("91420684MA4927PJ7C", "uscc.check_character"),
        ("9.1620105581E+17", "uscc.spreadsheet_truncation"),
        ("916201055811843000.0", "uscc.spreadsheet_truncation"),
    ],
)
def test_each_refusal_has_its_own_rule(text: str, rule: str) -> None:
    assert rule_of(text) == rule


def test_zeros_at_the_end_of_a_valid_code_are_no_truncation() -> None:
    # The truncation rule needs the failing check as well: search a valid code that ends in 000.
    bodies = (f"{n:07d}" for n in range(100_000))
    codes = (
        make_uscc("91", "110000", f"{body}0")
        for body in bodies
        if organisation_code_check_character(f"{body}0") == "0"
    )
    code = next(code for code in codes if code.endswith("000"))
    assert validate_uscc(code).code == code


def test_a_code_with_letters_was_not_truncated_by_a_spreadsheet() -> None:
    # A spreadsheet rounds numbers only; a text that happens to end in 000 is a plain mistake.
    assert rule_of("91420684MA49270000") == "uscc.check_character"


def test_inner_organisation_code_is_checked_although_the_outer_check_passes() -> None:
    first17 = "91110000600037342"  # the organisation code 60003734 ends in 1
    code = first17 + uscc_check_character(first17)
    assert oracle.is_valid(code)
    assert rule_of(code) == "uscc.organisation_code"


@pytest.mark.parametrize("department_class", ["N1", "N2", "N3", "A1", "Y1", "51", "92", "93"])
def test_known_classes_pass_without_hint(department_class: str) -> None:
    uscc = validate_uscc(make_uscc(department_class, "441283", "MF012345"))
    assert uscc.hints == ()
    assert uscc.department_class in DEPARTMENT_CLASSES


def test_unknown_class_and_region_are_hints_only() -> None:
    assert [hint.rule for hint in validate_uscc(make_uscc("97", "441283", "MA012345")).hints] == [
        "uscc.department_class"
    ]
    assert [hint.rule for hint in validate_uscc(make_uscc("91", "990000", "MA012345")).hints] == [
        "uscc.region"
    ]
    assert [hint.rule for hint in validate_uscc(make_uscc("91", "A00000", "MA012345")).hints] == [
        "uscc.region"
    ]
    assert validate_uscc(make_uscc("91", "100000", "MA012345")).hints == ()  # registered nationally


def test_oracle_agrees_on_public_codes_and_every_last_character() -> None:
    for code in GENUINE:
        for last in USCC_ALPHABET:
            ours = last == code[17]
            assert oracle.is_valid(code[:17] + last) is ours
            assert (uscc_check_character(code[:17]) == last) is ours


def test_known_differences_from_the_oracle() -> None:
    collective = make_uscc("N2", "441283", "MF012345")
    assert validate_uscc(collective).code == collective
    assert not oracle.is_valid(collective)  # it demands digits in the first eight places
    assert oracle.is_valid("0" * 18)  # and takes the placeholder for a code
    assert rule_of("0" * 18) == "uscc.placeholder"


@pytest.mark.parametrize("text", ["60003734-1", "600037341", "ma4927pj-7", "D2143569-X"])
def test_organisation_codes(text: str) -> None:
    assert validate_organisation_code(text) == text.replace("-", "").upper()


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("60003734-2", "organisation_code.check_character"),
        ("6000373", "organisation_code.form"),
        ("6000373_1", "organisation_code.form"),
    ],
)
def test_bad_organisation_codes(text: str, rule: str) -> None:
    with pytest.raises(IdentifierInvalid) as refusal:
        validate_organisation_code(text)
    assert refusal.value.rule == rule


@pytest.mark.parametrize(
    "parts", [("91", "11000", "60003734"), ("91", "11000O", "60003734"), ("9", "110000", "6000373")]
)
def test_make_refuses_malformed_parts(parts: tuple[str, str, str]) -> None:
    with pytest.raises(IdentifierInvalid):
        make_uscc(*parts)

"""Laws of identifiers, money and periods that hold for every input."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from stdnum.cn import uscc as stdnum_uscc

from schema.errors import IdentifierInvalid, InputError
from schema.identifiers.lei import make_lei, validate_lei
from schema.identifiers.names import normalise_name, parse_name
from schema.identifiers.resident_id import make_resident_id, mask, validate_resident_id
from schema.identifiers.uscc import DEPARTMENT_CLASSES, USCC_ALPHABET, make_uscc, validate_uscc
from schema.money import MAX_FEN, MoneyUnit, allocate_largest_remainder, format_yuan, parse_money
from schema.periods import Period, add_years, as_days, from_days, parse_date

DIGITS = "0123456789"
FULL_WIDTH = {ord(c): ord(c) + 0xFEE0 for c in USCC_ALPHABET}

region6 = st.text(DIGITS, min_size=6, max_size=6)
department_classes = st.sampled_from(sorted(DEPARTMENT_CLASSES))
usccs = st.builds(
    make_uscc, department_classes, region6, st.text(USCC_ALPHABET, min_size=8, max_size=8)
).filter(
    lambda code: len(set(code[:17])) > 1  # a placeholder is refused before any check
)
births = st.dates(date(1900, 1, 1), date(2026, 1, 1))
resident_ids = st.builds(make_resident_id, region6, births, st.integers(0, 999))
days = st.dates(date(1990, 1, 1), date(1990, 3, 1))  # close together, so that periods do meet
limits = st.none() | days


@st.composite
def periods(draw: st.DrawFn) -> Period:
    start, end = draw(limits), draw(limits)
    assume(start is None or end is None or start < end)
    return Period(start, end)


@given(usccs)
def test_valid_uscc_round_trips_in_every_way_to_write_it(code: str) -> None:
    for written in (code, code.lower(), code.translate(FULL_WIDTH), f" {code[:8]} {code[8:]}\t"):
        uscc = validate_uscc(written)
        assert uscc.code == code
    assert make_uscc(uscc.department_class, uscc.region6, uscc.organisation_code[:8]) == code


@given(usccs, st.integers(0, 17), st.sampled_from(USCC_ALPHABET))
def test_any_single_wrong_character_of_a_uscc_is_detected(code: str, position: int, character: str) -> None:
    assume(code[position] != character)
    with pytest.raises(IdentifierInvalid):
        validate_uscc(code[:position] + character + code[position + 1 :])


@given(usccs)
def test_uscc_agrees_with_stdnum_where_it_knows_the_code(code: str) -> None:
    assert stdnum_uscc.is_valid(code) is code[:2].isdigit()


@given(st.text(max_size=40))
def test_no_text_breaks_the_readers_of_money_and_dates(text: str) -> None:
    with suppress(InputError):
        parse_money(text, MoneyUnit.YUAN)
    with suppress(InputError):
        parse_date(text)


@given(st.text(max_size=40))
def test_no_text_breaks_a_validator(text: str) -> None:
    for validate in (validate_uscc, validate_resident_id, validate_lei, parse_name):
        with suppress(IdentifierInvalid):  # any other exception fails the test
            validate(text)
    assert normalise_name(normalise_name(text)) == normalise_name(text)


@given(resident_ids)
def test_resident_id_round_trips_and_its_mask_hides_the_birth(number: str) -> None:
    person = validate_resident_id(number)
    assert make_resident_id(person.region6, person.birth_on, int(number[14:17])) == number
    assert mask(number) == number[:3] + "*" * 13 + number[-2:]


@given(resident_ids, st.integers(0, 17), st.sampled_from(DIGITS))
def test_any_single_wrong_digit_of_a_resident_id_is_detected(number: str, position: int, digit: str) -> None:
    assume(number[position] != digit)
    with pytest.raises(IdentifierInvalid):
        validate_resident_id(number[:position] + digit + number[position + 1 :])


@given(st.text(DIGITS + "ABCXYZ", min_size=18, max_size=18))
def test_lei_round_trips(body: str) -> None:
    assert validate_lei(make_lei(body)[:20].lower()) == make_lei(body)


@given(st.integers(-MAX_FEN, MAX_FEN))
def test_money_round_trips(fen: int) -> None:
    assert parse_money(format_yuan(fen), MoneyUnit.YUAN) == fen
    assert parse_money(str(fen), MoneyUnit.FEN) == fen


@given(st.integers(-(10**15), 10**15), st.lists(st.integers(0, 10**9), min_size=1, max_size=30))
def test_shares_sum_exactly_and_are_within_one_fen_of_proportional(total: int, weights: list[int]) -> None:
    assume(any(weights))
    shares = allocate_largest_remainder(total, weights)
    assert sum(shares) == total
    for share, weight in zip(shares, weights, strict=True):
        assert abs(share - Fraction(total * weight, sum(weights))) < 1
        assert weight or not share


@given(periods(), periods(), days)
def test_half_open_algebra(a: Period, b: Period, day: date) -> None:
    both = a.intersection(b)
    assert both == b.intersection(a)
    assert a.overlaps(b) is b.overlaps(a) is (both is not None)
    assert (a.contains(day) and b.contains(day)) is (both is not None and both.contains(day))
    assert a.intersection(a) == a


@given(periods(), days)
def test_a_period_cut_in_two_holds_every_day_once(whole: Period, cut: date) -> None:
    assume(whole.contains(cut) and whole.valid_from != cut)
    left, right = Period(whole.valid_from, cut), Period(cut, whole.valid_to)
    assert not left.overlaps(right)
    for number in range(as_days(date(1989, 12, 25)), as_days(date(1990, 3, 10))):
        day = from_days(number)
        assert left.contains(day) + right.contains(day) == whole.contains(day)


@given(periods())
def test_inclusive_end_round_trips(period: Period) -> None:
    assert Period.from_inclusive_end(period.valid_from, period.last_day) == period


@given(st.dates(date(1901, 1, 1), date(2098, 12, 31)), st.integers(-50, 50))
def test_dates_round_trip(day: date, years: int) -> None:
    for text in (f"{day}", f"{day:%Y%m%d}", f"{day:%Y/%m/%d}", f"{day.year}年{day.month}月{day.day}日"):
        assert parse_date(text).day == day
    assert from_days(as_days(day)) == day
    moved = add_years(day, years)
    assert (moved.year, moved.month) == (day.year + years, day.month)
    assert moved.day == day.day or (day.month, day.day, moved.day) == (2, 29, 28)

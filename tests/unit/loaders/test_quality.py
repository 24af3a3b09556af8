"""The four measures of a batch, each on the smallest file that shows it."""

from __future__ import annotations

import datetime as dt

import pytest

from loaders.identity.references import Resolver
from loaders.profile import Profile
from loaders.quality import Quality, Thresholds, age_in_days, quality_of
from loaders.staging import stage
from schema.datasets import DATASETS
from tests.unit.loaders.desk import KEYS, OTHER_USCC, USCC, rows_of

HEADER = "record_id,party,name,awarded_on"
GOOD = f"t1,E:{USCC},甲,2020-01-01"


def measured(*lines: str, code: str = "TRADEMARK", age: int = 0) -> Quality:
    dataset = DATASETS[code]
    assert dataset.kind is not None
    profile = Profile(code, dataset.kind, constants=dataset.constants, key=dataset.key)
    rows = rows_of("\n".join(lines) + "\n")
    return quality_of(rows, profile, stage(rows, profile, "S", Resolver("S", KEYS)), dataset, age)


def test_s3_03_a_perfect_batch_has_four_ones() -> None:
    assert measured(HEADER, GOOD, f"t2,E:{OTHER_USCC},乙,2020-01-01") == Quality(1.0, 1.0, 1.0, 1.0)


def test_s3_03_completeness_counts_empty_cells_of_key_fields_and_missing_columns() -> None:
    # party, name, awarded_on are the key fields; a name is missing in one of two rows, then in all.
    assert measured(HEADER, GOOD, f"t2,E:{OTHER_USCC},,2020-01-01").completeness == pytest.approx(5 / 6)
    assert measured("record_id,party,awarded_on", f"t1,E:{USCC},2020-01-01").completeness == pytest.approx(
        2 / 3
    )


def test_s3_03_validity_counts_rows_with_any_fault_but_repetition() -> None:
    bad = f"t2,E:{OTHER_USCC},乙,some day"
    assert measured(HEADER, GOOD, bad).validity == 0.5
    assert measured(HEADER, GOOD, f"t1,E:{USCC},other,2020-01-01").validity == 1.0


def test_s3_03_uniqueness_counts_repeats_and_contradictions() -> None:
    assert measured(HEADER, GOOD, GOOD).uniqueness == 0.5
    assert measured(HEADER, GOOD, f"t1,E:{USCC},other,2020-01-01").uniqueness == 0.5


@pytest.mark.parametrize(("age", "expected"), [(0, 1.0), (31, 1.0), (62, 0.5), (310, 0.1)])
def test_s3_03_timeliness_compares_age_with_the_rhythm(age: int, expected: float) -> None:
    line = f"E:{USCC},2026-01,1,1,0"
    found = measured("party,month,headcount,amount_fen,arrears_fen", line, code="SOCIAL_INSURANCE", age=age)
    assert found.timeliness == pytest.approx(expected)


def test_a_batch_without_rows_is_a_heartbeat_with_nothing_wrong() -> None:
    assert measured(HEADER) == Quality(1.0, 1.0, 1.0, 1.0)


def test_the_failed_measures_are_named() -> None:
    quality = Quality(0.5, 0.5, 0.5, 0.5)
    assert Thresholds(0.5, 0.6, 0.5, 0.9).failed(quality) == ("validity", "uniqueness")


def test_age_is_never_negative() -> None:
    day = dt.date(2026, 1, 2)
    assert age_in_days(day, dt.date(2026, 1, 5)) == 3
    assert age_in_days(day, dt.date(2026, 1, 1)) == 0

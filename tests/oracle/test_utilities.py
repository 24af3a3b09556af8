"""Unpaid months of utilities (S3-25): the columns agree with a walk from month to month, for one party and for all at once."""

from __future__ import annotations

import datetime as dt

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from algorithms.projection import Access
from algorithms.risk.alerts.early_warning import BOOK
from algorithms.risk.alerts.utilities import bills, unpaid_runs
from algorithms.risk.alerts.utility_series import Series, utility_series
from algorithms.rules import govern, load
from schema.periods import month_text
from tests.reference.utilities import Bill, tell
from tests.unit.lending.builder import Graph

DAY = dt.date(2026, 6, 15)
DATES = st.none() | st.integers(-200, 60).map(lambda days: DAY + dt.timedelta(days=days))
MONTHS = (
    st.none() | st.tuples(st.just(2026), st.integers(1, 8)) | st.tuples(st.just(2025), st.integers(9, 12))
)
BILLS = st.lists(st.builds(Bill, MONTHS, DATES, DATES, st.sampled_from([None, 0, 100])), max_size=12)
OUTCOMES = {True: "FIRED", False: "PASSED", None: "UNKNOWN"}


def town(given_bills: dict[str, list[Bill]]) -> Graph:
    g = Graph()
    for party, said in given_bills.items():
        g.node(party)
        for number, bill in enumerate(said):
            month = "spring" if bill.month is None else "{:04d}-{:02d}".format(*bill.month)
            dates = {"due_on": bill.due_on, "paid_on": bill.paid_on, "amount_fen": bill.amount_fen}
            record = g.node(f"UtilityRecord:{party}:{number}", utility="POWER", month=month, **dates)
            g.fact("SUBJECT_OF", party, record, "MEMBER")
    return g


def series(g: Graph, party: str, day: dt.date = DAY) -> tuple[Series, ...]:
    p = g.project()
    return utility_series(p.view(day, Access.system()), p.position(party), govern(load(BOOK), day))


@given(BILLS, st.integers(-150, 150).map(lambda days: DAY + dt.timedelta(days=days)))
def test_s3_25_the_columns_say_what_a_walk_from_month_to_month_says(said: list[Bill], day: dt.date) -> None:
    told = tell(said, day)
    found = series(town({"E:a": said}), "E:a", day)
    assert len(found) == (1 if told.months or any(b.month is None for b in said) else 0)
    for one in found:
        states = {tuple(map(int, m.month.split("-"))): str(m.state) for m in one.months}
        assert states == {month: state for month, state in told.months.items() if state != "GAP"}
        assert sum(gap.months for gap in one.gaps) == list(told.months.values()).count("GAP")
        assert sum(run.months for run in one.runs) == list(told.months.values()).count("UNPAID")
        assert one.event is not None
        assert lengths(one) == (told.certain, told.possible)
        fires = True if told.certain >= 3 else None if told.possible is None or told.possible >= 3 else False
        assert one.event.outcome == OUTCOMES[fires]
        assert all(run.since <= day for run in one.runs)


@given(st.lists(BILLS, min_size=2, max_size=4))
def test_s3_25_a_city_at_once_has_the_runs_of_each_of_its_parties(towns: list[list[Bill]]) -> None:
    g = town({f"E:{name}": said for name, said in zip("abcd", towns, strict=False)})
    p = g.project()
    whole = unpaid_runs(bills(p.view(DAY, Access.system())), 3)
    for name, _ in zip("abcd", towns, strict=False):
        position = p.position(f"E:{name}")
        mine = whole.filter(pl.col("party") == position)
        spans = [
            (month_text(f), month_text(t), s) for f, t, s in mine.select("first", "last", "since").iter_rows()
        ]
        runs = [run for one in series(g, f"E:{name}") for run in one.runs]
        assert spans == [(run.first, run.last, run.since) for run in runs]
        assert mine["places"].to_list() == [[place for _, place in run.places] for run in runs]


@given(BILLS, DATES, DATES, st.data())
def test_s3_25_what_is_learnt_of_a_gap_narrows_what_is_possible_and_takes_back_nothing(
    said: list[Bill], due_on: dt.date | None, paid_on: dt.date | None, data: st.DataObject
) -> None:
    for one in series(town({"E:a": said}), "E:a"):
        if one.gaps:
            year, month = data.draw(st.sampled_from(one.gaps)).first.split("-")
            bill = Bill((int(year), int(month)), due_on, paid_on)
            (other,) = series(town({"E:a": [*said, bill]}), "E:a")
            least, most = lengths(one)
            lower, upper = lengths(other)
            assert least <= lower
            assert most is None or (upper is not None and upper <= most)


def lengths(one: Series) -> tuple[int, int | None]:
    assert one.event is not None
    return one.event.inputs["unpaid_months"], one.event.inputs["unpaid_months_at_most"]

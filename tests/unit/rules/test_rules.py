"""The rule engine: three-valued, dated, closed."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from algorithms.rules import Outcome, evaluate_case, evaluate_table, govern, load, parse
from algorithms.rules.reader import FOLDER
from schema.errors import RulebookInvalid

HEAD = 'id = "t"\nversion = "1"\ntitle = "test"\n[columns]\nshare = "ratio"\nstatus = "string"\nlisted_on = "date"\n'
LINE = '[[constant]]\nname = "line"\nvalue = 0.25\nunit = "ratio"\ncitation = "test"\nzh = "线"\n'


def rule(rule_id: str, condition: str, *more: str) -> str:
    fields = f'id = "{rule_id}"\nversion = "1"\neffect = "REFUSE"\ncitation = "test"\nzh = "甲"\nen = "a"\n'
    return f"[[rule]]\n{fields}condition = {condition!r}\n" + "\n".join(more) + "\n"


BOOK = (
    HEAD
    + LINE
    + rule("over", "share >= line")
    + rule("late", "listed_on < DATE '2024-01-01' AND status = 'ON'")
)


def outcomes(text: str, case: dict[str, object], day: dt.date = dt.date(2026, 11, 1)) -> dict[str, str]:
    return {f.rule.id: f.outcome for f in evaluate_case(govern(parse(text, "t"), day), case)}


def test_a_missing_value_is_unknown_and_never_no() -> None:
    assert outcomes(BOOK, {"share": 0.25}) == {"over": Outcome.FIRED, "late": Outcome.UNKNOWN}
    # What is known may decide all the same: false AND unknown is false.
    assert outcomes(BOOK, {"share": None, "status": "OFF"}) == {
        "over": Outcome.UNKNOWN,
        "late": Outcome.PASSED,
    }


def test_a_finding_names_what_it_looked_at() -> None:
    over, late = evaluate_case(govern(parse(BOOK, "t"), dt.date(2026, 1, 1)), {"share": 0.3, "status": "ON"})
    assert over.inputs == {"share": 0.3, "line": 0.25}
    assert late.inputs == {"listed_on": None, "status": "ON"}


def test_a_table_and_its_rows_one_by_one_agree() -> None:
    governing = govern(parse(BOOK, "t"), dt.date(2026, 1, 1))
    cases = [
        {"share": share, "status": status, "listed_on": day}
        for share in (None, 0.1, 0.25)
        for status in (None, "ON", "OFF")
        for day in (None, dt.date(2023, 1, 1), dt.date(2025, 1, 1))
    ]
    schema = {"share": pl.Float64, "status": pl.String, "listed_on": pl.Date}
    table = evaluate_table(governing, pl.DataFrame(cases, schema=schema))
    one_by_one = [tuple(f.outcome for f in evaluate_case(governing, case)) for case in cases]
    words = {None: Outcome.UNKNOWN, True: Outcome.FIRED, False: Outcome.PASSED}
    assert [tuple(words[v] for v in row) for row in table.rows()] == one_by_one


def test_the_regime_of_the_day_governs() -> None:
    early = "effective_to = 2026-04-01"
    late = "effective_from = 2026-04-01"
    text = HEAD + rule("window", "share > 0.5", early) + rule("window", "share > 0.1", late)
    assert outcomes(text, {"share": 0.3}, dt.date(2026, 3, 31)) == {"window": Outcome.PASSED}
    assert outcomes(text, {"share": 0.3}, dt.date(2026, 4, 1)) == {"window": Outcome.FIRED}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (HEAD + rule("x", "UPPER(status) = 'ON'"), "calls UPPER"),
        (HEAD + rule("x", "shares > 1"), "undeclared shares"),
        (HEAD + rule("x", "share >"), "does not parse"),
        (HEAD + rule("x", "share > 0") + rule("x", "share > 1"), "overlap"),
        (HEAD.replace("ratio", "percent"), "unknown column types"),
        (HEAD + rule("x", "share > 0", "colour = 'red'"), "unknown or of the wrong form"),
        (HEAD + rule("x", "share > 0").replace('citation = "test"', 'citation = ""'), "cites nothing"),
        ("id = ", "is not TOML"),
    ],
)
def test_a_rulebook_that_breaks_the_form_is_refused_with_the_reason(text: str, message: str) -> None:
    with pytest.raises(RulebookInvalid, match=message):
        parse(text, "t")


def test_an_unknown_rulebook_names_those_there_are() -> None:
    with pytest.raises(RulebookInvalid, match="There is no rulebook 'nothing'"):
        load("nothing")


@pytest.mark.parametrize("name", sorted(p.stem for p in FOLDER.glob("*.toml")))
def test_every_shipped_rulebook_reads(name: str) -> None:
    book = load(name)
    assert book.id == name
    assert all(r.citation for r in book.rules)
    assert all(c.citation for c in book.constants)

"""What a declared interest 申报权益 is in law: a ground of control, a right in numbers, or neither; and how it enters a case.

A share, vote or income that is held directly and known exactly is ``OWNS`` already, so it is not read here: nothing counts
twice. Two statements of one right between two parties may speak of one thing or of two: together they are at least the
greater and at most their sum.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl
from scipy import sparse

from algorithms.evidence import Fact
from algorithms.ownership.findings import Answer
from algorithms.ownership.matrix import Columns
from algorithms.projection import View
from algorithms.thresholds import TOLERANCE

RELATIONSHIP: Final = "HAS_INTEREST_IN"
MANAGER: Final = "SENIOR_MANAGING_OFFICIAL"


@dataclass(frozen=True)
class Reading:
    """How an interest is read.

    Attributes
    ----------
    rule : str
    citation : str
        The law in full, where it makes the interest a ground.
    control : Answer
        Whether who has it controls. UNKNOWN: he may; where the declarer says that it is beneficial ownership or control
        and ``told`` is set, he does.
    told : bool
    right : str
        ``equity``, ``voting`` or ``income`` where the interest is a part of one, with numbers; else empty.
    """

    rule: str
    citation: str
    control: Answer
    told: bool = False
    right: str = ""


_ARRANGEMENT = "公司法（2023修订）第二百六十五条第三项：通过投资关系、协议或者其他安排能够实际支配公司行为；受益所有人信息管理办法第六条第三项"
_INFLUENCE = Reading("influence_or_contract", _ARRANGEMENT, Answer.UNKNOWN, told=True)
_OF_ANY_KIND = Reading("interest_of_unknown_effect", _ARRANGEMENT, Answer.UNKNOWN)
_RULES = Reading("control_by_rules_or_law", _ARRANGEMENT, Answer.YES)
READINGS: Final = {
    "SHAREHOLDING": Reading(
        "declared_indirect_share", "受益所有人信息管理办法第六条第一项", Answer.NO, right="equity"
    ),
    "VOTING_RIGHTS": Reading(
        "declared_votes",
        "受益所有人信息管理办法第六条第二项；公司法（2023修订）第二百六十五条第二项",
        Answer.NO,
        right="voting",
    ),
    "RIGHTS_TO_PROFIT_OR_INCOME": Reading(
        "declared_income", "受益所有人信息管理办法第六条第二项", Answer.NO, right="income"
    ),
    "APPOINTMENT_OF_BOARD": Reading(
        "right_to_appoint_the_board", "上市公司收购管理办法第八十四条第三项", Answer.YES
    ),
    "CONTROL_VIA_COMPANY_RULES_OR_ARTICLES": _RULES,
    "CONTROL_BY_LEGAL_FRAMEWORK": _RULES,
    "NOMINATOR": Reading(
        "instructs_the_nominee",
        "最高人民法院关于适用《中华人民共和国公司法》若干问题的规定（三）第二十四条：实际出资人与名义股东",
        Answer.YES,
    ),
    "ACCOUNTING_CONSOLIDATION": Reading(
        "consolidates", "企业会计准则第33号——合并财务报表第七条：合并范围以控制为基础确定", Answer.YES
    ),
    "HEAD_OFFICE": Reading(
        "head_office_of_a_branch", "公司法（2023修订）第十三条第二款：分公司不具有法人资格", Answer.YES
    ),
    "OTHER_INFLUENCE_OR_CONTROL": _INFLUENCE,
    "RIGHTS_GRANTED_BY_CONTRACT": _INFLUENCE,
    "SETTLOR": _INFLUENCE,
    "TRUSTEE": _INFLUENCE,
    "PROTECTOR": _INFLUENCE,
    "CONDITIONAL_RIGHTS_GRANTED_BY_CONTRACT": _OF_ANY_KIND,
    "UNKNOWN_INTEREST": _OF_ANY_KIND,
    "UNPUBLISHED_INTEREST": _OF_ANY_KIND,
    "FUND_MANAGEMENT": _OF_ANY_KIND,
    MANAGER: Reading("manages_day_to_day", "受益所有人信息管理办法第六条第四项", Answer.NO),
}
"""Interests that the ownership rules read; whoever has any other one (a seat, a benefit, a name lent) has no ground by it."""
_RIGHTS: Final = {"equity": "share_ratio", "voting": "voting_ratio", "income": "income_ratio"}
_HALF: Final = 0.5 + TOLERANCE


@dataclass(frozen=True)
class DeclaredGround:
    """A declared interest on which a finding rests.

    Attributes
    ----------
    interest : str
        As declared.
    rule, citation : str
        How it is read.
    fact : Fact
        Who said so.
    """

    interest: str
    rule: str
    citation: str
    fact: Fact


@dataclass(frozen=True, eq=False)
class Declared:
    """Declared interests as columns of a case, (n, n) each; None where nothing is declared.

    Attributes
    ----------
    stated, possible : CSC arrays or None
        1 where one is stated to control the other, and where he is or may be.
    rights : mapping of str to (CSC array, CSC array)
        ``equity``, ``voting``, ``income`` → least and greatest part that one has of the other in the end, direct holdings
        included.
    """

    stated: Columns | None
    possible: Columns | None
    rights: dict[str, tuple[Columns, Columns]]


def declared(view: View, n: int) -> Declared:
    """Read every declared interest that the view shows. O(facts) of holdings and interests."""
    facts = _readable(view)
    if facts.is_empty():
        return Declared(None, None, {})
    rights = {right: found for right in _RIGHTS if len(found := _totals(view, facts, right))}
    control = pl.concat(
        [
            facts.select("start", "end", sure=_sure(), may=_may()),
            *(_by_number(right, found) for right, found in rights.items()),
        ]
    )
    control = control.group_by("start", "end").agg(pl.col("sure", "may").any())
    return Declared(
        _ones(control.filter("sure"), n),
        _ones(control.filter(pl.col("sure") | pl.col("may")), n),
        {right: (_columns(f, f["least"], n), _columns(f, f["most"], n)) for right, f in rights.items()},
    )


def declared_managers(view: View, company: int) -> tuple[int, ...]:
    """Return who is declared to exercise control over the day-to-day management."""
    facts = _readable(view).filter(pl.col("end") == company, pl.col("interest") == MANAGER)
    return tuple(dict.fromkeys(facts["start"].to_list()))


def grounds_between(view: View, start: int, end: int) -> tuple[DeclaredGround, ...]:
    """Return the declared interests between two parties that the rules read, with their law."""
    facts = _readable(view).filter(pl.col("start") == start, pl.col("end") == end)
    return tuple(
        DeclaredGround(
            interest,
            READINGS[interest].rule,
            READINGS[interest].citation,
            view.projection.fact(RELATIONSHIP, place),
        )
        for interest, place in facts.select("interest", "place").iter_rows()
    )


def _readable(view: View) -> pl.DataFrame:
    """Facts with a reading, as they stand in no other relationship."""
    return view.once("declared interests", _make_readable)


def _make_readable(view: View) -> pl.DataFrame:
    edges, places = view.projection.edges[RELATIONSHIP], view.positions(RELATIONSHIP)
    numbers = [pl.col(c).is_not_null() for c in ("share_min_ratio", "share_max_ratio")]
    frame = view.properties(RELATIONSHIP).with_columns(
        start=pl.Series(edges.start[places], dtype=pl.Int32),
        end=pl.Series(edges.end[places], dtype=pl.Int32),
        place=pl.Series(places, dtype=pl.Int64),
        reading_right=pl.col("interest").replace_strict(
            {name: reading.right for name, reading in READINGS.items()}, default="", return_dtype=pl.String
        ),
        indirect=(pl.col("directness") == "INDIRECT").fill_null(False),
        least=pl.coalesce("share_ratio", "share_min_ratio", 0.0),
        most=pl.coalesce("share_ratio", "share_max_ratio", 1.0),
        numbered=pl.any_horizontal(pl.col("share_ratio").is_not_null(), *numbers),
    )
    # OWNS says the rest: direct shares, and direct votes and income that are exact.
    apart = pl.col("indirect") | ((pl.col("reading_right") != "equity") & pl.col("share_ratio").is_null())
    known = pl.col("interest").is_in(list(READINGS))
    return frame.filter(known & ((pl.col("reading_right") == "") | apart))


def _sure() -> pl.Expr:
    """Whether an interest is control by itself; a numbered right to appoint needs more than half of the board."""
    names = [name for name, reading in READINGS.items() if reading.control is Answer.YES]
    told = [name for name, reading in READINGS.items() if reading.told]
    enough = ~pl.col("numbered") | (pl.col("least") > _HALF) | (pl.col("interest") != "APPOINTMENT_OF_BOARD")
    return (pl.col("interest").is_in(names) & enough) | (
        pl.col("interest").is_in(told) & pl.col("beneficial_owner").fill_null(False)
    )


def _may() -> pl.Expr:
    names = [name for name, reading in READINGS.items() if reading.control is not Answer.NO]
    enough = ~pl.col("numbered") | (pl.col("most") > _HALF) | (pl.col("interest") != "APPOINTMENT_OF_BOARD")
    return pl.col("interest").is_in(names) & enough


def _by_number(right: str, found: pl.DataFrame) -> pl.DataFrame:
    """Votes above half control. Capital through others may, and all of it does; income never."""
    line = {"voting": _HALF, "equity": 1.0 - TOLERANCE}.get(right)
    sure, may = (pl.lit(False),) * 2 if line is None else (pl.col("least") > line, pl.col("most") > _HALF)
    return found.select("start", "end", sure=sure, may=may)


def _totals(view: View, facts: pl.DataFrame, right: str) -> pl.DataFrame:
    """Per pair: what is held directly (as declared in a band, else by OWNS), and through others."""
    own = facts.filter(pl.col("reading_right") == right)
    far, near = own.filter("indirect"), own.filter(~pl.col("indirect"))
    pairs = ["start", "end"]
    bounds = [pl.max("least"), pl.sum("most").clip(0.0, 1.0)]
    direct = _direct(view, _RIGHTS[right]).rename({"least": "held_least", "most": "held_most"})
    return (
        own.select(pairs)
        .unique(maintain_order=True)
        .join(far.group_by(pairs).agg(bounds), on=pairs, how="left")
        .join(near.group_by(pairs).agg(bounds), on=pairs, how="left", suffix="_near")
        .join(direct, on=pairs, how="left")
        .select(
            *pairs,
            least=_summed("least"),
            most=_summed("most"),
        )
    )


def _summed(bound: str) -> pl.Expr:
    near = pl.coalesce(f"{bound}_near", f"held_{bound}", 0.0)
    return (pl.col(bound).fill_null(0.0) + near).clip(0.0, 1.0)


def _direct(view: View, column: str) -> pl.DataFrame:
    """Per pair, the part that OWNS states: by capital where nothing else is stated."""
    edges, places = view.projection.edges["OWNS"], view.positions("OWNS")
    frame = view.properties("OWNS").select(
        start=pl.Series(edges.start[places], dtype=pl.Int32),
        end=pl.Series(edges.end[places], dtype=pl.Int32),
        least=pl.coalesce(column, "share_ratio", "share_min_ratio", 0.0),
        most=pl.coalesce(column, "share_ratio", "share_max_ratio", 1.0),
    )
    return frame.group_by("start", "end").agg(pl.sum("least"), pl.sum("most"))


def _ones(pairs: pl.DataFrame, n: int) -> Columns | None:
    return None if pairs.is_empty() else _columns(pairs, pl.Series(np.ones(len(pairs))), n)


def _columns(pairs: pl.DataFrame, values: pl.Series, n: int) -> Columns:
    ends = pairs["start"].to_numpy(), pairs["end"].to_numpy()
    return sparse.csc_array((values.to_numpy(), ends), shape=(n, n))

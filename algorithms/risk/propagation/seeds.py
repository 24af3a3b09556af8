"""Where risk begins 风险源: records about a party itself, judged by the rulebook ``risk_seeds`` of the day.

``severity = base · 2^(−age / half-life)``; several records of one party combine as ``1 − ∏ (1 − severity)``. A record
that was removed or repaired by the day, whose publication is over, or that the caller does not see, is not there.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from algorithms.column_types import COLUMN_DTYPES
from algorithms.risk.arrays import FloatArray
from algorithms.risk.propagation.facts import Members
from algorithms.rules import Governing, evaluate_table
from algorithms.walks.links import Place
from schema.errors import InputError
from schema.rulebook import Rule

NO_PLACE = -1


@dataclass(frozen=True)
class Seed:
    """One record that counts against a party.

    Attributes
    ----------
    rule : Rule
        The rule that fired, with its citation.
    place : Place or None
        The fact; None for a property of the party itself (its registration status).
    severity : float
        Today, in [0, 1].
    base : float
        Before fading, in [0, 1].
    began_on : date or None
        From when age counts; None: it does not fade.
    age_days, half_life_days : int, float or None
    inputs : mapping
        What the rule looked at.
    """

    rule: Rule
    place: Place | None
    severity: float
    base: float
    began_on: dt.date | None
    age_days: int | None
    half_life_days: float | None
    inputs: Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class Seeds:
    """All records that count, by party.

    Attributes
    ----------
    governing : Governing
        Rulebook of the day.
    frame : DataFrame
        One row a record, sorted by ``party`` (number); the columns of the rulebook and ``relationship``, ``place``,
        ``rule`` (index into the rules in force), ``base``, ``half_life``, ``age``, ``value``.
    severity : float array of shape (n,)
        s of each party, combined.
    """

    governing: Governing
    frame: pl.DataFrame
    severity: FloatArray

    def of(self, party: int) -> tuple[Seed, ...]:
        """Return the records of one party, gravest first. O(log records)."""
        rows = self.frame[self.rows_of(party)].sort("value", descending=True, maintain_order=True)
        return tuple(_seed(self.governing, row) for row in rows.iter_rows(named=True))

    def rows_of(self, party: int) -> slice:
        """Return where the records of one party stand."""
        parties = self.frame["party"].to_numpy()
        return slice(*(int(np.searchsorted(parties, party, side)) for side in ("left", "right")))

    def without(self, party: int, removed: frozenset[Place]) -> float:
        """Return the severity of a party when some of its facts were not there."""
        rows = self.frame[self.rows_of(party)]
        left = [
            value
            for name, place, value in rows.select("relationship", "place", "value").iter_rows()
            if (name, place) not in removed
        ]
        return float(1.0 - np.prod([1.0 - value for value in left]))


def seeds_of(members: Members, books: tuple[Governing, Governing]) -> Seeds:
    """Judge every record that the view shows.

    Parameters
    ----------
    members : Members
    books : (risk_seeds, penalty_publication)
        As in force on the day of the view.

    Notes
    -----
    O(records x rules), column by column.
    """
    governing, publication = books
    records = pl.concat(_records(members, publication), how="diagonal_relaxed")
    judged = _judged(governing, records.with_columns(asked_on=pl.lit(members.view.as_of)))
    frame = judged.sort("party", "relationship", "place", maintain_order=True)
    left = np.ones(len(members))
    np.multiply.at(left, frame["party"].to_numpy(), 1.0 - frame["value"].to_numpy())
    return Seeds(governing, frame, 1.0 - left)


def base_severity(governing: Governing, kind: str) -> float:
    """Return the severity of a fresh record of one kind.

    Raises
    ------
    InputError
        No such rule in force.
    """
    for rule in governing.rules:
        if rule.id == kind:
            return float(rule.value)
    known = ", ".join(r.id for r in governing.rules)
    raise InputError(f"There is no kind of seed '{kind}' in force. There are: {known}.")


# Records ------------------------------------------------------------------------------------------------------------


def _records(members: Members, publication: Governing) -> list[pl.DataFrame]:
    return [
        _listings(members),
        _penalties(members, publication),
        _statuses(members),
        _loans(members),
        *_calls(members),
    ]


def _about(members: Members, relationship: str, label: str, *, node_first: bool = False) -> pl.DataFrame:
    """Visible facts between a party and a record of one label: party, place, and what the record says."""
    view = members.view
    edges, places = view.projection.edges[relationship], view.positions(relationship)
    party, node = (edges.end, edges.start) if node_first else (edges.start, edges.end)
    first, last = view.projection.spans[label]
    places = places[(node[places] >= first) & (node[places] < last)]
    local = node[places].astype(np.int64) - first
    return view.projection.frames[label][local].with_columns(
        party=pl.Series(members.numbers(party[places])),
        relationship=pl.lit(relationship),
        place=pl.Series(places.astype(np.int64)),
    )


_KEYS = ("party", "relationship", "place")


def _listings(members: Members) -> pl.DataFrame:
    return _about(members, "SUBJECT_OF", "ListMembership").select(
        *_KEYS,
        "list_kind",
        record=pl.lit("LISTED"),
        began_on="listed_on",
        ended_on="removed_on",
    )


def _penalties(members: Members, publication: Governing) -> pl.DataFrame:
    found = _about(members, "SUBJECT_OF", "Penalty")
    return found.select(
        *_KEYS,
        "severity",
        record=pl.lit("PENALTY"),
        published=_published(found, members.view.as_of, publication),
        began_on="decided_on",
        ended_on="repaired_on",
    )


def _published(penalties: pl.DataFrame, day: dt.date, publication: Governing) -> pl.Series:
    """Whether each penalty is still published by the regime of the day; before the first regime nothing is."""
    if "publication_regime" not in publication.constants:
        return pl.repeat(False, len(penalties), eager=True)
    decided = pl.col("decided_on")
    months = (day.year - decided.dt.year()) * 12 + day.month - decided.dt.month().cast(pl.Int32)
    on_the_day = decided.dt.offset_by(pl.format("{}mo", pl.max_horizontal(months, 0)))
    # Month k of the publication ends with the corresponding day, inclusively (Civil Code art. 202).
    run = pl.max_horizontal(months, 0) + (on_the_day < day).cast(pl.Int32)
    cases = penalties.select(
        "severity",
        "domain",
        months_run=pl.when(decided > day).then(0).otherwise(pl.max_horizontal(run, 1)),
        repaired=(pl.col("repaired_on") <= day).fill_null(False),
    )
    return evaluate_table(publication, cases)["published"]


def _statuses(members: Members) -> pl.DataFrame:
    """The registration status of enterprises: a property, so there is no fact to cite."""
    first, last = members.view.projection.spans["LegalEntity"]
    mine = members.positions[(members.positions >= first) & (members.positions < last)]
    status = members.view.projection.frames["LegalEntity"]["status"][mine - first]
    rows = pl.DataFrame({"party": members.numbers(mine), "status": status})
    return rows.filter(pl.col("status") != "ACTIVE").with_columns(
        relationship=pl.lit(""), place=pl.lit(NO_PLACE, pl.Int64), record=pl.lit("STATUS")
    )


def _loans(members: Members) -> pl.DataFrame:
    """Loans that the caller sees: its own bank's."""
    return _about(members, "LENT_TO", "Loan", node_first=True).select(
        *_KEYS, "classification", "balance_fen", "due_on", record=pl.lit("LOAN"), began_on="disbursed_on"
    )


def _calls(members: Members) -> list[pl.DataFrame]:
    """Guarantees that were called, for both sides."""
    found = []
    for relationship, first in (("GUARANTOR", False), ("BENEFICIARY", True)):
        rows = _about(members, relationship, "Guarantee", node_first=first).filter(
            pl.col("called_on").is_not_null()
        )
        found.append(
            rows.select(*_KEYS, record=pl.lit("CALLED"), role=pl.lit(relationship), began_on="called_on")
        )
    return found


# Judging ------------------------------------------------------------------------------------------------------------


def _judged(governing: Governing, records: pl.DataFrame) -> pl.DataFrame:
    """Keep the records that a rule fires for, with severity and age."""
    columns = governing.rulebook.columns
    typed = records.with_columns(
        (pl.col(name) if name in records.columns else pl.lit(None)).cast(COLUMN_DTYPES[kind]).alias(name)
        for name, kind in columns.items()
    )
    number = _first_fired(evaluate_table(governing, typed), len(typed))
    kept = typed.with_columns(rule=pl.Series(number, dtype=pl.Int32)).filter(pl.col("rule") >= 0)
    rules = [
        (index, float(rule.value), governing.constants.get(f"half_life_{rule.id}"))
        for index, rule in enumerate(governing.rules)
    ]
    schema = {"rule": pl.Int32, "base": pl.Float64, "half_life": pl.Float64}
    kept = kept.join(
        pl.DataFrame(rules, schema=schema, orient="row"), on="rule", how="left", maintain_order="left"
    )
    age = pl.when(pl.col("half_life").is_not_null()).then(
        (pl.col("asked_on") - pl.col("began_on")).dt.total_days()
    )
    faded = pl.lit(2.0).pow(-pl.col("age") / pl.col("half_life"))
    return kept.with_columns(age=age).with_columns(
        value=pl.col("base") * pl.when(pl.col("age").is_null()).then(1.0).otherwise(faded)
    )


def _first_fired(fired: pl.DataFrame, count: int) -> NDArray[np.int32]:
    chosen = np.full(count, -1, dtype=np.int32)
    for index, name in enumerate(fired.columns):
        hit = fired[name].fill_null(False).to_numpy() & (chosen < 0)
        chosen[hit] = index
    return chosen


def _seed(governing: Governing, row: dict[str, Any]) -> Seed:
    rule = governing.rules[row["rule"]]
    inputs = {n: row[n] for n in governing.rulebook.columns if row[n] is not None}
    place = None if row["place"] == NO_PLACE else (row["relationship"], row["place"])
    fades = row["half_life"] is not None
    return Seed(
        rule,
        place,
        row["value"],
        row["base"],
        row["began_on"] if fades else None,
        row["age"],
        row["half_life"],
        inputs,
    )

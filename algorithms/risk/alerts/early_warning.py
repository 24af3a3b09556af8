"""Alerts on a bank's open loans 贷后预警: who around a borrower is on a list (S0-05), and which borrower leaves his electricity,
water or gas unpaid (S3-25) or his work-safety licence lapsed (S3-19), by which rule, on what evidence."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, overload

import numpy as np
import polars as pl

from algorithms.projection import View
from algorithms.relations.exposures import bank_book
from algorithms.risk.alerts.licences import licences
from algorithms.risk.alerts.relations import Around, Relation, related, relation_places
from algorithms.risk.alerts.utilities import ENOUGH, bills, unpaid_runs
from algorithms.risk.notices.listings import judged, listings
from algorithms.risk.notices.trails import Trail, trail
from algorithms.rules import Governing
from algorithms.walks.links import Place, as_nodes, outgoing
from schema.rulebook import Rule

BOOK = "alerts"
SEVERITIES: Final = ("HIGH", "MEDIUM", "LOW")


@dataclass(frozen=True)
class Alert:
    """One listing, one run of unpaid bills, or one lapsed licence, that matters to one open loan.

    Attributes
    ----------
    rule : Rule
        Its value is the severity.
    relation : Relation
    loan, borrower, party, record : int
        Positions; ``party`` is who is listed, owes the bills or held the licence, ``record`` says so: the first of several
        bills, the last of several licences.
    places : tuple of int
        The SUBJECT_OF facts that lead to the record, and to the other bills of its run or licences of its scope.
    begun_on : date
        When the listing began, the bills were enough to warn, or no licence held any more.
    """

    rule: Rule
    relation: Relation
    loan: int
    borrower: int
    party: int
    record: int
    places: tuple[int, ...]
    begun_on: dt.date

    def key(self, ids: Sequence[str]) -> str:
        """Return what names the alert as long as it lasts, and again when it comes back: 16 hex digits."""
        said = "|".join((ids[self.loan], self.rule.id, ids[self.borrower], ids[self.party], ids[self.record]))
        return hashlib.sha256(said.encode()).hexdigest()[:16]


@dataclass(frozen=True, eq=False)
class Alerts(Sequence[Alert]):
    """The alerts of one bank, most severe first, then the latest, then by loan; read where they are looked at."""

    table: pl.DataFrame
    rules: Mapping[str, Rule]

    def __len__(self) -> int:
        return len(self.table)

    @overload
    def __getitem__(self, at: int) -> Alert: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Alert]: ...
    def __getitem__(self, at: int | slice) -> Alert | Sequence[Alert]:
        if isinstance(at, slice):
            return [self[i] for i in range(*at.indices(len(self)))]
        if not -len(self) <= at < len(self):
            raise IndexError(at)
        row = self.table.row(at, named=True)
        return Alert(
            self.rules[row["rule"]],
            Relation(row["relation"]),
            row["loan"],
            row["borrower"],
            row["party"],
            row["record"],
            tuple(row["places"]),
            row["begun_on"],
        )


def post_loan_alerts(view: View, bank: int, governing: Governing) -> Alerts:
    """Return the alerts on all open loans of a bank, computed once per view.

    Parameters
    ----------
    view : View
        The bank's own: another bank's loans stay closed, and raise nothing.
    bank : int
        Position.
    governing : Governing
        The rulebook ``alerts`` on the view's day.

    Notes
    -----
    A loan is open while its balance (its principal, where no balance is known) is not zero; one of unknown amount is
    open. From the listed to the loans, in whole columns: O(V + E) once per view, then what touches the listed.
    """
    key = (BOOK, bank, governing.rulebook.version)
    return view.once(key, lambda view: _alerts(view, bank, governing))


def evidence(view: View, alert: Alert) -> Trail:
    """Return the way from the record to the loan: nodes and facts in the order of the walk."""
    return trail(view.projection, alert.record, _places(view, alert))


def _alerts(view: View, bank: int, governing: Governing) -> Alerts:
    owed = _open_loans(view, bank)
    listed = _that_may_matter(view, governing)
    around = Around(
        view,
        governing,
        *(t[c].unique().sort().to_numpy() for t, c in ((listed, "party"), (owed, "borrower"))),
    )
    cases = pl.concat((related(around).join(owed, on="borrower"), _cores(view, owed)), how="diagonal")
    rules = {rule.id: rule for rule in governing.rules}
    around_loans = judged(view, governing, cases.join(listed, on="party")).rename({"listed_on": "begun_on"})
    found = pl.concat(
        (
            around_loans.with_columns(places=pl.concat_list("place")),
            _unpaid(view, owed, governing),
            _lapsed(view, owed, governing),
        ),
        how="diagonal",
    )
    rank = pl.col("rule").replace_strict(
        {rule_id: SEVERITIES.index(rule.value) for rule_id, rule in rules.items()}, return_dtype=pl.Int8
    )
    order = (rank, -pl.col("begun_on").to_physical(), "loan", "rule", "borrower", "party", "record")
    return Alerts(found.sort(*order), rules)


def _open_loans(view: View, bank: int) -> pl.DataFrame:
    book = bank_book(view, bank)
    still = book.amount[book.owed] != 0
    return pl.DataFrame(
        {"loan": book.loan[book.owed[still]], "borrower": book.borrower[still]},
        schema={"loan": pl.Int64, "borrower": pl.Int64},
    )


def _unpaid(view: View, owed: pl.DataFrame, governing: Governing) -> pl.DataFrame:
    """Runs of unpaid bills of the borrowers themselves: those of others around them say nothing of the loan."""
    runs = unpaid_runs(bills(view), int(governing.constants.get(ENOUGH, 1)))
    return _own(view, owed, governing, runs.with_columns(begun_on="since"))


def _lapsed(view: View, owed: pl.DataFrame, governing: Governing) -> pl.DataFrame:
    """Licences of the borrowers themselves of which none holds any more."""
    last = pl.col("licence_expires_on")
    return _own(view, owed, governing, licences(view).with_columns(begun_on=last.dt.offset_by("1d")))


def _own(view: View, owed: pl.DataFrame, governing: Governing, records: pl.DataFrame) -> pl.DataFrame:
    cases = records.join(owed, left_on="party", right_on="borrower").with_columns(
        borrower="party", relation=pl.lit(str(Relation.BORROWER))
    )
    return judged(view, governing, cases)


def _that_may_matter(view: View, governing: Governing) -> pl.DataFrame:
    """The listings for which some rule fires in some relation: only the rulebook knows what is live."""
    relations = pl.DataFrame({"relation": [str(r) for r in Relation], "share_ratio": [1.0] * len(Relation)})
    fired = judged(view, governing, listings(view).join(relations, how="cross"))
    kept = fired.drop("relation", "share_ratio", "rule")
    return kept.unique(("party", "record"), keep="first", maintain_order=True)


def _cores(view: View, owed: pl.DataFrame) -> pl.DataFrame:
    """The core enterprise of the programme under which a loan was drawn."""
    loans = owed["loan"].unique().to_numpy()
    drawn = outgoing(view, "DRAWN_UNDER", loans)
    edges, places = view.projection.edges["CORE_OF"], view.positions("CORE_OF")
    cores = {"programme": edges.end[places], "party": edges.start[places]}
    under = {"loan": loans[drawn.row], "programme": drawn.node}
    found = (
        pl.DataFrame(under, dict.fromkeys(under, pl.Int64))
        .join(pl.DataFrame(cores, dict.fromkeys(cores, pl.Int64)), on="programme")
        .join(owed, on="loan")
        .filter(pl.col("borrower") != pl.col("party"))
        .unique(("loan", "borrower", "party"), maintain_order=True)
    )
    return found.select("borrower", "party", "loan", relation=pl.lit(str(Relation.CORE)))


def _places(view: View, alert: Alert) -> list[Place]:
    """The record, what makes the relation, and who owes the loan."""
    lent = outgoing(view, "LENT_TO", as_nodes([alert.loan]))
    places: list[Place] = [("SUBJECT_OF", place) for place in alert.places]
    if alert.relation is Relation.CORE:
        places += _programme_places(view, alert)
    else:
        places += relation_places(view, alert.relation, alert.borrower, alert.party)
    return [*places, *lent.where(lent.node == alert.borrower).places()]


def _programme_places(view: View, alert: Alert) -> list[Place]:
    run = outgoing(view, "CORE_OF", as_nodes([alert.party]))
    drawn = outgoing(view, "DRAWN_UNDER", as_nodes([alert.loan]))
    both = np.intersect1d(run.node, drawn.node)
    return [p for links in (run, drawn) for p in links.where(np.isin(links.node, both)).places()]

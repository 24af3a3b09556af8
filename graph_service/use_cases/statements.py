"""The financial statements of a party with who states each item, and how its own compare with the tax bureau's (S3-20, S3-26)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from algorithms.evidence import Fact
from algorithms.lending.result import RuleFinding
from algorithms.lending.statement_differences import BOOK, Stated, compare
from algorithms.rules import Outcome
from algorithms.walks.links import as_nodes, cite, records_about
from graph_service.asking import Asking
from graph_service.use_cases.parties import NodeAnswer, describe
from graph_service.use_cases.provenance import Statement, provenance
from schema.datasets import DATASETS, department_of, suppliers_of
from schema.fields import FieldType
from schema.money import Fen
from schema.nodes import NODES

LABEL: Final = "FinancialStatement"
TAX: Final = frozenset(code for code, each in DATASETS.items() if each.register == "STATEMENT")
"""The tax bureau's datasets of statements: BALANCE_SHEET and PROFIT."""
OWN: Final = frozenset({"FIN_STATEMENT"})
"""What enterprises report themselves."""
_AMOUNTS: Final = tuple(f.name for f in NODES[LABEL].fields if f.kind is FieldType.MONEY)


@dataclass(frozen=True)
class Period:
    """A period of a statement, both days included."""

    first: dt.date | None
    last: dt.date | None


@dataclass(frozen=True)
class StatementOfParty:
    """One statement: its period, the amounts that some datasets state with who says so, and the facts that tie it to the party."""

    id: str
    period: Period
    said: Mapping[str, Statement]
    facts: tuple[Fact, ...]


@dataclass(frozen=True)
class ItemComparison:
    """One item of one period that both state; ``finding`` fires where they differ by more than the tolerance."""

    item: str
    period: Period
    reported: Statement
    taxed: Statement
    difference_fen: Fen
    finding: RuleFinding


@dataclass(frozen=True)
class StatementConsistency:
    """How a party's own statements compare with the tax bureau's.

    ``inconsistent`` is None where nothing could be compared. Comparisons that fired come first, then the newest period;
    ``unmatched`` are periods of own statements for which the bureau states nothing that could be compared.
    """

    party: NodeAnswer
    inconsistent: bool | None
    comparisons: tuple[ItemComparison, ...]
    unmatched: tuple[Period, ...]
    rulebook: str


def statements_of(asking: Asking, party: int, datasets: frozenset[str]) -> tuple[StatementOfParty, ...]:
    """Return the statements of a party of which some datasets, delivered by their suppliers, state an amount; by id."""
    p = asking.projection
    links = records_about(asking.view, as_nodes([party]), LABEL)
    places: dict[str, list[tuple[str, int]]] = {}
    for _, node, place in links.triples():
        places.setdefault(p.ids[node], []).append(place)
    found = (_statement(asking, each, datasets, cite(p, at)) for each, at in sorted(places.items()))
    return tuple(each for each in found if each.said)


def statement_consistency(asking: Asking, party_id: str) -> StatementConsistency:
    """Compare what a party reports itself with what the tax bureau states, item by item of equal periods.

    Raises
    ------
    NotFound
        No such party, for this caller.
    """
    party = asking.party(party_id)
    governing = asking.governing(BOOK)
    own, taxed = (statements_of(asking, party, which) for which in (OWN, TAX))
    pairs = [
        (mine, theirs, name)
        for mine in own
        for theirs in taxed
        if mine.period == theirs.period
        for name in _AMOUNTS
        if name in mine.said and name in theirs.said
    ]
    stated = [Stated(mine.said[name].value, theirs.said[name].value) for mine, theirs, name in pairs]
    found = [
        _comparison(mine, theirs, name, finding)
        for (mine, theirs, name), finding in zip(pairs, compare(governing, stated), strict=True)
    ]
    found.sort(key=lambda each: (each.period.last or dt.date.min, each.item), reverse=True)
    found.sort(key=_fired, reverse=True)
    matched = {mine.id for mine, *_ in pairs}
    return StatementConsistency(
        describe(asking, party),
        any(map(_fired, found)) if found else None,
        tuple(found),
        tuple(each.period for each in own if each.id not in matched),
        governing.version,
    )


def _fired(found: ItemComparison) -> bool:
    return found.finding.outcome is Outcome.FIRED


def _comparison(
    mine: StatementOfParty, theirs: StatementOfParty, name: str, finding: RuleFinding
) -> ItemComparison:
    reported, taxed = mine.said[name], theirs.said[name]
    cited = replace(finding, evidence=tuple(dict.fromkeys((*mine.facts, *theirs.facts))))
    return ItemComparison(name, mine.period, reported, taxed, reported.value - taxed.value, cited)


def _statement(
    asking: Asking, node_id: str, datasets: frozenset[str], facts: tuple[Fact, ...]
) -> StatementOfParty:
    told = {each.name: each.chosen for each in provenance(asking, LABEL, node_id)}
    first, last = (told[name].value if name in told else None for name in ("period_from", "period_to"))
    said = {n: told[n] for n in _AMOUNTS if n in told and _supplied(told[n], datasets)}
    return StatementOfParty(node_id, Period(first, last), said, facts)


def _supplied(said: Statement, datasets: frozenset[str]) -> bool:
    """Whether one of the datasets says so, in the name of a department that supplies it: today's or a former one."""
    return said.dataset in datasets and department_of(said.source) in suppliers_of(DATASETS[said.dataset])

"""Live lists and live penalties of any parties, by the rulebooks of the day 名单与行政处罚."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from algorithms.lending.judging import classified, truths
from algorithms.lending.policy import LISTING, PENALTY, Policy, Regime
from algorithms.lending.receivables import months_within
from algorithms.projection import View
from algorithms.rules import Governing
from algorithms.walks.links import Nodes, Place, node_rows, records_about
from schema.periods import add_months

_LIST_FIELDS = ("list_kind", "listed_on", "removed_on")
_PENALTY_FIELDS = ("severity", "domain", "decided_on", "repaired_on")


@dataclass(frozen=True, eq=False)
class Standing:
    """Facts per party, by their effect: ``DISQUALIFYING``, ``WAGES``, ``ATTENTION``, ``SERIOUS``, ``GENERAL``.

    ``unknown`` holds parties of which one record cannot be judged.
    """

    places: Mapping[tuple[int, str], Sequence[Place]]
    unknown: frozenset[tuple[int, str]] = field(default_factory=frozenset)

    def of(self, party: int, effect: str) -> list[Place]:
        """Return the live facts of one effect about a party."""
        return list(self.places.get((party, effect), ()))


def listed(view: View, parties: Nodes, regime: Regime) -> Standing:
    """Return the live listings of parties: ``listed_on ≤ day < removed_on``, by what the list means for a loan."""
    links = records_about(view, parties, "ListMembership")
    rows = node_rows(view.projection, "ListMembership", links.node, *_LIST_FIELDS)
    asked = [{**row, "asked_on": regime.day} for row in rows]
    governing = regime[LISTING]
    places: dict[tuple[int, str], list[Place]] = {}
    unknown: set[tuple[int, str]] = set()
    for (row, _, place), fired in zip(links.triples(), truths(governing, asked), strict=True):
        party = int(parties[row])
        effect = classified(governing, fired, "")
        if effect is not None:
            places.setdefault((party, effect), []).append(place)
        unknown.update((party, r.value) for r in governing.rules if fired[r.id] is None)
    return Standing(places, frozenset(unknown))


def penalised(view: View, parties: Nodes, regime: Regime) -> Standing:
    """Return the penalties of parties that are published and usable on the day, by severity."""
    links = records_about(view, parties, "Penalty")
    rows = node_rows(view.projection, "Penalty", links.node, *_PENALTY_FIELDS)
    usable = published(rows, regime.day, regime[PENALTY], regime.policy)
    places: dict[tuple[int, str], list[Place]] = {}
    unknown: set[tuple[int, str]] = set()
    for (row, _, place), values, live in zip(links.triples(), rows, usable, strict=True):
        key = (int(parties[row]), str(values["severity"]))
        if live:
            places.setdefault(key, []).append(place)
        elif live is None:
            unknown.add(key)
    return Standing(places, frozenset(unknown))


def published(
    penalties: Sequence[Mapping[str, Any]], day: dt.date, governing: Governing, policy: Policy
) -> list[bool | None]:
    """Tell which penalties are published, so that they may be used.

    Parameters
    ----------
    penalties : sequence of mappings
        ``severity, domain, decided_on, repaired_on``.
    day : date
        The day asked for.
    governing : Governing
        The publication regime: as a rule that of the day, but any may be asked "what if".
    policy : Policy
        For the regime of the day of a repair, which decides whether it came after the minimum period.

    Returns
    -------
    list of bool or None
        None where a date is missing, or no regime is in force.
    """
    if "publication_regime" not in governing.constants:
        return [None] * len(penalties)
    rows = [{**_clock(p, day), "repaired": _repaired(p, day, policy)} for p in penalties]
    return [fired["published"] for fired in truths(governing, rows)]


def _clock(penalty: Mapping[str, Any], day: dt.date) -> dict[str, Any]:
    decided = penalty["decided_on"]
    run = None if decided is None else (0 if day < decided else max(1, months_within(decided, day)))
    return {"severity": penalty["severity"], "domain": penalty["domain"], "months_run": run}


def _repaired(penalty: Mapping[str, Any], day: dt.date, policy: Policy) -> bool | None:
    """Whether a repair ended publication: it must have come after the minimum period of its own day's regime."""
    decided, repaired_on = penalty["decided_on"], penalty["repaired_on"]
    if repaired_on is None or day < repaired_on:
        return False
    if decided is None:
        return None
    governing = policy.on(repaired_on)[PENALTY]
    if "publication_regime" not in governing.constants:
        return True
    row = {**_clock(penalty, repaired_on), "months_to_repair": _whole_months(decided, repaired_on)}
    return truths(governing, [row])[0]["repair_in_time"]


def _whole_months(start: dt.date, day: dt.date) -> int:
    months = months_within(start, day)
    return months if day == add_months(start, months) else months - 1

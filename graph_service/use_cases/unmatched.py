"""The review queue of rows that name a legal person without a code (S1-43): who may be meant, with scores, and the link.

A row whose party is not in the graph waits in quarantine. Whoever reviews it links the name to an enterprise, or says that it
is a new one; then its end is there, and the same publication writes its rows.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from algorithms.projection import View
from graph_service.asking import Asking
from graph_service.use_cases.batches import may_see
from graph_service.use_cases.identity import LONGEST_REASON, accepted_pairs
from graph_service.use_cases.known_parties import known_parties
from graph_service.use_cases.screening_decisions import signature
from loaders import Keys
from loaders.decision import Decision as Decided
from loaders.decision import load_decision
from loaders.facts import EdgeFact, Item, NodeFact
from loaders.identity.blocking import Candidate, Index
from loaders.identity.features import Decision, Feature
from loaders.identity.matching import Company, match
from loaders.identity.same_as import (
    DATASET,
    SOURCE,
    Judged,
    Judgement,
    audience_of,
    explanation,
    fact_row,
    pair_of,
)
from loaders.quarantine import ENDPOINT_MISSING, LABEL
from schema.access import Audience
from schema.errors import Conflict, InputError, NotFound

NAMES: Final = ("法人名称", "企业名称", "单位名称", "名称", "CF_XDR_MC", "XK_XDR_MC", "party_name", "name")
"""Columns in which sources write who a row is about; the first that a row fills counts."""
MOST_CANDIDATES: Final = 5
_WORDS: Final = re.compile(r"[\u3400-\u9fff]|[A-Za-z]{2,} [A-Za-z]{2,}")


@dataclass(frozen=True)
class MatchCandidate:
    """An enterprise that may be meant."""

    id: str
    name: str
    score: float
    decision: str
    features: tuple[Feature, ...]


@dataclass(frozen=True)
class UnmatchedParty:
    """A legal person that rows name and the graph does not know.

    Parameters
    ----------
    id : str
        The node id that its rows wait for.
    name : str
        As the source writes it.
    source, dataset : str
    rows : int
        How many rows wait for it.
    candidates : tuple of MatchCandidate
        Best first; none when nobody's name comes near.
    """

    id: str
    name: str
    source: str
    dataset: str
    rows: int
    candidates: tuple[MatchCandidate, ...]


@dataclass(frozen=True)
class LinkedParty:
    """What became of a name: which enterprise it is, or that it is one of its own, and how many waiting rows came with it."""

    id: str
    name: str
    enterprise: str | None
    rows: int


def unmatched_parties(asking: Asking) -> tuple[UnmatchedParty, ...]:
    """Return every name that rows wait for, best candidates first, those of other regions left out.

    O(refused rows + names x block).
    """
    index = asking.view.once(("companies",), _companies)
    found = []
    for missing, rows in _waiting(asking).items():
        asked = Company("", rows[0]["name"])
        near = [c for c in index.candidates(asked) if c.match.decision is not Decision.NO]
        if near or not asking.principal.region:
            candidates = tuple(_told(c) for c in near[:MOST_CANDIDATES])
            first = rows[0]
            found.append(
                UnmatchedParty(
                    missing, first["name"], first["source"], first["dataset"], len(rows), candidates
                )
            )
    asking.about(*(c.id for each in found for c in each.candidates))
    return tuple(
        sorted(found, key=lambda each: (-max((c.score for c in each.candidates), default=0.0), each.id))
    )


def link_unmatched(
    asking: Asking, missing: str, enterprise: str | None, reason: str, keys: Keys
) -> LinkedParty:
    """Say which enterprise a name means, or (None) that it is one that the graph did not know; its rows are loaded with it.

    The name becomes a node, an accepted SAME_AS fact links it, and the rows that waited for it are written, in one
    publication. To undo that is to decide the pair again: the rows stay facts about the name, which then is nobody else's.
    After that the name may be linked anew. The same decision again changes nothing, or finishes what an earlier version
    of the house left waiting.

    Raises
    ------
    NotFound
        No row waits for such a name and nobody ever linked it, or there is no such enterprise, for this caller.
    InputError
        There is no reason, or it is too long.
    Conflict
        The name is linked to another enterprise, or a load is in progress.
    """
    said = reason.strip()
    if not 1 <= len(said) <= LONGEST_REASON:
        raise InputError(f"Say why, in 1 to {LONGEST_REASON} characters.")
    name = _name_waited_for(asking, missing)
    link = None if enterprise is None else _link(asking, missing, name, (enterprise, said))
    by = signature(asking)
    report = load_decision(
        asking.rooms.store, keys, Decided(SOURCE, DATASET, _stated(missing, name, link), by)
    )
    return LinkedParty(missing, name, enterprise, sum(file.ledger.loaded for file in report.retried))


def _name_waited_for(asking: Asking, missing: str) -> str:
    """Return the name of a party that rows wait for, or that was linked before."""
    if any(each.id == missing for each in unmatched_parties(asking)):
        return str(_waiting(asking)[missing][0]["name"])
    said = asking.rooms.store.sayings("LegalEntity", missing, asking.known_run).rows()
    names = [row["value"] for row in said if (row["source"], row["property"]) == (SOURCE, "name")]
    if not names or not asking.view.sees(missing):
        raise NotFound("No row waits for such a name, for this caller.")
    return str(names[0])


def _stated(missing: str, name: str, link: dict[str, Any] | None) -> list[Item]:
    """A name and its link as one row of a delivery; a link that stands already is not stated again."""
    row = {"id": missing, "audience": Audience.PUBLIC.value, "bank": None, "line": 0, "name": name}
    ends = ("SAME_AS", "LegalEntity", "LegalEntity")
    edges = [EdgeFact(*ends, link, ("", "enterprise"), soft=False)] if link else []
    return [Item(0, 0, missing, NodeFact("LegalEntity", ("Enterprise",), row), edges)]


def _link(asking: Asking, missing: str, name: str, chosen: tuple[str, str]) -> dict[str, Any] | None:
    """Return an accepted pair as a row; None when it is one already."""
    enterprise, reason = chosen
    if enterprise == missing:
        raise InputError("Name another enterprise, or none: a name is itself already.")
    position = asking.party(enterprise)
    pair = pair_of(missing, enterprise)
    linked = {p for p in accepted_pairs(asking) if missing in p}
    if pair in linked:
        return None
    if linked:
        raise Conflict(f"{missing} is linked already: undo that pair first.")
    (party,) = known_parties(asking.view, [position])
    found = match(Company(missing, name), party)
    judged = Judged(
        Judgement.ACCEPTED,
        found.score,
        explanation(found, reason),
        signature(asking),
        dt.datetime.now(dt.UTC),
    )
    return fact_row(pair, judged, audience_of(judged.judgement, (), people=False))


def _companies(view: View) -> Index:
    return Index([party for party in known_parties(view) if isinstance(party, Company)])


def _waiting(asking: Asking) -> dict[str, list[dict[str, Any]]]:
    """Return the open rows that lack a legal entity and name it, by its id."""
    found: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in asking.rooms.store.nodes(LABEL, asking.known_run).rows():
        seen = may_see(asking, row["source"]) and _may_know_of(asking, row)
        waits = row["status"] == "OPEN" and row["pending"] and seen
        for missing in _lacking(row["errors"]) if waits else ():
            if name := _name_in(row["raw_row"]) or _name_of(missing):
                found[missing].append({**row, "name": name})
    there = asking.graph.index[
        "LegalEntity"
    ]  # not what the store holds: a load that died may have left the node
    return {missing: rows for missing, rows in sorted(found.items()) if missing not in there}


def _may_know_of(asking: Asking, row: Mapping[str, Any]) -> bool:
    return asking.rooms.policy.may_know_of(asking.principal, Audience(row["audience"]))


def _lacking(errors: str) -> Iterator[str]:
    for fault in json.loads(errors):
        if fault["code"] == ENDPOINT_MISSING and fault["value"].startswith("E:"):
            yield fault["value"]


def _name_in(raw_row: str) -> str:
    row = json.loads(raw_row)
    if not isinstance(row, dict):
        return ""
    return next((text for name in NAMES if (text := str(row.get(name) or "").strip())), "")


def _name_of(missing: str) -> str:
    """Return the name by which a source calls whom it has no code for: the record part of the id, unless it is a number."""
    record = missing.split(":", 2)[-1]
    return record if _WORDS.search(record) else ""


def _told(candidate: Candidate) -> MatchCandidate:
    found = candidate.match
    return MatchCandidate(
        candidate.party.id, candidate.party.name, found.score, found.decision.value, found.features
    )

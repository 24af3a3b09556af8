"""What people decided about hits of a screening: kept per organisation, dated, signed, and never overwritten."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Final

from graph_service.asking import Asking
from loaders.identity.screening import Decided, Hit, Outcome
from schema.access import Audience
from schema.nodes import NODES
from schema.periods import today_in_shanghai
from schema.ports import NodeBatch, Stage
from schema.provenance import RunHeader

SOURCE: Final = "api"
DATASET: Final = "screening_decisions"
PLATFORM: Final = "platform"
LABEL: Final = "ScreeningDecision"
DATABASES: Final = frozenset(NODES["RiskListing"].field("database").choices)


def signature(asking: Asking) -> str:
    """Return who decides, as the record keeps it: role, organisation, token."""
    who = asking.principal
    return ":".join(filter(None, (who.role.value, who.org, who.token_id)))


def decisions_of(asking: Asking, digest: str, found: Iterable[Hit]) -> dict[str, Decided]:
    """Return the last decision about each hit (by party id), as known at the time that is asked about."""
    by_id = {_decision_id(asking, digest, hit): hit.party.id for hit in found}
    if not by_id:
        return {}
    table = asking.rooms.store.nodes(LABEL, asking.known_run, [*by_id])
    return {
        by_id[row["id"]]: Decided(
            Outcome(row["outcome"]), row["evidence"], row["decided_by"], row["decided_at"], row["reason"]
        )
        for row in table.rows()
    }


def keep_decision(asking: Asking, digest: str, hit: Hit, decided: Decided) -> None:
    """Write a decision as a version of its own."""
    node_id = _decision_id(asking, digest, hit)
    header = RunHeader(SOURCE, DATASET, "", "", today_in_shanghai(), node_id)
    row = {
        "id": node_id,
        "audience": Audience.RESTRICTED.value,
        "bank": None,
        "line": 0,
        "scope": _scope(asking),
        "query_hash": digest,
        "outcome": decided.outcome.value,
        "evidence": decided.evidence,
        "score": hit.match.score,
        "algorithm": hit.match.algorithm,
        "reason": decided.reason,
        "decided_by": decided.by,
        "decided_at": decided.at,
    }
    asking.rooms.store.commit(header, (NodeBatch(Stage(0, header), LABEL, (), (row,)),))


def _scope(asking: Asking) -> str:
    """A decision is its organisation's: another one decides for itself."""
    return asking.principal.org or PLATFORM


def _decision_id(asking: Asking, digest: str, hit: Hit) -> str:
    """One that rests on a risk database is for whoever sees that database: nobody else learns that there is one (T15)."""
    databases = sorted(DATABASES & {entry.list_kind for entry in hit.entries})
    said = "\0".join((_scope(asking), digest, hit.party.id, *databases))
    return "S:" + hashlib.sha256(said.encode()).hexdigest()[:32]

"""Do member and core belong together? Control, owners and family refuse; a shared contact or representative flags."""

from __future__ import annotations

from algorithms.lending.checks.columns import Column, found
from algorithms.lending.pool import Pool
from algorithms.lending.study import Study
from algorithms.lending.ties import tie_places
from algorithms.relations.persons import legal_representatives
from algorithms.walks.links import Nodes, Place, as_nodes, node_rows, outgoing

_CONTACTS = frozenset({"ADDRESS", "PHONE"})


def relations(study: Study) -> tuple[Column, ...]:
    """Common control: declassified, so a tie that rests on facts hidden from the caller cites nothing."""
    pool = study.pool
    members = pool.rows.tolist()
    values = [study.backers_of_all.tied(m, pool.core) for m in members]
    places = {
        i: tie_places(pool.view, study.backers, m, pool.core)
        for i, (m, tied) in enumerate(zip(members, values, strict=True))
        if tied
    }
    return (
        Column("common_control", values, places),
        found("shared_contact", _shared_contacts(pool)),
        found("shared_legal_rep", _shared_representatives(pool)),
    )


def _shared_contacts(pool: Pool) -> list[list[Place]]:
    of_core = _contacts(pool, as_nodes([pool.core])).get(0, {})
    found = _contacts(pool, pool.rows)
    return [
        [
            p
            for contact, place in found.get(i, {}).items()
            if contact in of_core
            for p in (place, of_core[contact])
        ]
        for i in range(len(pool.rows))
    ]


def _contacts(pool: Pool, nodes: Nodes) -> dict[int, dict[int, Place]]:
    links = outgoing(pool.view, "REACHED_AT", nodes)
    kinds = [row["contact_kind"] for row in node_rows(pool.projection, "Contact", links.node, "contact_kind")]
    found: dict[int, dict[int, Place]] = {}
    for (row, contact, place), kind in zip(links.triples(), kinds, strict=True):
        if kind in _CONTACTS:
            found.setdefault(row, {})[contact] = place
    return found


def _shared_representatives(pool: Pool) -> list[list[Place]]:
    by_party = legal_representatives(pool.view, as_nodes([*pool.rows.tolist(), pool.core]))
    of_core = by_party.get(pool.core, {})
    return [
        [
            p
            for person, place in by_party.get(m, {}).items()
            if person in of_core
            for p in (place, of_core[person])
        ]
        for m in pool.rows.tolist()
    ]

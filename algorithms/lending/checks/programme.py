"""Does the party take part in this programme of this bank, and is the core's word in line with its books?"""

from __future__ import annotations

from algorithms.lending.checks.columns import Column
from algorithms.lending.pool import Pool
from algorithms.lending.study import Study
from algorithms.walks.links import Place, as_nodes, node_rows, records_about
from schema.money import MAX_FEN, Fen


def membership(study: Study) -> tuple[Column, ...]:
    """Membership, tier, and the party's own standing."""
    pool = study.pool
    rows, taking_part = pool.rows.tolist(), pool.participation
    joined = {i: [taking_part[m][1]] for i, m in enumerate(rows) if m in taking_part}
    tiers = [taking_part[m][0] if m in taking_part else None for m in rows]
    run_by = dict.fromkeys(range(len(rows)), pool.programme_places)
    return (
        Column("is_member", [m in taking_part for m in rows], joined),
        Column("tier", tiers, joined),
        Column("bank_runs_programme", [pool.bank_runs_it] * len(rows), run_by),
        Column("is_household", [pool.is_household(m) for m in rows]),
        Column("status", _statuses(pool)),
    )


def payables(study: Study) -> tuple[Column, ...]:
    """What the core has confirmed to owe, to anybody, against its last audited statement."""
    pool, day = study.pool, study.pool.day
    confirmed = [
        c
        for c in study.debts_of_core
        if c.values["confirmed_on"] is not None and c.values["confirmed_on"] <= day
    ]
    # Amounts of one column are of 64 bits; beyond them the sum is above any audited amount just the same.
    total = min(MAX_FEN, sum(c.values["outstanding_fen"] or 0 for c in confirmed))
    audited, places = audited_payables(pool)
    size = len(pool.rows)
    return (
        Column("core_confirmed_payables_fen", [total] * size),
        Column("core_audited_payables_fen", [audited] * size, dict.fromkeys(range(size), places)),
    )


def audited_payables(pool: Pool) -> tuple[Fen | None, list[Place]]:
    """Return the payables of the core's last audited statement and where it is said; None without one."""
    links = records_about(pool.view, as_nodes([pool.core]), "FinancialStatement")
    names = ("period_to", "audited", "payables_fen")
    rows = node_rows(pool.projection, "FinancialStatement", links.node, *names)
    audited = [
        (row["period_to"], place, row["payables_fen"])
        for row, place in zip(rows, links.places(), strict=True)
        if row["audited"] and row["period_to"] is not None and row["period_to"] <= pool.day
    ]
    if not audited:
        return None, []
    _, place, fen = max(audited, key=lambda entry: entry[:2])
    return fen, [place]


def _statuses(pool: Pool) -> list[str | None]:
    """Registration status of enterprises; households and persons are not registered, so always in business."""
    entities = [m for m in pool.rows.tolist() if pool.is_entity(m)]
    rows = node_rows(pool.projection, "LegalEntity", entities, "status")
    known = {m: row["status"] for m, row in zip(entities, rows, strict=True)}
    return [known.get(m) if m in known else "ACTIVE" for m in pool.rows.tolist()]

"""The path from a member to the core: along supplies, else over a claim on the core, else through the programme."""

from __future__ import annotations

from algorithms.evidence import Fact
from algorithms.lending.study import Study
from algorithms.walks.links import Place, as_nodes, outgoing

MAX_TIERS = 5


def path_of(study: Study, index: int) -> tuple[Fact, ...]:
    """Return the facts that lead from a member to the core.

    Parameters
    ----------
    study : Study
    index : int
        Of the member in the pool.

    Notes
    -----
    Breadth first over at most ``MAX_TIERS`` supply relations, so the path shown is a shortest one.
    """
    pool = study.pool
    member = int(pool.rows[index])
    trade = study.trades[index]
    chain = _supply_chain(study, member) or trade.confirmed[:2] or trade.sells[:2] or trade.buys[:1]
    if not chain:
        joined = pool.participation.get(member)
        chain = [*([joined[1]] if joined else []), *pool.programme_places]
    return pool.cite(list(chain))


def _supply_chain(study: Study, member: int) -> list[Place]:
    pool = study.pool
    reached: dict[int, list[Place]] = {member: []}
    frontier = [member]
    for _ in range(MAX_TIERS):
        nodes = sorted(frontier)
        frontier = []
        for row, buyer, place in sorted(outgoing(pool.view, "SUPPLIES", as_nodes(nodes)).triples()):
            if buyer not in reached:
                reached[buyer] = [*reached[nodes[row]], place]
                frontier.append(buyer)
        if pool.core in reached or not frontier:
            break
    return reached.get(pool.core, [])

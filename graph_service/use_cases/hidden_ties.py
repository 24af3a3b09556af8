"""Who only looks independent 疑似关联, and whose goods come back to him 循环贸易: for supervisors, in a region or of one party."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from algorithms.evidence import Fact
from algorithms.projection.regions import inside
from algorithms.relations.circular_trade import Cycle, Ring, Rings, rings
from algorithms.relations.clusters import Clusters, Weighing, clusters
from algorithms.relations.control_web import web
from algorithms.relations.cycle_search import Limits
from algorithms.relations.shared_contacts import Ints, Shared
from algorithms.rules import govern, load
from algorithms.walks.links import cite
from graph_service.asking import Asking
from graph_service.use_cases.described import Described
from graph_service.use_cases.parties import NodeAnswer, describe
from schema.errors import InputError

RULEBOOK, RELATED = "trade_circles", "related_parties"
MOST_MEMBERS, MOST_LINKS, MOST_HUBS, MOST_FACTS = 200, 200, 100, 20


@dataclass(frozen=True)
class ClusterLink:
    """Two members with what they share; ``declared``: one controls the other, or somebody declared controls both."""

    first: str
    second: str
    kinds: tuple[str, ...]
    score: float
    declared: bool
    facts: tuple[Fact, ...]


@dataclass(frozen=True)
class PseudoIndependentCluster:
    """Parties that look independent and share contacts or officers: the strongest links first, ``link_count`` of all."""

    score: float
    kinds: tuple[str, ...]
    member_count: int
    members: tuple[NodeAnswer, ...]
    link_count: int
    links: tuple[ClusterLink, ...]


@dataclass(frozen=True)
class SharedHub:
    """A contact or person that so many parties share that it links nobody."""

    node: NodeAnswer
    kind: str
    tenants: int


@dataclass(frozen=True)
class ClustersAnswer:
    """Clusters, highest score first, and the hubs that were left out, largest first, ``hub_count`` of all."""

    clusters: Described[PseudoIndependentCluster]
    hub_count: int
    hubs: tuple[SharedHub, ...]
    rulebook: str


@dataclass(frozen=True)
class TradeCycle:
    """One way round: each sells to the next and the last to the first. Null: an amount is not known."""

    nodes: tuple[str, ...]
    amounts_fen: tuple[int | None, ...]
    circulated_fen: int | None
    netting: float | None
    facts: tuple[Fact, ...]


@dataclass(frozen=True)
class TradeCircle:
    """Everybody who sells, through others, to himself (see ``algorithms.relations.circular_trade.Ring``)."""

    member_count: int
    members: tuple[NodeAnswer, ...]
    sale_count: int
    gross_fen: int | None
    netting: float | None
    sales_without_amount: int
    cycles: tuple[TradeCycle, ...]
    truncated: bool
    starts_left: int
    sales_on_no_listed_cycle: int


@dataclass(frozen=True)
class TradeCirclesAnswer:
    """Circles, most sold inside first; ``undated_claims`` were left out, for nothing says whether they lie in the window."""

    circles: Described[TradeCircle]
    window_days: int
    cycle_length_max: int
    undated_claims: int
    rulebook: str


def find_clusters(asking: Asking, region: str | None = None, party_id: str | None = None) -> ClustersAnswer:
    """List pseudo-independent clusters with a member in the caller's region, or the one cluster of a party.

    Raises
    ------
    InputError
        The region is no prefix of a division code.
    NotFound
        No such party, for this caller.
    """
    book = asking.governing(RULEBOOK)
    found = clusters(asking.view, Weighing.read(book.constant))
    wanted = _wanted(asking, (region, party_id), found.members, found.cluster_of)
    hubs = tuple(SharedHub(describe(asking, h.node), h.kind.name, h.tenants) for h in found.hubs[:MOST_HUBS])
    asking.about(*(h.node.id for h in hubs if h.node.label == "Person"))
    return ClustersAnswer(
        Described(wanted, lambda number: _cluster(asking, found, number)),
        len(found.hubs),
        hubs,
        book.version,
    )


def find_trade_circles(
    asking: Asking, region: str | None = None, party_id: str | None = None
) -> TradeCirclesAnswer:
    """List circular trade with a member in the caller's region, or the circle of one party.

    Raises
    ------
    InputError
        The region is no prefix of a division code.
    NotFound
        No such party, for this caller.
    """
    book = asking.governing(RULEBOOK)
    window, length, most, steps = (
        int(book.constant(name)) for name in ("window_days", "cycle_length_max", "cycles_max", "steps_max")
    )
    found = rings(asking.view, window, Limits(length, most, steps))
    wanted = _wanted(asking, (region, party_id), found.members, found.ring_of)
    return TradeCirclesAnswer(
        Described(wanted, lambda number: _circle(asking, found, number)),
        window,
        length,
        found.trades.undated,
        book.version,
    )


def _wanted(
    asking: Asking, asked: tuple[str | None, str | None], groups: tuple[Ints, ...], group_of: dict[int, int]
) -> list[int]:
    """The groups that were asked for: those with a member in the region, or that of the party."""
    region, party_id = asked
    if region is not None and not (region.isdigit() and len(region) <= 12):
        raise InputError("`region` is a division code of up to 12 digits, or the first digits of one.")
    chosen = range(len(groups))
    if party_id is not None:
        number = group_of.get(asking.party(party_id))
        chosen = range(0) if number is None else range(number, number + 1)
    if not region:
        return [*chosen]
    near = inside(asking.projection, region)
    return [number for number in chosen if near[groups[number]].any()]


def _cluster(asking: Asking, found: Clusters, number: int) -> PseudoIndependentCluster:
    first, last = int(found.link_starts[number]), int(found.link_starts[number + 1])
    strongest = first + np.argsort(-found.links.score[first:last], kind="stable")[:MOST_LINKS]
    members, links = found.members[number], _links(asking, found, strongest.tolist())
    shown = tuple(describe(asking, p) for p in members[:MOST_MEMBERS].tolist())
    asking.about(*(m.id for m in shown), *(end for link in links for end in (link.first, link.second)))
    score, kinds = float(found.score[number]), _kinds(int(found.kinds[number]))
    return PseudoIndependentCluster(score, kinds, len(members), shown, last - first, links)


def _links(asking: Asking, found: Clusters, chosen: list[int]) -> tuple[ClusterLink, ...]:
    links, ids = found.links, asking.projection.ids
    behind = _declared_controllers(asking, np.concatenate((links.first[chosen], links.second[chosen])))
    made = []
    for at in chosen:
        first, second = int(links.first[at]), int(links.second[at])
        declared = bool(({first} | behind[first]) & ({second} | behind[second]))
        facts = cite(asking.projection, found.places(first, second)[:MOST_FACTS])
        kinds, score = _kinds(int(links.kinds[at])), float(links.score[at])
        made.append(ClusterLink(ids[first], ids[second], kinds, score, declared, facts))
    return tuple(made)


def _declared_controllers(asking: Asking, parties: Ints) -> dict[int, set[int]]:
    ratio = float(govern(load(RELATED), asking.as_of).constant("control_ratio"))
    return web(asking.view, ratio).holdings.controllers(np.unique(parties))


def _kinds(bits: int) -> tuple[str, ...]:
    return tuple(kind.name for kind in Shared if bits >> kind & 1)


def _circle(asking: Asking, found: Rings, number: int) -> TradeCircle:
    ring: Ring = found.ring(number)
    shown = tuple(describe(asking, p) for p in ring.members[:MOST_MEMBERS].tolist())
    cycles = tuple(_cycle(asking, found, cycle) for cycle in ring.cycles)
    asking.about(*(m.id for m in shown), *(node for cycle in cycles for node in cycle.nodes))
    return TradeCircle(
        len(ring.members),
        shown,
        len(ring.pairs),
        ring.gross,
        ring.netting,
        ring.pairs_without_amount,
        cycles,
        ring.truncated,
        ring.starts_left,
        ring.pairs_on_no_listed_cycle,
    )


def _cycle(asking: Asking, found: Rings, cycle: Cycle) -> TradeCycle:
    places = [place for pair in cycle.pairs for place in found.trades.places(pair)[:MOST_FACTS]]
    return TradeCycle(
        tuple(asking.projection.ids[n] for n in cycle.nodes),
        cycle.amounts,
        cycle.circulated,
        cycle.netting,
        cite(asking.projection, places),
    )

"""The persons behind farm households, legal representatives, and who is family or acts in concert with whom."""

from __future__ import annotations

from collections.abc import Iterable

from algorithms.projection import View
from algorithms.walks.links import Nodes, Place, as_nodes, fact_rows, incoming, outgoing

_TIES = ("FAMILY_OF", "ACTS_WITH")


def household_members(view: View, nodes: Nodes, *, heads_only: bool = False) -> dict[int, dict[int, Place]]:
    """Return household → person → where it is said."""
    links = incoming(view, "MEMBER_OF", nodes)
    found: dict[int, dict[int, Place]] = {}
    for (row, person, place), fact in zip(links.triples(), fact_rows(view.projection, links), strict=True):
        if fact["head"] or not heads_only:
            found.setdefault(int(nodes[row]), {})[person] = place
    return found


def legal_representatives(view: View, nodes: Nodes) -> dict[int, dict[int, Place]]:
    """Return enterprise → legal representative 法定代表人 → where it is said."""
    found: dict[int, dict[int, Place]] = {}
    for row, person, place in incoming(view, "LEGAL_REP_OF", nodes).triples():
        found.setdefault(int(nodes[row]), {})[person] = place
    return found


def relatives(view: View, parties: Iterable[int]) -> dict[int, dict[int, Place]]:
    """Return, per party, family 亲属 and concert parties 一致行动人 one step away, stated in either direction."""
    nodes = as_nodes(sorted(set(parties)))
    found: dict[int, dict[int, Place]] = {}
    for relationship in _TIES:
        for follow in (outgoing, incoming):
            for row, other, place in follow(view, relationship, nodes).triples():
                found.setdefault(int(nodes[row]), {}).setdefault(other, place)
    return found

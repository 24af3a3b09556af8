"""The connected clients 关联客户 that a decision looks at: groups of members, as ``algorithms.relations`` finds them."""

from __future__ import annotations

from collections.abc import Mapping

from algorithms.relations.connected_clients import ClientGroups

Group = frozenset[int]


def control_group(clients: ClientGroups, party: int) -> Group:
    """Return a party's group by control: itself, who controls it, and everything that these control."""
    return frozenset({party}).union(*(clients.anchor(g).tolist() for g in clients.anchored(party)))


def shared(groups: Mapping[int, Group]) -> list[list[int]]:
    """Return the sets of parties that stand in one and the same group, those of two or more, in order."""
    found: dict[Group, list[int]] = {}
    for party in sorted(groups):
        found.setdefault(groups[party], []).append(party)
    return [parties for parties in found.values() if len(parties) > 1]

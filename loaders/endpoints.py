"""No ghost nodes: which rows may be written, because all that they point to is there or comes with them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from loaders.facts import EdgeFact, Item
from loaders.faults import Fault
from loaders.quarantine import ENDPOINT_MISSING
from schema.ports import GraphStore

Node = tuple[str, str]
"""Key label and id."""


@dataclass(frozen=True)
class Settlement:
    """Which items may be written.

    Parameters
    ----------
    missing : mapping of Item to list of Fault
        Items that may not, with one fault for each endpoint that is missing.
    dropped : mapping of Item to list of EdgeFact
        Soft relationships that are left out of items that may.
    """

    missing: Mapping[Item, list[Fault]]
    dropped: Mapping[Item, list[EdgeFact]]


def settle(items: Sequence[Item], store: GraphStore) -> Settlement:
    """Find the largest set of items whose endpoints are all in the store or described by the set itself.

    An item that lacks an endpoint takes its own node with it, which may cost others theirs, and so on to the end.
    O(items) for each step of the longest such chain.
    """
    present = _existing(items, store)
    coming = Counter(_own(item) for item in items)
    missing: dict[Item, list[Fault]] = {}
    live = list(items)
    while lacking := [(item, faults) for item in live if (faults := _lacks(item, present, coming))]:
        missing.update(lacking)
        coming.subtract(_own(item) for item, _ in lacking)
        live = [item for item in live if item not in missing]
    dropped = {item: lost for item in live if (lost := _soft_losses(item, present, coming))}
    return Settlement(missing, dropped)


def _own(item: Item) -> Node:
    return (item.node.label, item.node.row["id"]) if item.node and not item.node.found_by else ("", "")


def _added_to(item: Item) -> tuple[Node, str] | None:
    """Return the node that a row adds to without describing it, and the column that names it."""
    node = item.node
    return ((node.label, node.row["id"]), node.found_by) if node and node.found_by else None


def _ends(edge: EdgeFact) -> tuple[tuple[Node, str], tuple[Node, str]]:
    return (
        ((edge.start_label, edge.row["start"]), edge.via[0]),
        ((edge.end_label, edge.row["end"]), edge.via[1]),
    )


def _existing(items: Iterable[Item], store: GraphStore) -> set[Node]:
    wanted: defaultdict[str, set[str]] = defaultdict(set)
    for item in items:
        if added := _added_to(item):
            wanted[added[0][0]].add(added[0][1])
        for edge in item.edges:
            wanted[edge.start_label].add(edge.row["start"])
            wanted[edge.end_label].add(edge.row["end"])
    return {(label, found) for label, ids in wanted.items() for found in store.existing(label, ids)}


def _lacks(item: Item, present: set[Node], coming: Counter[Node]) -> list[Fault]:
    """Return a fault for each node that is missing: an end of a hard relationship, or one that the row only adds to."""
    rule = "A relationship needs both its ends: deliver who is missing, and this row follows by itself."
    needed = [end for edge in item.edges if not edge.soft for end in _ends(edge)]
    if added := _added_to(item):
        needed.append(added)
    found = {
        via: Fault(via, ENDPOINT_MISSING, node[1], rule)
        for node, via in needed
        if node not in present and not coming[node]
    }
    return list(found.values())


def _soft_losses(item: Item, present: set[Node], coming: Counter[Node]) -> list[EdgeFact]:
    return [
        edge
        for edge in item.edges
        if edge.soft and any(node not in present and not coming[node] for node, _ in _ends(edge))
    ]

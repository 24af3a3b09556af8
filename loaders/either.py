"""Parties of which a row does not say whether they are enterprises or persons (``?:…``): the graph or the delivery knows.

One that nobody has described yet is missing like any other end of a relationship: the row waits for it. When it turns out to
be what a relationship cannot begin at (an enterprise holds no post), the row states the others alone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from loaders.delivery import DeliveredFile
from loaders.facts import EdgeFact, Item, Node
from loaders.identity.references import EITHER, PREFIXES
from loaders.lots import Lot
from loaders.spool import parts_of
from schema.edges import EDGES
from schema.ports import GraphStore

_LABELS = ("LegalEntity", "Person")


def with_parties(store: GraphStore, delivered: Sequence[DeliveredFile]) -> list[DeliveredFile]:
    """Give the parties of files that leave it open (``SourceFile.open_parties``) their ids, as far as the graph knows them."""
    return [_with_parties(store, file) if file.source.open_parties else file for file in delivered]


def _with_parties(store: GraphStore, file: DeliveredFile) -> DeliveredFile:
    if file.staged is None:
        return file
    lot = file.staged.lot
    known = known_parties(store, open_ids(node for part in lot.mentions() for node in part.wanted))
    if not known:
        return file
    named = Lot([with_ends(item, known) for item in part] for part in parts_of(lot.items))
    return replace(file, staged=replace(file.staged, lot=named))


def open_ids(nodes: Iterable[Node]) -> set[str]:
    """Return the ids among these that may be either."""
    return {node_id for _, node_id in nodes if node_id.startswith(EITHER)}


def open_form(node_id: str) -> str:
    """Return how a row names a party that does not say what it is."""
    return EITHER + node_id[len(EITHER) :]


def possible_ids(node_id: str) -> tuple[str, ...]:
    """Return which nodes an id may mean: two, if it is open."""
    if not node_id.startswith(EITHER):
        return (node_id,)
    return tuple(PREFIXES[label] + node_id[len(EITHER) :] for label in _LABELS)


def known_parties(
    store: GraphStore, ids: Collection[str], described: Collection[Node] = ()
) -> dict[str, Node]:
    """Return who is meant by open ids, by those that are described or in the store; not where it could be two."""
    found: dict[str, list[Node]] = {node_id: [] for node_id in ids}
    for place, label in enumerate(_LABELS if ids else ()):
        meant = {possible_ids(node_id)[place]: node_id for node_id in ids}
        there = store.existing(label, meant) | {i for of, i in described if of == label and i in meant}
        for node_id in there:
            found[meant[node_id]].append((label, node_id))
    return {node_id: nodes[0] for node_id, nodes in found.items() if len(nodes) == 1}


def with_ends(item: Item, known: Mapping[str, Node]) -> Item:
    """Return a row with the ends that are known now."""
    return replace(item, edges=[*_named(item.edges, known)])


def _named(edges: Iterable[EdgeFact], known: Mapping[str, Node]) -> Iterator[EdgeFact]:
    for edge in edges:
        start, end = (known.get(node_id, (label, node_id)) for label, node_id in edge.ends)
        rule = EDGES[edge.relationship]
        if start[0] in rule.starts and end[0] in rule.ends:
            row = {**edge.row, "start": start[1], "end": end[1]}
            yield edge._replace(start_label=start[0], end_label=end[0], row=row)

"""No ghost nodes: which rows may be written, because all that they point to is there or comes with them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from loaders.facts import EdgeFact, Item, Node
from loaders.faults import Fault
from loaders.hashed import Hashed, Hashes, hashes_of
from loaders.lots import Lot
from loaders.quarantine import ENDPOINT_MISSING
from schema.ports import GraphStore

_RULE = "A relationship needs both its ends: deliver who is missing, and this row follows by itself."


@dataclass(frozen=True)
class Settlement:
    """Which items may be written.

    Parameters
    ----------
    missing : mapping of Item to list of Fault
        Items that may not, with one fault for each endpoint that is missing.
    dropped : mapping of Item to list of EdgeFact
        Soft relationships that are left out of items that may.
    absent : collection of Node
        The nodes that are nowhere.
    """

    missing: Mapping[Item, list[Fault]]
    dropped: Mapping[Item, list[EdgeFact]]
    absent: Collection[Node] = ()


def settle(lots: Sequence[Lot], store: GraphStore, refused: Collection[Item] = ()) -> Settlement:
    """Find the largest set of items whose endpoints are all in the store or described by the set itself.

    An item that lacks an endpoint takes its own node with it, which may cost others theirs, and so on to the end.

    Parameters
    ----------
    lots : sequence of Lot
    store : GraphStore
        Asked for the nodes that no item describes.
    refused : collection of Item
        Items that will not be written whatever they point to.

    Notes
    -----
    O(items log items), and for each step of the longest chain the parts that mention what went missing. Nodes are looked up
    by 64-bit hashes; should two of them ever be equal, the store refuses the row that slipped through.
    """
    return _Settling(lots, store, refused).run()


@dataclass
class _Settling:
    lots: Sequence[Lot]
    store: GraphStore
    refused: Collection[Item]
    missing: dict[Item, list[Fault]] = field(default_factory=dict)
    absent: set[Node] = field(default_factory=set)

    def run(self) -> Settlement:
        self.described = np.sort(_joined(hashes_of(m.described) for lot in self.lots for m in lot.mentions()))
        self.wanted = [[hashes_of(m.wanted) for m in lot.mentions()] for lot in self.lots]
        self.left: Counter[Node] = Counter()
        fresh = self._nowhere() | self._gone(self.refused)
        while fresh:
            self.absent |= fresh
            lacking = [(item, faults) for item in self._concerned(fresh) if (faults := self._lacks(item))]
            self.missing.update(lacking)
            fresh = self._gone([item for item, _ in lacking])
        dropped = {i: lost for i in self._concerned(self.absent) if (lost := self._soft_losses(i))}
        return Settlement(self.missing, dropped, self.absent)

    def _nowhere(self) -> set[Node]:
        """Return the nodes that are wanted, that nobody describes and that the store does not have."""
        asked, lost = Hashed(), set[Node]()
        for lot, hashes in zip(self.lots, self.wanted, strict=True):
            for mentions, wanted in zip(lot.mentions(), hashes, strict=True):
                new = (asked.find(wanted) < 0) & ~_among(wanted, self.described)
                lost |= self._not_stored(mentions.wanted[i] for i in np.flatnonzero(new))
                asked.add(wanted[new], np.zeros(np.count_nonzero(new), np.int64))
        return lost

    def _gone(self, items: Collection[Item]) -> set[Node]:
        """Return the nodes that are nowhere any more, now that these items are not written."""
        own = [node for item in items if (node := item.own)]
        self.left.update(own)
        coming = (node for node in {*own} if self.left[node] >= self._times_described(node))
        return self._not_stored(coming) - self.absent

    def _times_described(self, node: Node) -> int:
        begin, end = (
            np.searchsorted(self.described, hash(node), "left"),
            np.searchsorted(self.described, hash(node), "right"),
        )
        return int(end - begin)

    def _not_stored(self, nodes: Iterable[Node]) -> set[Node]:
        by_label: defaultdict[str, set[str]] = defaultdict(set)
        for label, node_id in nodes:
            by_label[label].add(node_id)
        return {
            (label, node_id)
            for label, ids in by_label.items()
            for node_id in ids - self.store.existing(label, ids)
        }

    def _concerned(self, nodes: Collection[Node]) -> Iterator[Item]:
        """Yield the items that are still to be written, of the parts that want one of these nodes."""
        sought = np.sort(hashes_of(nodes))
        for lot, hashes in zip(self.lots, self.wanted, strict=True):
            for number, wanted in enumerate(hashes):
                if _among(wanted, sought).any():
                    yield from (
                        i for i in lot.part(number) if i not in self.missing and i not in self.refused
                    )
            lot.rest()

    def _lacks(self, item: Item) -> list[Fault]:
        """Return a fault for each node that is missing: an end of a hard relationship, or one that the row only adds to."""
        faults = [f for edge in item.edges if not edge.soft for f in missing_ends(edge, self.absent)]
        if item.node and item.added_to in self.absent:
            faults.append(_fault(item.added_to, item.node.found_by))
        return list({(fault.field, fault.value): fault for fault in faults}.values())

    def _soft_losses(self, item: Item) -> list[EdgeFact]:
        return [edge for edge in item.edges if edge.soft and any(end in self.absent for end in edge.ends)]


def missing_ends(edge: EdgeFact, absent: Collection[Node]) -> list[Fault]:
    """Return a fault for each end of a relationship that is nowhere."""
    return [_fault(end, via) for end, via in zip(edge.ends, edge.via, strict=True) if end in absent]


def _fault(node: Node, via: str) -> Fault:
    return Fault(via, ENDPOINT_MISSING, node[1], _RULE)


def _joined(parts: Iterable[Hashes]) -> Hashes:
    return np.concatenate([np.empty(0, np.int64), *parts])


def _among(hashes: Hashes, ascending: Hashes) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Return which of the hashes are among ascending ones."""
    if not len(ascending):
        return np.zeros(len(hashes), np.bool_)
    place = np.minimum(np.searchsorted(ascending, hashes), len(ascending) - 1)
    return np.asarray(ascending[place] == hashes)

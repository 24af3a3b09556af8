"""Who was erased stays erased (S1-60): rows about him are refused, whoever delivers them again, and keep no personal data.

A tombstone knows its subject by a keyed hash only, so the ids that a delivery names are hashed and looked up. It is lifted
by a new basis of a day after the erasure, in the delivery or waiting for it: a household whose demand or consent is dated so
(``collection_basis_on``), or an authorisation of the subject granted then. Once he is in the graph again, he is there. A
row that was refused meanwhile kept nothing that could be loaded: its source delivers it again.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from loaders.blanking import Told, blanked
from loaders.delivery import DeliveredFile
from loaders.facts import Item, Node
from loaders.faults import Fault
from loaders.identity.keys import Keys
from loaders.identity.masking import identity_numbers
from loaders.quarantine import ERASED
from loaders.spool import parts_of
from loaders.vault import Vault
from loaders.waiting import waiting_rows
from schema.datasets import issuer_of
from schema.errors import IdentifierInvalid
from schema.nodes import key_label_of
from schema.periods import SHANGHAI
from schema.ports import GraphStore

ERASABLE: Final = ("Person", "Household")
_PREFIXES: Final = ("P:", "H:")
_FAULT: Final = Fault(
    "*",
    ERASED,
    "",
    "The subject was erased 信息主体已注销: nothing about him is taken in before he gives a new consent or demand.",
)


@dataclass(frozen=True)
class Tombstones:
    """Who was erased, and when last.

    Parameters
    ----------
    keys : Keys
        That they were hashed with.
    days : mapping of str to date
        By keyed hash, the day in Shanghai; one entry a subject.
    """

    keys: Keys
    days: Mapping[str, dt.date]

    def among(self, nodes: Iterable[Node]) -> dict[Node, dt.date]:
        """Return those of some nodes that were erased. O(persons and households among them)."""
        hashed = ((node, self.keys.subject_hash(node[1])) for node in nodes if node[0] in ERASABLE)
        return {node: self.days[digest] for node, digest in hashed if digest in self.days}


def tombstones(store: GraphStore, keys: Keys) -> Tombstones:
    """Return every tombstone. O(tombstones)."""
    days: dict[str, dt.date] = {}
    for row in store.nodes("Tombstone", store.known_run()).rows():
        day = row["erased_at"].astimezone(SHANGHAI).date()
        days[row["subject_hash"]] = max(day, days.get(row["subject_hash"], day))
    return Tombstones(keys, days)


def refuse_erased(store: GraphStore, keys: Keys, delivered: Sequence[DeliveredFile]) -> list[DeliveredFile]:
    """Refuse the rows of a delivery that are about somebody who was erased.

    A row goes when it describes him or states a relationship that it cannot be without; one that only mentions him loses
    the mention, as with anybody who is not there. Without a tombstone nothing is looked at; else O(ids of the delivery).
    """
    stones = tombstones(store, keys)
    if not stones.days:
        return [*delivered]
    named = {node: day for file in delivered for node, day in stones.among(_named(file)).items()}
    barred = named.keys() - _lifted(store, delivered, named)
    return [_without(file, barred, _faulty(store, stones, file)) for file in delivered]


def blank_erased(vault: Vault, delivered: Iterable[DeliveredFile]) -> None:
    """Blank the rows that were refused so in the raw copies too, where those are tables."""
    for file in delivered:
        faults = file.staged.faults if file.staged else {}
        lines = {file.rows.lines[i] for i, found in sorted(faults.items()) if _FAULT in found}
        if lines and not file.source.document:
            told = Told(lines, lambda _: False, delimiter=file.source.delimiter)
            if left := blanked(vault.read(file.header.sha256), file.header.file, told):
                vault.replace(file.header.sha256, left[0])


def _named(file: DeliveredFile) -> Iterator[Node]:
    for mentions in file.staged.lot.mentions() if file.staged else ():
        yield from mentions.described
        yield from mentions.wanted


def _lifted(
    store: GraphStore, delivered: Sequence[DeliveredFile], named: Mapping[Node, dt.date]
) -> set[Node]:
    """Return those who are back: in the graph already, or by a basis of a later day in this delivery."""
    lifted = {node for node in named if store.existing(node[0], [node[1]])}
    if named.keys() - lifted:
        bases = (basis for item in _with_basis(store, delivered) if (basis := _basis(item)))
        lifted |= {node for node, day in bases if node in named and day > named[node]}
    return lifted


def _with_basis(store: GraphStore, delivered: Sequence[DeliveredFile]) -> Iterator[Item]:
    """Yield the rows of a delivery that may state a basis, and those that came before whom they are about."""
    for file in delivered:
        profile = file.source.profile
        if profile and profile.kind.node and profile.kind.node.label in ("Household", "Authorization"):
            yield from file.items
    yield from (row.item for row in waiting_rows(store, delivered))


def _basis(item: Item) -> tuple[Node, dt.date] | None:
    """Return whom a row gives a basis for, and its day."""
    if item.node and item.node.label == "Household" and (day := item.node.row.get("collection_basis_on")):
        return ("Household", item.node.row["id"]), day
    for edge in item.edges:
        if edge.relationship == "GAVE":
            return edge.ends[0], edge.row["granted_at"].astimezone(SHANGHAI).date()
    return None


def _without(file: DeliveredFile, barred: Collection[Node], faulty: Collection[int]) -> DeliveredFile:
    staged = file.staged
    if staged is None or not (barred or faulty):
        return file
    items = {item for part in parts_of(staged.items) for item in part if _is_about(item, barred)}
    staged = staged.refusing(items, _FAULT) if items else staged
    known_faulty = {index: [*staged.faults[index], _FAULT] for index in faulty}
    return replace(file, staged=replace(staged, faults={**staged.faults, **known_faulty}))


def _is_about(item: Item, barred: Collection[Node]) -> bool:
    described = item.node is not None and (item.node.label, item.node.row["id"]) in barred
    return described or any(end in barred for edge in item.edges if not edge.soft for end in edge.ends)


def _faulty(store: GraphStore, stones: Tombstones, file: DeliveredFile) -> list[int]:
    """Return the rows, refused for something else, that name somebody who was erased and is not back."""
    faults = file.staged.faults if file.staged else {}
    by_node: defaultdict[Node, list[int]] = defaultdict(list)
    for index in faults:
        for node in _names(stones.keys, file, index):
            by_node[node].append(index)
    gone = [node for node in stones.among(by_node) if not store.existing(node[0], [node[1]])]
    return sorted({index for node in gone for index in by_node[node]})


def _names(keys: Keys, file: DeliveredFile, index: int) -> set[Node]:
    """Return everybody whom the raw cells of a row may name, in any form that its source may write."""
    row, columns, issuer = file.rows.rows[index], _naming(file), issuer_of(file.header.source)
    found: set[str] = set()
    for name, cell in zip(file.rows.header, row, strict=False):
        found |= {*people_in(keys, cell)}
        if name in columns and (text := cell.strip()):
            bare = text[2:] if text.startswith(_PREFIXES) else text
            found |= {text, *(f"{prefix}{issuer}:{bare}" for prefix in _PREFIXES)}
    return {(label, each) for each in found if (label := key_label_of(each)) in ERASABLE}


def _naming(file: DeliveredFile) -> set[str]:
    """Return what a file calls the columns that say whom a row is about."""
    profile = file.source.profile
    if profile is None:
        return set()
    kind = profile.kind
    own = kind.node.id_columns if kind.node and kind.node.label in ERASABLE else ()
    columns = (*own, *(ref.column for ref in kind.refs if {*ref.labels} & {*ERASABLE}))
    return {part for column in columns for part in profile.named(column).split("+")}


def people_in(keys: Keys, cell: str) -> Iterator[str]:
    """Yield the node id of everybody whose identity number stands in a cell."""
    for number in identity_numbers(cell):
        try:
            yield keys.person_id(number)
        except IdentifierInvalid:
            continue

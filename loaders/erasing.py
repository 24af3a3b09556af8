"""Erase a subject 注销主体 (S1-60): out of the graph for every known_at, out of quarantine, and out of the raw files.

Law: 个人信息保护法 art. 47 (deletion on withdrawal of consent or when the purpose is fulfilled). What is kept is a tombstone
without a name, counts that are nobody's, and the audit row.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from loaders.blanking import Told, blanked, texts_of
from loaders.delivery import DeliveredFile
from loaders.either import open_form
from loaders.facts import Item
from loaders.identity.references import EITHER
from loaders.quarantine import quarantine_id
from loaders.readers.encoding import decode
from loaders.replay import Archive
from loaders.rereading import reread
from loaders.tombstones import ERASABLE, people_in
from schema.datasets import issuer_of
from schema.errors import FileRefused, InputError
from schema.nodes import key_label_of
from schema.periods import today_in_shanghai
from schema.ports import Erasure
from schema.provenance import RunHeader

_OWNED = frozenset({"HouseholdAsset", "Account"})
"""Labels of what belongs to one holder: rows about it are rows about him."""
_CELLS = re.compile(r"[,;|\t\"\r\n]+")
_REASON = range(5, 501)


@dataclass(frozen=True)
class Erased:
    """What was removed.

    Parameters
    ----------
    graph : mapping of str to int
        Facts by relationship, ``nodes``, and ``refused`` rows; empty when the graph knew the subject no more.
    raw_rows : int
        Rows and records that were blanked in raw files.
    raw_files : int
        Raw files that were removed whole, because the format does not allow to blank a row of theirs.
    rows_of_others : int
        Rows of these files that are about others: what is open of them can be judged again no more.
    """

    graph: Mapping[str, int]
    raw_rows: int
    raw_files: int
    rows_of_others: int = 0


@dataclass
class _Raw:
    """Where one raw file speaks of the subject, as what, and where it has rows at all."""

    lines: set[int] = field(default_factory=set)
    names: set[str] = field(default_factory=set)
    all_lines: set[int] = field(default_factory=set)
    document: bool = False
    delimiter: str = ","
    whole: bool = False

    @property
    def names_him(self) -> bool:
        return bool(self.lines) or self.whole


@dataclass
class _Found:
    """Where raw files speak of the subject, by sha256, and quarantined rows."""

    files: dict[str, _Raw] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)

    def file(self, sha256: str) -> _Raw:
        return self.files.setdefault(sha256, _Raw())


def erase(archive: Archive, node_id: str, reason: str, erased_by: str) -> Erased:
    """Erase a person or a household. Run again after a crash, it finishes what was begun.

    O(rows of all raw files): every one is read again, because a row that said nothing new left no trace in the graph.

    Raises
    ------
    InputError
        Another kind of node (public records of enterprises are not erased), or no reason.
    NotFound
        Neither graph nor raw files know the subject.
    Conflict
        A load is in progress.
    """
    label = key_label_of(node_id)
    if label not in ERASABLE:
        raise InputError(
            "Only persons (P:…) and households (H:…) are erased: an enterprise's record is public."
        )
    if len(reason.strip()) not in _REASON:
        raise InputError("A reason has 5 to 500 characters: the demand, or the end of the purpose.")
    found = _search(archive, node_id)
    hashed = archive.keys.subject_hash(node_id)
    named = any(raw.names_him for raw in found.files.values())
    erasure = Erasure(
        label, node_id, hashed, reason.strip(), erased_by, sorted(found.refused), in_raw_files=named
    )
    removed = archive.store.erase(erasure, _header())
    return _blank(archive, found, removed if any(removed.values()) else {})


def _header() -> RunHeader:
    return RunHeader("platform", "erasures", "", "", today_in_shanghai(), "erasure")


def _search(archive: Archive, node_id: str) -> _Found:
    """Find every raw row that names the subject, then every one that is about something that is his."""
    his = {node_id, open_form(node_id)}
    found, names = _Found(), {*his}
    for sha256, _ in archive.vault.files():
        names |= _search_file(archive, sha256, his, found)
    if len(names) > len(his):
        for sha256, _ in archive.vault.files():
            _search_file(archive, sha256, names, found)
    return found


def _search_file(archive: Archive, sha256: str, names: set[str], found: _Found) -> set[str]:
    """Note the rows of one file that name somebody; return the ids of what is his."""
    owned: set[str] = set()
    origins = archive.vault.origins(sha256)
    for origin in origins:
        try:
            file = reread(archive.vault, archive.keys, sha256, origin)
        except FileRefused:
            _search_text(archive, sha256, _written(names, origin.source), found)
            continue
        owned |= _note(archive, sha256, file, names, found)
    if not origins:
        _search_text(archive, sha256, names, found)
    return owned


def _ids(item: Item) -> set[str]:
    ends = {end for edge in item.edges for end in (edge.row["start"], edge.row["end"])}
    return ends | ({item.node.row["id"]} if item.node else set())


def _rows_about(archive: Archive, file: DeliveredFile, items: set[Item], names: set[str]) -> set[int]:
    staged = file.staged
    if staged is None:
        return set()
    written = _written(names, file.header.source)
    refused = {i for i in staged.faults if _names_any(archive, _texts(file.rows.rows[i]), written)}
    named = {item.index for item in items}
    repeats = {index for index, first in staged.repeats if first in named}
    return named | repeats | refused


def _texts(row: Sequence[str]) -> Iterator[str]:
    """Yield the cells of a refused row, and the texts in one that holds a whole JSON value."""
    yield from row
    for cell in row:
        if cell.startswith("{"):
            yield from texts_of(json.loads(cell))


def _note(archive: Archive, sha256: str, file: DeliveredFile, names: set[str], found: _Found) -> set[str]:
    """Note the rows of one reading of a file that name somebody; return the ids of what is his."""
    items = {item for item in file.items if names & _ids(item)}
    rows = _rows_about(archive, file, items, names)
    lines = file.rows.lines
    raw = found.file(sha256)
    raw.lines |= {lines[i] for i in rows}
    raw.all_lines |= {*lines}
    raw.delimiter = file.source.delimiter
    raw.document = raw.document or file.source.document
    raw.names |= {item.record for item in file.items if item.index in rows and _describes_a_subject(item)}
    raw.names |= _written(names, file.header.source)
    hashes = (archive.keys.row_hash(file.rows.rows[i]) for i in rows)
    found.refused |= {quarantine_id(file.header, row_hash) for row_hash in hashes}
    return {i.node.row["id"] for i in items if i.node and i.node.label in _OWNED}


def _describes_a_subject(item: Item) -> bool:
    return item.node is not None and item.node.label in ERASABLE


def _search_text(archive: Archive, sha256: str, written: set[str], found: _Found) -> None:
    """Look through a file that is no table any more; it goes whole when it names the subject."""
    try:
        lines = decode(archive.vault.read(sha256), sha256).splitlines()
    except FileRefused:
        return
    his = {n for n, line in enumerate(lines, 1) if _names_any(archive, _CELLS.split(line), written)}
    if his:
        raw = found.file(sha256)
        raw.whole = True
        raw.lines |= his
        raw.all_lines |= {n for n, line in enumerate(lines[1:], 2) if line.strip()}


def _written(names: set[str], source: str) -> set[str]:
    """Return the forms in which a file of a source may write these ids."""
    forms = set(names)
    for name in names:
        prefix, _, rest = name.rpartition(f"{issuer_of(source)}:")
        if rest and prefix in ("", "P:", "H:", EITHER):
            forms |= {rest, f"{prefix}{rest}"}
    return forms


def _names_any(archive: Archive, cells: Iterable[str], written: set[str]) -> bool:
    for cell in cells:
        if cell.strip() in written:
            return True
        if not written.isdisjoint(people_in(archive.keys, cell)):
            return True
    return False


def _blank(archive: Archive, found: _Found, removed: Mapping[str, int]) -> Erased:
    """Blank rows, remove the files in which that cannot be done, and count both."""
    rows = files = others = 0
    for sha256, raw in found.files.items():
        if not raw.names_him:
            continue
        told = Told(raw.lines, partial(_says, archive, raw.names), raw.document, raw.delimiter)
        left = None if raw.whole else blanked(archive.vault.read(sha256), sha256, told)
        if left is None:
            archive.vault.remove(sha256)
            files, others = files + 1, others + len(raw.all_lines - raw.lines)
        else:
            archive.vault.replace(sha256, left[0])
            rows += left[1]
    return Erased(removed, rows, files, others)


def _says(archive: Archive, names: set[str], texts: Iterable[str]) -> bool:
    """Whether a value of a document names the subject, by a record id (some formats' hold the sign of a source) or number."""
    cells: Sequence[str] = [*texts]
    return _names_any(archive, cells, names) or any(cell.replace(":", "_") in names for cell in cells)

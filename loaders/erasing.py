"""Erase a subject 注销主体 (S1-60): out of the graph for every known_at, out of quarantine, and out of the raw files.

Law: 个人信息保护法 art. 47 (deletion on withdrawal of consent or when the purpose is fulfilled). What is kept is a tombstone
without a name, counts that are nobody's, and the audit row.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from loaders.blanking import Span, blank, is_text, spans
from loaders.delivery import DeliveredFile
from loaders.facts import Item
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
        Rows that were blanked in raw files.
    raw_files : int
        Raw files that were removed whole, because a row of theirs cannot be blanked.
    """

    graph: Mapping[str, int]
    raw_rows: int
    raw_files: int


@dataclass
class _Found:
    """Where raw files speak of the subject: rows by file, whole files, and quarantined rows."""

    lines: defaultdict[str, set[Span]] = field(default_factory=lambda: defaultdict(set))
    whole: set[str] = field(default_factory=set)
    refused: set[str] = field(default_factory=set)


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
    erasure = Erasure(
        label,
        node_id,
        archive.keys.subject_hash(node_id),
        reason.strip(),
        erased_by,
        sorted(found.refused),
        in_raw_files=bool(found.lines or found.whole),
    )
    removed = archive.store.erase(erasure, _header())
    return Erased(removed if any(removed.values()) else {}, _blank(archive, found), len(found.whole))


def _header() -> RunHeader:
    return RunHeader("platform", "erasures", "", "", today_in_shanghai(), "erasure")


def _search(archive: Archive, node_id: str) -> _Found:
    """Find every raw row that names the subject, then every one that is about something that is his."""
    found, names = _Found(), {node_id}
    for sha256, _ in archive.vault.files():
        names |= _search_file(archive, sha256, {node_id}, found)
    if len(names) > 1:
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
        items = [item for item in file.items if names & _ids(item)]
        owned |= {i.node.row["id"] for i in items if i.node and i.node.label in _OWNED}
        _note(archive, sha256, file, _rows_about(archive, file, {*items}, names), found)
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
    refused = {i for i in staged.faults if _names_any(archive, file.rows.rows[i], written)}
    named = {item.index for item in items}
    repeats = {index for index, first in staged.repeats if first in named}
    return named | repeats | refused


def _note(archive: Archive, sha256: str, file: DeliveredFile, rows: set[int], found: _Found) -> None:
    found.lines[sha256] |= spans(file.rows, rows)
    hashes = (archive.keys.row_hash(file.rows.rows[i]) for i in rows)
    found.refused |= {quarantine_id(file.header, row_hash) for row_hash in hashes}
    if rows and not is_text(archive.vault.read(sha256), file):
        found.whole.add(sha256)
    if not found.lines[sha256]:
        del found.lines[sha256]


def _search_text(archive: Archive, sha256: str, written: set[str], found: _Found) -> None:
    """Look through a file that is no table any more; it goes whole when it names the subject."""
    try:
        text = decode(archive.vault.read(sha256), sha256)
    except FileRefused:
        return
    if _names_any(archive, _CELLS.split(text), written):
        found.whole.add(sha256)


def _written(names: set[str], source: str) -> set[str]:
    """Return the forms in which a file of a source may write these ids."""
    forms = set(names)
    for name in names:
        prefix, _, rest = name.rpartition(f"{issuer_of(source)}:")
        if rest and prefix in ("", "P:", "H:"):
            forms |= {rest, f"{prefix}{rest}"}
    return forms


def _names_any(archive: Archive, cells: Iterable[str], written: set[str]) -> bool:
    for cell in cells:
        if cell.strip() in written:
            return True
        if not written.isdisjoint(people_in(archive.keys, cell)):
            return True
    return False


def _blank(archive: Archive, found: _Found) -> int:
    """Remove whole files, blank rows in the others, and count the rows."""
    for sha256 in found.whole:
        archive.vault.remove(sha256)
    count = 0
    for sha256, lines in found.lines.items():
        if sha256 not in found.whole:
            blank(archive.vault, sha256, lines)
            count += len(lines)
    return count

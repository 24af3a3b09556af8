"""A delivery before it is written: every file kept, decoded, checked against its profile, and judged row by row.

Whatever refuses a file refuses the delivery, and happens here, before the store is touched.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from loaders.facts import Item
from loaders.faults import Fault
from loaders.identity.keys import Keys
from loaders.identity.references import Resolver
from loaders.profile import Profile, SourceFile, check_header
from loaders.quarantine import ENDPOINT_MISSING, Refused
from loaders.readers.encoding import not_empty, read_bytes
from loaders.readers.rows import Rows
from loaders.request import LoadRequest
from loaders.staging import Staged, stage
from loaders.vault import Vault, VaultOrigin
from schema.datasets import issuer_of
from schema.errors import FileRefused
from schema.periods import today_in_shanghai
from schema.provenance import RunHeader


@dataclass(frozen=True, eq=False)
class DeliveredFile:
    """One file, staged.

    ``staged`` is None for a file whose rows are skipped; ``lot`` is its number within the delivery.
    """

    source: SourceFile
    header: RunHeader
    rows: Rows
    staged: Staged | None
    warnings: tuple[str, ...] = ()
    lot: int = 0

    @property
    def collected(self) -> frozenset[str]:
        """The columns of which anything is kept; those of a document are our own, evidence among them."""
        profile = self.source.profile
        if profile is None or self.source.document:
            return profile.known if profile else frozenset()
        return profile.known - profile.ignored

    @property
    def items(self) -> Sequence[Item]:
        """The accepted rows."""
        return self.staged.items if self.staged else ()


@dataclass(frozen=True)
class _Desk:
    """What reading any file of the delivery needs."""

    request: LoadRequest
    source: str
    today: dt.date
    delivery: str
    vault: Vault
    resolver: Resolver

    def as_of(self, file: SourceFile) -> dt.date:
        """The day a file speaks of: as the caller says, else as the file itself does, else today."""
        return self.request.as_of or file.as_of or self.today


def read_delivery(
    request: LoadRequest, files: Sequence[SourceFile], source: str, vault: Vault, keys: Keys
) -> list[DeliveredFile]:
    """Read and judge every file, in the order of the days that they speak of; FileRefused for one that breaks its contract.

    Nothing was written then but the raw copies.
    """
    desk = _Desk(
        request, source, today_in_shanghai(), uuid.uuid4().hex, vault, Resolver(issuer_of(source), keys)
    )
    return [_read(file, desk, number) for number, file in enumerate(sorted(files, key=desk.as_of))]


def refused_rows(file: DeliveredFile, keys: Keys, missing: Mapping[Item, list[Fault]]) -> list[Refused]:
    """Return the refused rows of a file: the invalid ones, and those whose item lacks an endpoint."""
    if file.staged is None:
        return []
    waiting = {item.index: item for item in missing if item.lot == file.lot}
    waiting |= {index: waiting[first] for index, first in file.staged.repeats if first in waiting}
    faults = {**file.staged.faults, **{index: missing[item] for index, item in waiting.items()}}
    records = {**file.staged.records, **{index: item.record for index, item in waiting.items()}}
    retry = {i: item for i, item in waiting.items() if all(f.code == ENDPOINT_MISSING for f in faults[i])}
    rows, lines = file.rows.rows, file.rows.lines
    return [
        Refused(lines[i], rows[i], keys.row_hash(rows[i]), faults[i], retry.get(i), records[i])
        for i in sorted(faults)
    ]


def _read(file: SourceFile, desk: _Desk, number: int) -> DeliveredFile:
    vaulted = desk.request.vaulted
    content = not_empty(desk.vault.read(vaulted), file.path.name) if vaulted else read_bytes(file.path)
    if file.profile is None:  # what is not collected is not kept either
        sha256 = hashlib.sha256(content).hexdigest()
        rows = file.rows(content)
        return DeliveredFile(file, _header(file, sha256, desk), rows, None, lot=number)
    origin = VaultOrigin(desk.request.kind, desk.source, file.dataset, file.path.name, desk.as_of(file))
    # A file of the vault keeps its name even if a row of it was blanked since.
    sha256 = vaulted or desk.vault.put(content, origin)
    rows = file.rows(content)
    warnings = check_header(rows, file.profile, desk.request.agreement)
    warnings += file.remark(rows, desk.as_of(file)) if file.remark else []
    del content  # of a large file the rows are on disk by now
    staged = stage(rows, file.profile, desk.source, desk.resolver, number)
    _check_share(rows, staged, file.profile, desk.request)
    warnings += [
        f"{column}: {count} x {note}, kept as far as it is known"
        for (column, note), count in sorted(staged.notes.items())
    ]
    return DeliveredFile(file, _header(file, sha256, desk), rows, staged, tuple(warnings), number)


def _header(file: SourceFile, sha256: str, desk: _Desk) -> RunHeader:
    return RunHeader(desk.source, file.dataset, file.path.name, sha256, desk.as_of(file), desk.delivery)


def _check_share(rows: Rows, staged: Staged, profile: Profile, request: LoadRequest) -> None:
    """Refuse a file most of whose rows are invalid: it is in another format than it says."""
    invalid = len(staged.faults)
    if len(rows) < max(request.min_rows, 1) or invalid <= request.max_reject_ratio * len(rows):
        return
    codes = Counter(fault.code for faults in staged.faults.values() for fault in faults)
    first = min(staged.faults)
    worst = ", ".join(f"{code} ({count})" for code, count in codes.most_common(3))
    example = staged.faults[first][0]
    raise FileRefused(
        f"{rows.name}: {invalid} of {len(rows)} rows are no valid {profile.kind.name}: {worst}. "
        f"Line {rows.lines[first]}, {example.field}: {example.rule} Nothing was written."
    )

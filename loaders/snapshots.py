"""Full snapshots 全量: a file that states all of a dataset closes the open facts that it does not state any more.

A file is a delta unless it is asked for as a snapshot of a scope. What makes no sense as one closes nothing and is
refused: an empty file, one from which too much has vanished, one older than what is known, one with rows that nobody can
name. A file of several datasets states each of them whole, also those that it has no row of; how much has vanished is
counted over all that such a file states. A node stays: an identity does not vanish, and the last that its source said of
it is the last that is known. What a dataset only added to nodes that others describe (``NodeRule.known``) goes with its row.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from loaders.delivery import DeliveredFile
from loaders.request import LoadRequest
from schema.errors import FileRefused, InputError
from schema.nodes import PLACED
from schema.ports import GraphStore, Scope
from schema.records import Kind

Row = dict[str, Any]


@dataclass(frozen=True)
class Sweep:
    """What a snapshot ends.

    Parameters
    ----------
    scope : Scope
    vanished : mapping of str to list of dict
        By relationship, the open facts that are not stated any more: ``key``, ``start``, ``start_label``.
    unsaid : mapping of str to list of dict
        By key label, rows of nodes to which the dataset adds nothing any more.
    open : int
        How many facts and additions were open.
    """

    scope: Scope
    vanished: Mapping[str, Sequence[Row]]
    unsaid: Mapping[str, Sequence[Row]]
    open: int

    @property
    def size(self) -> int:
        """How many facts and additions it ends."""
        return sum(map(len, (*self.vanished.values(), *self.unsaid.values())))


Sweeps = Mapping[tuple[str, str], Sweep]
"""By source and dataset."""


def as_snapshots(request: LoadRequest, delivered: Sequence[DeliveredFile]) -> list[DeliveredFile]:
    """Mark the files that the request's scope names as snapshots.

    Raises
    ------
    InputError
        The scope names another source, a dataset that is not in the delivery, or a division for files that are not about
        parties.
    """
    if request.snapshot is None:
        return [*delivered]
    source, dataset, region = _read(request.snapshot)
    files = [f for f in delivered if f.source.profile is not None]
    named = [f for f in files if f.header.source == source and dataset in ("", f.header.dataset)]
    if not named:
        there = ", ".join(sorted({f"{f.header.source}/{f.header.dataset}" for f in files}))
        raise InputError(f"The scope {request.snapshot} names nothing of this delivery, which holds {there}.")
    for file in named if region else ():
        _require_places(file)
    return [replace(f, header=replace(f.header, snapshot=region)) if f in named else f for f in delivered]


def _read(scope: str) -> tuple[str, str, str]:
    parts = scope.split("/")
    if not (len(parts) <= 3 and all(parts) and all(part.isdigit() for part in parts[2:])):
        raise InputError(
            "A scope is SOURCE, SOURCE/DATASET or SOURCE/DATASET/REGION, the region being digits of a division's code."
        )
    source, dataset, region = (*parts, "", "")[:3]
    return source, dataset, region


def _require_places(file: DeliveredFile) -> None:
    kind = _kind(file)
    if kind.node is None or kind.node.label not in PLACED:
        raise InputError(
            f"{file.header.dataset} cannot be a snapshot of one division: only {', '.join(PLACED)} records belong to one. "
            "Take the whole dataset as its scope."
        )


def sweeps(
    store: GraphStore, request: LoadRequest, delivered: Sequence[DeliveredFile]
) -> dict[tuple[str, str], Sweep]:
    """Find what the snapshots of a delivery end. Raises FileRefused for one that must not end anything."""
    groups: defaultdict[tuple[str, str], list[DeliveredFile]] = defaultdict(list)
    for file in delivered:
        if file.header.snapshot is not None:
            groups[file.header.source, file.header.dataset].append(file)
    holding = {file.source.path for file in delivered if file.staged is not None and len(file.rows)}
    for files in groups.values():
        _refuse_empty(files, holding)
    found = {dataset: _sweep(store, files) for dataset, files in groups.items()}
    by_paths: defaultdict[frozenset[Path], list[Sweep]] = defaultdict(list)
    for dataset, files in groups.items():
        by_paths[frozenset(file.source.path for file in files)].append(found[dataset])
    for paths, together in by_paths.items():
        _refuse_loss(request, sorted(path.name for path in paths)[0], together)
    return found


def _sweep(store: GraphStore, files: Sequence[DeliveredFile]) -> Sweep:
    header = files[0].header
    scope = Scope(header.source, header.dataset, header.snapshot or "")
    _refuse_nameless(files)
    _refuse_older(store, files[0])
    kept = np.unique(np.fromiter((key for file in files for key in _series(file)), np.int64))
    vanished, count = {}, 0
    for relationship in sorted({rule.relationship for file in files for rule in _kind(file).edges}):
        table = store.open_facts(scope, relationship)
        count += len(table)
        gone = ~np.isin(np.array(table["key"], np.int64), kept)
        vanished[relationship] = [row for row, ends in zip(table.rows(), gone, strict=True) if ends]
    unsaid, said = _unsaid(store, scope, files)
    return Sweep(scope, {name: rows for name, rows in vanished.items() if rows}, unsaid, count + said)


def _unsaid(
    store: GraphStore, scope: Scope, files: Sequence[DeliveredFile]
) -> tuple[dict[str, list[Row]], int]:
    """Return rows that say nothing of nodes to which the files do not add any more, and how many were added to."""
    kind = _kind(files[0])
    if kind.node is None or not kind.node.known or scope.region:
        return {}, 0
    origin = {"source": scope.source, "dataset": scope.dataset, "known_run": store.known_run()}
    said = [*store.query("additions", origin)["node_id"]]
    stated = {item.node.row["id"] for file in files for item in file.items if item.node}
    refused = {record for file in files if file.staged for record in file.staged.records.values()}
    gone = [i for i in said if i not in stated and i.split(":", 2)[-1] not in refused]
    common = {"audience": kind.audience.value, "bank": None, "line": 0}
    return ({kind.node.label: [{"id": node_id, **common} for node_id in gone]} if gone else {}), len(said)


def _series(file: DeliveredFile) -> Iterable[int]:
    """Yield every series that a file has a word on, good or bad: what is refused is wrong, but it is not absent."""
    for item in file.items:
        yield from (edge.row["key"] for edge in item.edges)
    if file.staged is not None:
        yield from file.staged.refused_series


def _refuse_empty(files: Sequence[DeliveredFile], holding: Collection[Path]) -> None:
    """Refuse what is no statement at all; a file of several datasets that has rows of one states that others are empty."""
    if not any(file.source.path in holding for file in files):
        raise FileRefused(
            f"{files[0].header.file} holds no rows: an empty file delists nobody. If the dataset really is empty now, its "
            "source must say so row by row."
        )


def _refuse_nameless(files: Sequence[DeliveredFile]) -> None:
    for file in files:
        records = file.staged.records if file.staged else {}
        nameless = [i for i in (file.staged.faults if file.staged else ()) if not records.get(i)]
        if nameless:
            raise FileRefused(
                f"{file.header.file}, line {file.rows.lines[min(nameless)]}: nobody can say which record this row is, so "
                "it cannot be said what the snapshot lacks. Correct it, or load the file without --snapshot."
            )


def _refuse_older(store: GraphStore, file: DeliveredFile) -> None:
    header = file.header
    newest = store.query("newest_as_of", {"source": header.source, "dataset": header.dataset})["as_of"]
    if newest and newest[0] is not None and newest[0] > header.as_of:
        raise FileRefused(
            f"{header.file} speaks of {header.as_of}, but a file of {newest[0]} is loaded already: an older snapshot ends "
            "nothing. Load it without --snapshot; what is newer stands."
        )


def _refuse_loss(request: LoadRequest, file: str, ended: Sequence[Sweep]) -> None:
    vanished, of = sum(sweep.size for sweep in ended), sum(sweep.open for sweep in ended)
    if vanished > request.max_vanished_ratio * of and not request.accept_vanished:
        raise FileRefused(
            f"{file} lacks {vanished} of the {of} facts that are open in its scope, more than "
            f"{request.max_vanished_ratio:.0%}: is it cut? If they have really ended, load it with --accept-vanished."
        )


def _kind(file: DeliveredFile) -> Kind:
    assert file.source.profile is not None
    return file.source.profile.kind

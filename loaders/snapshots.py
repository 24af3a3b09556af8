"""Full snapshots 全量: a file that states all of a dataset closes the open facts that it does not state any more.

A file is a delta unless it is asked for as a snapshot of a scope. What makes no sense as one closes nothing and is
refused: an empty file, one from which too much has vanished, one older than what is known, one with rows that nobody can
name. A node stays: an identity does not vanish, and the last that its source said of it is the last that is known.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
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
    """

    scope: Scope
    vanished: Mapping[str, Sequence[Row]]


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
    return {dataset: _sweep(store, request, files) for dataset, files in groups.items()}


def _sweep(store: GraphStore, request: LoadRequest, files: Sequence[DeliveredFile]) -> Sweep:
    header = files[0].header
    scope = Scope(header.source, header.dataset, header.snapshot or "")
    _refuse_empty(files)
    _refuse_nameless(files)
    _refuse_older(store, files[0])
    kept = np.unique(np.fromiter((key for file in files for key in _series(file)), np.int64))
    relationships = sorted({rule.relationship for file in files for rule in _kind(file).edges})
    vanished, count = {}, 0
    for relationship in relationships:
        table = store.open_facts(scope, relationship)
        count += len(table)
        gone = ~np.isin(np.array(table["key"], np.int64), kept)
        vanished[relationship] = [row for row, ends in zip(table.rows(), gone, strict=True) if ends]
    _refuse_loss(request, files[0], sum(map(len, vanished.values())), count)
    return Sweep(scope, {name: rows for name, rows in vanished.items() if rows})


def _series(file: DeliveredFile) -> Iterable[int]:
    """Yield every series that a file has a word on, good or bad: what is refused is wrong, but it is not absent."""
    for item in file.items:
        yield from (edge.row["key"] for edge in item.edges)
    if file.staged is not None:
        yield from file.staged.refused_series


def _refuse_empty(files: Sequence[DeliveredFile]) -> None:
    if not any(len(file.rows) for file in files):
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


def _refuse_loss(request: LoadRequest, file: DeliveredFile, vanished: int, of: int) -> None:
    if vanished > request.max_vanished_ratio * of and not request.accept_vanished:
        raise FileRefused(
            f"{file.header.file} lacks {vanished} of the {of} facts that are open in its scope, more than "
            f"{request.max_vanished_ratio:.0%}: is it cut? If they have really ended, load it with --accept-vanished."
        )


def _kind(file: DeliveredFile) -> Kind:
    assert file.source.profile is not None
    return file.source.profile.kind

"""An export as files, with a watermark 水印 in each and in ``manifest.json``: who took it, when, why, and of which graph."""

from __future__ import annotations

import datetime as dt
import hashlib
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

import orjson
import polars as pl

from graph_service.asking import Asking
from graph_service.use_cases.export import Export, rows
from schema.errors import InputError

MANIFEST: Final = "manifest.json"
Watermark = Mapping[str, str]


class Format(StrEnum):
    """What an export can be written as."""

    PARQUET = "parquet"
    CSV = "csv"
    GRAPHML = "graphml"


def watermark(asking: Asking) -> dict[str, str]:
    """Return who takes what, when and why."""
    who, version = asking.principal, asking.known_run
    return {
        "exported_by": f"{who.role.value} {who.token_id}",
        "exported_at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "purpose": who.purpose.value if who.purpose else "",
        "region": who.region or "",
        "as_of": asking.as_of.isoformat(),
        "graph_version": str(version),
    }


def write_export(export: Export, folder: Path, form: Format, mark: Watermark) -> None:
    """Write an export into a folder, and the manifest last.

    Raises
    ------
    InputError
        The folder cannot be written.
    """
    try:
        _WRITERS[form](export, folder, mark)
        files = {path.relative_to(folder).as_posix(): _sha256(path) for path in sorted(folder.rglob("*.*"))}
        content = {"watermark": dict(mark), "format": form.value, **export.counts, "sha256": files}
        (folder / MANIFEST).write_bytes(orjson.dumps(content, option=orjson.OPT_INDENT_2))
    except OSError as reason:
        raise InputError(f"The export cannot be written: {reason.strerror}.") from None


@contextmanager
def prepared(folder: Path) -> Iterator[Path]:
    """Give a folder to write into, which becomes `folder` when all went well and is removed when it did not.

    Raises
    ------
    InputError
        There is something at `folder` already: two exports are never mixed. Or its place cannot be written.
    """
    if folder.exists():
        raise InputError(f"{folder} is there already: name a folder that is not, so that no two exports mix.")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    except OSError as reason:
        raise InputError(f"{folder} cannot be made: {reason.strerror}.") from None
    try:
        yield work
        work.rename(folder)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _tables(export: Export) -> Iterator[tuple[str, pl.DataFrame]]:
    for part, frames in (("nodes", export.nodes), ("edges", export.edges)):
        for name, frame in frames.items():
            yield f"{part}/{name}", frame


def _parquet(export: Export, folder: Path, mark: Watermark) -> None:
    for place, frame in _tables(export):
        frame.write_parquet(_made(folder / f"{place}.parquet"), metadata=dict(mark))


def _csv(export: Export, folder: Path, mark: Watermark) -> None:
    """Plain tables, whose watermark stands in the manifest: a comment line would be a row to whoever reads them."""
    del mark
    for place, frame in _tables(export):
        lists = [name for name, kind in frame.schema.items() if kind == pl.List]
        frame.with_columns(pl.col(lists).list.join(";")).write_csv(_made(folder / f"{place}.csv"))


def _graphml(export: Export, folder: Path, mark: Watermark) -> None:
    # A quarter of a second to import, and only here.
    import networkx as nx  # noqa: PLC0415

    graph = nx.MultiDiGraph(**mark)
    for label, row in rows(export.nodes):
        graph.add_node(f"{label}/{row['id']}", label=label, **_plain(row))
    for name, row in rows(export.edges):
        start, end = f"{row['start_label']}/{row['start']}", f"{row['end_label']}/{row['end']}"
        graph.add_edge(start, end, key=row["fact"], relationship=name, **_plain(row))
    nx.write_graphml(graph, folder / "graph.graphml")


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    """GraphML knows numbers, texts and yes or no."""
    return {name: _text(value) for name, value in row.items() if value != []}


def _text(value: Any) -> Any:
    if isinstance(value, list):
        return ";".join(value)
    return value.isoformat() if isinstance(value, dt.date) else value


def _made(path: Path) -> Path:
    path.parent.mkdir(exist_ok=True)
    return path


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


_WRITERS: Final[Mapping[Format, Callable[[Export, Path, Watermark], None]]] = {
    Format.PARQUET: _parquet,
    Format.CSV: _csv,
    Format.GRAPHML: _graphml,
}

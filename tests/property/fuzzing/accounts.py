"""What became of a delivery, told from the store and not from its report: every row is in the graph, or refused with a reason."""

from __future__ import annotations

import json
import shutil
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from loaders import LoadReport, LoadRequest, Vault
from loaders.approval import BatchHeld
from loaders.batch import DATASET as BATCHES
from loaders.delivery import DeliveredFile, read_delivery
from loaders.facts import EdgeFact, Item, NodeFact, without_line
from loaders.sources import source_of
from queries.stores import open_store
from schema.edges import EDGES
from schema.errors import FileRefused, InputError
from schema.nodes import NODES
from schema.ports import GraphStore
from tests.contract.stores import dump
from tests.integration.deliveries import KEYS

KEY: Final = b"v" * 32
_FATES: Final = ("loaded", "quarantined", "unchanged", "skipped")
Deliver = Callable[[GraphStore, LoadRequest, Vault], LoadReport]
OUTCOMES: Final[Counter[str]] = Counter()
"""What became of the examples of this process, for who runs many."""


@dataclass
class Ground:
    """A store with something in it, of which each example gets a copy."""

    path: Path
    before: dict[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        with self.copied(self.path.parent) as store:
            self.before = whole(store)

    @contextmanager
    def copied(self, folder: Path) -> Iterator[GraphStore]:
        """Open a copy."""
        copy = folder / f"copy.{self.path.name}"
        for file in self.path.parent.glob(f"{self.path.name}*"):
            shutil.copy(file, folder / f"copy.{file.name}")
        store = open_store(f"embedded:{copy}")
        try:
            yield store
        finally:
            store.close()


def ground(folder: Path, load_into: Callable[[GraphStore], object] = lambda store: None) -> Ground:
    """Make a store and load something into it."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "graph.kgl"
    store = open_store(f"embedded:{path}")
    store.prepare()
    load_into(store)
    store.close()
    return Ground(path)


def whole(store: GraphStore) -> dict[str, Any]:
    """Write down all that a store knows, but for what became of batches."""
    runs = _raw(
        store, "MATCH (n:LoadRun) WHERE n.dataset <> $batches RETURN n.number AS run", batches=BATCHES
    )
    records = _raw(
        store, "MATCH (n:Record) WHERE n.node_label <> 'Batch' RETURN n.id AS id, n.closed_run AS closed"
    )
    return {**dump(store), "runs": sorted(row["run"] for row in runs), "records": sorted(map(repr, records))}


def _raw(store: GraphStore, statement: str, **params: Any) -> list[dict[str, Any]]:
    return [*store._engine.read(statement, params).rows()]  # type: ignore[attr-defined]


def judge(
    under: Ground, folder: Path, request: LoadRequest, deliver: Deliver, rows: int | None = None
) -> str:
    """Deliver something twice, and account for every row of it.

    Parameters
    ----------
    rows : int, optional
        How many rows were written, where whoever wrote them is sure that they can be read.

    Returns
    -------
    str
        What happened: the name of the error, or what became of most rows, as the ledger calls it.
    """
    vault = Vault(folder / "vault", KEY)
    with under.copied(folder) as store:
        try:
            report = deliver(store, request, vault)
        except InputError as error:
            said = _turned_away(error, under, store)
        else:
            said = _account(store, request, vault, report, rows)
            _says_nothing_new(store, report, lambda: deliver(store, request, vault))
    OUTCOMES[said] += 1
    return said


def _turned_away(error: InputError, under: Ground, store: GraphStore) -> str:
    """A whole delivery is refused for what it is as a whole, in words, and nothing of it is written."""
    assert type(error) in (FileRefused, BatchHeld, InputError), repr(error)
    assert error.detail.strip().encode(), "it can be shown"
    assert whole(store) == under.before, f"refused, and yet written: {error.detail}"
    return type(error).__name__


def _says_nothing_new(store: GraphStore, report: LoadReport, deliver: Callable[[], LoadReport]) -> None:
    """The same file once more changes nothing, and refuses the same rows."""
    after, again = whole(store), deliver()
    assert (again.changed, again.runs) == (False, ())
    assert all(file.ledger.balances for file in again.files)
    assert [f.ledger.quarantined for f in again.files] == [f.ledger.quarantined for f in report.files]
    assert whole(store) == after


def _account(
    store: GraphStore, request: LoadRequest, vault: Vault, report: LoadReport, rows: int | None
) -> str:
    source, files = source_of(request.kind, request.path, request.source)
    delivered = read_delivery(request, files, source, vault, KEYS)
    assert len(report.files) == len(delivered)
    assert rows is None or [rows] == [file.ledger.read for file in report.files]
    runs: Sequence[int] = report.runs or [-1] * len(report.files)
    known = Known(store)
    for file, told, run in zip(delivered, report.files, runs, strict=False):
        assert told.ledger.balances
        assert (told.file, told.ledger.read) == (file.header.file, len(file.rows))
        if file.staged is None:
            assert told.skip_reason.strip()
            assert told.ledger.skipped == told.ledger.read
        else:
            known.account(file, run, older=told.ledger.skipped > 0).is_told_by(told.ledger)
    known.nothing_else(runs)
    books = Counter[str]()
    for told in report.files:
        books.update({name: getattr(told.ledger, name) for name in _FATES})
    return max(books, key=books.__getitem__)


@dataclass
class Found:
    """What the store says of the rows of one file."""

    read: int
    loaded: int = 0
    refused: int = 0
    stated_before: int = 0

    def is_told_by(self, ledger: Any) -> None:
        """Compare with the ledger of the report."""
        told = (ledger.read, ledger.loaded, ledger.quarantined, ledger.unchanged + ledger.skipped)
        assert (self.read, self.loaded, self.refused, self.stated_before) == told


class Known:
    """All that is in a store after a delivery, by what rows state."""

    def __init__(self, store: GraphStore) -> None:
        self._store, self._run = store, store.known_run()
        self._accounted: set[tuple[Any, int]] = set()

    @cached_property
    def _facts(self) -> dict[int, list[dict[str, Any]]]:
        """Every version of every fact by its series."""
        found: defaultdict[int, list[dict[str, Any]]] = defaultdict(list)
        for row in _raw(
            self._store,
            "MATCH ()-[e]->() WHERE e.run IS NOT NULL RETURN e.key AS key, e.run AS run, e.line AS line, type(e) AS name",
        ):
            found[row["key"]].append(row)
        return found

    @cached_property
    def _open(self) -> dict[tuple[str, int], dict[str, Any]]:
        """The facts that are known, by kind and series."""
        names = {row["name"] for rows in self._facts.values() for row in rows} & EDGES.keys()
        tables = ((name, row) for name in sorted(names) for row in self._store.facts(name, self._run).rows())
        return {(name, row["key"]): row for name, row in tables}

    @cached_property
    def _nodes(self) -> set[tuple[str, int, int]]:
        """Node, run and line of each row that describes a node."""
        said = []
        for label in NODES:
            said += _raw(
                self._store,
                f"MATCH (n:{label}) WHERE n.run IS NOT NULL RETURN n.id AS id, n.run AS run, n.line AS line",
            )
        said += _raw(self._store, "MATCH (n:Record) RETURN n.node_id AS id, n.run AS run, n.line AS line")
        return {(row["id"], row["run"], row["line"]) for row in said}

    @cached_property
    def _there(self) -> set[str]:
        return {node_id for node_id, _, _ in self._nodes}

    @cached_property
    def _kept(self) -> list[dict[str, Any]]:
        return [*self._store.nodes("Quarantine", self._run).rows()]

    def account(self, file: DeliveredFile, run: int, *, older: bool) -> Found:
        """Look every row of a file up; ``older`` says that some of them are overtaken by what is known."""
        assert file.staged is not None
        evidence = self._evidence(file)
        found = Found(len(file.rows))
        repeats, items = dict(file.staged.repeats), {item.index: item for item in file.items}
        for index in range(len(file.rows)):
            if KEYS.row_hash(file.rows.rows[index]) in evidence:
                found.refused += 1
                continue
            assert index not in file.staged.faults, f"row {index} is refused, and there is no evidence of it"
            if index in repeats:
                found.stated_before += 1
                continue
            written = self._is_written(items[index], run)
            self._is_stated(items[index], file, run, unchanged=not written and not older)
            self._accounted |= {(what, run) for what in _elements(items[index])}
            found.loaded += written
            found.stated_before += not written
        return found

    def nothing_else(self, runs: Collection[int]) -> None:
        """Fail if a run of the delivery wrote what no row of it states."""
        written = {(key, fact["run"]) for key, facts in self._facts.items() for fact in facts}
        # The word of a snapshot on a node of which it says nothing any more has no line.
        written |= {(node_id, run) for node_id, run, line in self._nodes if line}
        unknown = {(what, run) for what, run in written if run in runs} - self._accounted
        assert not unknown, unknown

    def _evidence(self, file: DeliveredFile) -> set[str]:
        """Return the hashes of the refused rows of a file, each with what is wrong with it."""
        mine = [
            r for r in self._kept if (r["source"], r["dataset"]) == (file.header.source, file.header.dataset)
        ]
        for row in mine:
            faults = json.loads(row["errors"])
            assert faults
            assert all(fault["field"] and fault["code"] and fault["rule"] for fault in faults), faults
            assert isinstance(json.loads(row["raw_row"]), dict | list)
            assert row["status"] in ("OPEN", "WAITING")
        return {row["row_hash"] for row in mine if row["status"] == "OPEN"}

    def _is_written(self, item: Item, run: int) -> bool:
        """Whether any element of a row was written by its own run."""
        return self._describes(item, run) or any(self._written(edge, run) for edge in item.edges)

    def _describes(self, item: Item, run: int) -> bool:
        """Whether a row's word on its node was written by its own run: it may be older than what is known, and its facts not."""
        return item.node is not None and (item.node.row["id"], run, item.node.row["line"]) in self._nodes

    def _written(self, edge: EdgeFact, run: int) -> bool:
        return any(
            fact["run"] == run and fact["line"] == edge.row["line"]
            for fact in self._facts.get(edge.row["key"], ())
        )

    def _is_stated(self, item: Item, file: DeliveredFile, run: int, *, unchanged: bool) -> None:
        """Fail if what an accepted row states is not in the graph, or if what it wrote or repeats stands there otherwise."""
        for edge in item.edges:
            stated = edge.row["key"] in self._facts
            assert stated or (edge.soft and self._waits(file, item)), f"{edge.relationship} is lost"
            fact = self._open.get((edge.relationship, edge.row["key"]))
            if stated and (unchanged or self._written(edge, run)):
                assert fact is not None, f"{edge.relationship} is closed"
                _same(without_line(edge.row), fact)
        if item.node is not None:
            assert item.node.row["id"] in self._there
            if unchanged or self._describes(item, run):
                _same(_properties(item.node.row), self._said(item.node, file))

    def _said(self, node: NodeFact, file: DeliveredFile) -> dict[str, Any]:
        """Return what the file's own dataset says of a node."""
        origin = (file.header.source, file.header.dataset)
        rows = self._store.sayings(node.label, node.row["id"], self._run).rows()
        return {row["property"]: row["value"] for row in rows if (row["source"], row["dataset"]) == origin}

    def _waits(self, file: DeliveredFile, item: Item) -> bool:
        return any(
            (row["status"], row["dataset"], row["record"]) == ("WAITING", file.header.dataset, item.record)
            for row in self._kept
        )


def _elements(item: Item) -> list[Any]:
    """Return what names the elements that a row states: the id of its node, the series of its facts."""
    return [*([item.node.row["id"]] if item.node else []), *(edge.row["key"] for edge in item.edges)]


def _properties(row: dict[str, Any]) -> dict[str, Any]:
    """Return what a node's row says beside where it stands and whose it is."""
    return {name: value for name, value in row.items() if name not in ("id", "audience", "bank", "line")}


def _same(stated: dict[str, Any], kept: dict[str, Any]) -> None:
    """Fail if a value is not kept as it was stated; a party left open (``?:``) is written with what it is."""
    for name, value in stated.items():
        if value is not None and not str(value).startswith("?:"):
            assert kept.get(name) == value, f"{name}: {value!r} was stated, and {kept.get(name)!r} is kept"

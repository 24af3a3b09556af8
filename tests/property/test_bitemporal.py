"""Load, correct, repair, in any order: every past (as_of, known_at) answers as it did then, and as plain bookkeeping says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loaders import LoadRequest, Vault, load
from queries.stores import open_store
from schema.errors import FileRefused
from schema.identifiers.uscc import make_uscc
from schema.ports import GraphStore
from tests.integration.deliveries import KEYS, write

DAYS = [dt.date(2026, 1, n) for n in range(1, 5)]
CODES = [make_uscc("91", "441283", f"X000000{n}") for n in range(4)]
PERIODS = [("", ""), ("2026-01-02", ""), ("", "2026-01-03"), ("2026-01-02", "2026-01-04")]
NEVER = dt.date.min

Content = tuple[int, int, int]
"""Asset, share in percent, index of a period."""


@dataclass(frozen=True)
class Delivery:
    """A delivery: names of enterprises, and from ``local`` also shareholdings of enterprise 0, by record."""

    source: str
    as_of: dt.date
    names: dict[int, str]
    holdings: dict[int, Content]
    snapshot: bool


@dataclass
class Ledger:
    """Plain bookkeeping: what holds, whose word it is, and every published version."""

    names: dict[tuple[str, int], tuple[dt.date, int, str]] = field(default_factory=dict)
    holdings: dict[int, Content] = field(default_factory=dict)
    words: dict[int, dt.date] = field(default_factory=dict)
    said: dict[tuple[str, int], dt.date] = field(default_factory=dict)
    runs: list[tuple[dt.date, bool]] = field(default_factory=list)
    versions: list[tuple[dict[int, Content], dict[int, str]]] = field(default_factory=list)

    def deliver(self, d: Delivery) -> bool:
        """Apply a delivery; say whether it may be loaded at all."""
        if d.snapshot and (not d.holdings or any(day > d.as_of for day, _ in self.runs)):
            return False
        stated, named = self._stated(d), self._named(d)
        ended = [r for r in self.holdings if d.snapshot and r not in d.holdings]
        repeated = self._repeat(d, stated, named)
        if d.source == "local" and (stated or named or ended or repeated):
            self.runs.append((d.as_of, d.snapshot))
        if not (stated or named or ended):
            return True
        self.holdings = {r: c for r, c in self.holdings.items() if r not in ended} | stated
        self.words |= dict.fromkeys([*stated, *ended], d.as_of)
        number = len(self.versions)
        self.names |= {(d.source, e): (d.as_of, number, name) for e, name in named.items()}
        self.said |= dict.fromkeys([(d.source, e) for e in named], d.as_of)
        self.versions.append((dict(self.holdings), self.shown()))
        return True

    def _repeat(self, d: Delivery, stated: dict[int, Content], named: dict[int, str]) -> bool:
        """Move the day of what a delivery repeats; say whether it moves any, or is the first snapshot of its day."""
        names = [
            (d.source, e)
            for e, name in d.names.items()
            if e not in named and self.names[d.source, e][2] == name and self.said[d.source, e] < d.as_of
        ]
        self.said |= dict.fromkeys(names, d.as_of)
        if d.snapshot:
            return bool(names) or not any(whole and day >= d.as_of for day, whole in self.runs)
        records = [
            r
            for r, content in d.holdings.items()
            if r not in stated and self.holdings.get(r) == content and self.words[r] < d.as_of
        ]
        self.words |= dict.fromkeys(records, d.as_of)
        return bool(names or records)

    def _stated(self, d: Delivery) -> dict[int, Content]:
        swept = any(whole and day > d.as_of for day, whole in self.runs)
        return {
            record: content
            for record, content in d.holdings.items()
            if self.holdings.get(record) != content and not swept and self.words.get(record, NEVER) <= d.as_of
        }

    def _named(self, d: Delivery) -> dict[int, str]:
        known = {e: self.names.get((d.source, e), (NEVER, 0, "")) for e in d.names}
        said = {e: self.said.get((d.source, e), NEVER) for e in d.names}
        return {e: n for e, n in d.names.items() if n != known[e][2] and said[e] <= d.as_of}

    def shown(self) -> dict[int, str]:
        """Of each enterprise the name of the latest day, then of the latest delivery."""
        latest = {e: max(word for (_, of), word in self.names.items() if of == e) for _, e in self.names}
        return {e: name for e, (_, _, name) in latest.items()}


BASE = Delivery("base", DAYS[0], dict.fromkeys(range(4), "基准有限公司"), {}, snapshot=False)
RECORDS = st.integers(0, 3)
CONTENTS = st.tuples(st.integers(1, 3), st.sampled_from([10, 20]), st.integers(0, 3))
NAMES = st.dictionaries(st.integers(0, 2), st.sampled_from(["甲有限公司", "乙有限公司"]), max_size=2)
LOCAL = st.builds(
    Delivery,
    st.just("local"),
    st.sampled_from(DAYS),
    NAMES,
    st.dictionaries(RECORDS, CONTENTS, max_size=4),
    st.booleans(),
)
OTHER = st.builds(Delivery, st.just("other"), st.sampled_from(DAYS), NAMES, st.just({}), st.just(value=False))


def files(d: Delivery) -> dict[str, list[str]]:
    """Write a delivery down."""
    names = [f"{CODES[e]},{name},ENTERPRISE" for e, name in d.names.items()]
    rows = []
    for record, (asset, share, period) in d.holdings.items():
        since, until = PERIODS[period]
        rows.append(f"s{record},E:{CODES[0]},{CODES[asset]},{share / 100},{since},{until}")
    holdings = ["record_id,owner,asset,share_ratio,valid_from,valid_to", *rows]
    named = {"enterprises": ["uscc,name,entity_kind", *names]}
    return named | ({"shareholdings": holdings} if d.source == "local" else {})


def known(store: GraphStore, run: int) -> tuple[dict[int, Content], dict[int, str]]:
    """Read the graph as known at a run back into plain numbers."""
    facts = store.facts("OWNS", run).rows()
    written = [(since or None, until or None) for since, until in PERIODS]
    of_line: dict[int, Content] = {}
    for n, fact in enumerate(facts):
        period = tuple(day and day.isoformat() for day in (fact["valid_from"], fact["valid_to"]))
        share = round(fact["share_ratio"] * 100)
        of_line[n] = (CODES.index(fact["end"][2:]), share, written.index(period))
    names = {CODES.index(r["id"][2:]): r["name"] for r in store.nodes("LegalEntity", run).rows()}
    return of_line, names


def holds(contents: dict[int, Content], day: dt.date) -> list[tuple[int, int]]:
    """Return what is true on a day."""
    text = day.isoformat()
    return sorted(
        (asset, share)
        for asset, share, period in contents.values()
        if (PERIODS[period][0] or "0") <= text < (PERIODS[period][1] or "9")
    )


@contextmanager
def opened(url: str) -> Iterator[GraphStore]:
    """A prepared store."""
    store = open_store(url)
    store.prepare()
    try:
        yield store
    finally:
        store.close()


def check(url: str, folder: Path, deliveries: list[Delivery]) -> None:
    """Load the deliveries, compare with the bookkeeping after each, and ask every past again at the end."""
    book, moments = Ledger(), list[dt.datetime]()
    vault = Vault(folder / "vault", b"v" * 32)
    with opened(url) as store:
        for n, d in enumerate([BASE, *deliveries]):
            allowed, before = book.deliver(d), len(moments)
            path = write(folder / str(n), files(d))
            scope: dict[str, Any] = {"snapshot": "local/shareholdings", "accept_vanished": True}
            request = LoadRequest("canonical", path, d.source, d.as_of, **(scope if d.snapshot else {}))
            if not allowed:
                with pytest.raises(FileRefused, match=r"no rows|loaded already"):
                    load(store, request, vault, KEYS)
                continue
            report = load(store, request, vault, KEYS)
            assert all(file.ledger.balances for file in report.files)
            assert report.changed == (len(book.versions) > before)
            if report.changed:
                moments.append(dt.datetime.now(dt.UTC))
            assert not load(store, request, vault, KEYS).changed, "the same file twice"
        assert len(moments) == len(book.versions)
        for moment, (contents, names) in zip(moments, book.versions, strict=True):
            found, found_names = known(store, store.known_run(moment))
            assert found_names == names
            for day in DAYS:
                assert holds(found, day) == holds(contents, day)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.one_of(LOCAL, LOCAL, OTHER), min_size=2, max_size=6))
def test_any_past_answers_as_it_did_then(deliveries: list[Delivery]) -> None:
    with TemporaryDirectory() as folder:
        check(f"embedded:{folder}/graph.kgl", Path(folder), deliveries)


@pytest.mark.neo4j
def test_any_past_answers_as_it_did_then_on_neo4j(empty_neo4j: str, tmp_path: Path) -> None:
    first, second, third, fourth = DAYS
    check(
        empty_neo4j,
        tmp_path,
        [
            Delivery("local", second, {0: "甲有限公司"}, {0: (1, 10, 0), 1: (2, 10, 1)}, snapshot=False),
            Delivery("local", second, {0: "乙有限公司"}, {0: (1, 20, 0)}, snapshot=False),
            Delivery("other", first, {0: "甲有限公司", 1: "甲有限公司"}, {}, snapshot=False),
            Delivery("local", first, {1: "乙有限公司"}, {0: (3, 10, 0), 2: (1, 10, 2)}, snapshot=False),
            Delivery("local", third, {}, {0: (1, 20, 0), 3: (2, 20, 3)}, snapshot=True),
            Delivery("local", second, {0: "甲有限公司"}, {1: (2, 20, 1), 0: (2, 20, 0)}, snapshot=False),
            Delivery("local", second, {}, {0: (1, 20, 0)}, snapshot=True),
            Delivery("local", fourth, {}, {}, snapshot=True),
            Delivery("local", fourth, {2: "乙有限公司"}, {1: (2, 10, 1)}, snapshot=False),
        ],
    )

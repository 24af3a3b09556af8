"""What is kept between questions and between starts: never stale, never another's, never readable by others."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import logging
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from algorithms.projection import Access, Projection, View
from graph_service.projections import Projections
from graph_service.projections.disk import KEPT, Disk
from graph_service.projections.reading import Version, read
from graph_service.projections.views import Views
from queries.stores import open_store
from schema.access import Audience
from schema.ports import GraphStore, NodeBatch, Stage
from tests.contract.small_town import deliver
from tests.contract.stores import header, node
from tests.unit.projection.graphs import Growing, assert_equal

DAY = dt.date(2026, 11, 1)
PUBLIC = Access(frozenset({Audience.PUBLIC}))
AUTHORIZATION = NodeBatch(
    Stage(0, header("consents")), "Authorization", (), [node("a2", 2, "RESTRICTED", purpose="LENDING")]
)
VERSIONS = [Version(1, "a" * 64), Version(2, "b" * 64)]


def small() -> Projection:
    """Two enterprises, one of which holds the other."""
    graph = Growing(2)
    graph.say("E:1", name="甲", kinds=["Bank"])
    graph.say("E:2")
    graph.state("OWNS", 5, "E:1", "E:2", share_ratio=0.5, valid_from=DAY)
    return graph.fresh(2)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[GraphStore]:
    """An embedded store with the first delivery."""
    opened = open_store(f"embedded:{tmp_path / 'g.kgl'}")
    opened.prepare()
    deliver(opened, 0)
    yield opened
    opened.close()


# on disk -------------------------------------------------------------------------------------------------------------


def test_what_is_kept_comes_back_equal_and_private(tmp_path: Path) -> None:
    disk, given = Disk(tmp_path / "p"), small()
    assert_equal(disk.keep(VERSIONS[1], given), given)
    version, found = disk.newest(VERSIONS) or (None, None)
    assert version == VERSIONS[1]
    assert found is not None
    assert_equal(found, given)
    assert found.view(DAY, PUBLIC).positions("OWNS").tolist() == [0]
    modes = {p.is_dir(): p.stat().st_mode & 0o777 for p in [tmp_path / "p", *(tmp_path / "p").rglob("*")]}
    assert modes == {True: 0o700, False: 0o600}


def test_only_the_newest_are_kept(tmp_path: Path) -> None:
    disk = Disk(tmp_path)
    for number in range(4):
        disk.keep(Version(number + 1, str(number) * 64), small())
    assert len([*tmp_path.iterdir()]) == KEPT
    assert (tmp_path / f"4-{'3' * 16}").exists()


@pytest.mark.parametrize("harm", ["bytes", "format", "declared", "history", "gone", "manifest"])
def test_what_is_broken_or_foreign_is_ignored_and_said(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, harm: str
) -> None:
    disk = Disk(tmp_path)
    disk.keep(VERSIONS[1], small())
    (place,) = tmp_path.iterdir()
    arrow, manifest = place / "OWNS.arrow", place / "manifest.json"
    if harm == "bytes":
        data = bytearray(arrow.read_bytes())
        data[len(data) // 2] ^= 1
        arrow.write_bytes(bytes(data))
    elif harm == "gone":
        arrow.unlink()
    elif harm == "manifest":
        manifest.write_bytes(b"{")
    else:
        manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {harm: "other"}))
    with caplog.at_level(logging.WARNING):
        assert disk.newest(VERSIONS) is None
    assert "read from the store again" in caplog.text


def test_another_stores_projection_is_never_taken(tmp_path: Path) -> None:
    disk = Disk(tmp_path)
    disk.keep(VERSIONS[1], small())
    assert disk.newest([Version(1, "a" * 64), Version(2, "c" * 64)]) is None
    assert disk.newest([Version(0, "")]) is None


def test_a_folder_that_cannot_be_written_costs_nothing_but_the_cache(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "p").write_text("a file where the folder should be")
    given = small()
    assert Disk(tmp_path / "p").keep(VERSIONS[0], given) is given
    assert "cannot be kept" in caplog.text


# in the service ------------------------------------------------------------------------------------------------------


def test_a_second_start_reads_nothing_but_what_changed(
    store: GraphStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = Projections(store, tmp_path / "p")
    first.at(store.known_run())
    first.close()
    deliver(store, 1)
    expected = read(store, store.known_run())
    whole: list[str] = []
    facts = store.facts
    monkeypatch.setattr(store, "facts", lambda name, run: (whole.append(name), facts(name, run))[1])
    assert_equal(Projections(store, tmp_path / "p").at(store.known_run()), expected)
    assert whole == []


def test_what_was_refreshed_is_kept_when_the_service_closes(store: GraphStore, tmp_path: Path) -> None:
    served = Projections(store, tmp_path / "p")
    served.at(store.known_run())
    deliver(store, 1)
    served.at(store.known_run())
    assert len([*(tmp_path / "p").iterdir()]) == 1
    served.close()
    assert len([*(tmp_path / "p").iterdir()]) == 2


def test_a_past_run_is_built_anew_and_the_newest_stays(store: GraphStore) -> None:
    served, first = Projections(store), store.known_run()
    served.at(first)
    deliver(store, 1)
    newest = served.at(store.known_run())
    past = served.at(first)
    assert_equal(past, read(store, first))
    assert served.at(first) is past
    assert served.at(store.known_run()) is newest


def test_a_consent_moves_the_number_and_keeps_what_was_derived(store: GraphStore) -> None:
    served = Projections(store)
    before = served.at(store.known_run())
    view = served.views.of(before, DAY, PUBLIC)
    rows = view.adjacency("OWNS")
    store.commit(header("consents"), [AUTHORIZATION])
    after = served.at(store.known_run())
    again = served.views.of(after, DAY, PUBLIC)
    assert after.known_run == again.projection.known_run > before.known_run
    assert again.adjacency("OWNS") is rows


# views ---------------------------------------------------------------------------------------------------------------


def test_equal_access_shares_a_view_and_other_access_does_not() -> None:
    views, p = Views(), small()
    one = views.of(p, DAY, PUBLIC)
    assert views.of(p, DAY, Access(frozenset({Audience.PUBLIC}))) is one
    consented = Access(frozenset({Audience.PUBLIC}), frozenset({Audience.MEMBER}), frozenset({"E:1"}))
    assert views.of(p, DAY, consented) is not one
    assert views.of(p, DAY + dt.timedelta(days=1), PUBLIC) is not one
    assert views.of(small(), DAY, PUBLIC) is not one


def test_views_are_bounded_in_number_and_bytes() -> None:
    views, p = Views(most=3), small()
    for day in range(10):
        views.of(p, DAY + dt.timedelta(days=day), PUBLIC)
    assert len(views) == 3
    tight = Views(nbytes=1000)
    for day in range(3):
        views_of_day = tight.of(p, DAY + dt.timedelta(days=day), PUBLIC)
        views_of_day.once("large", lambda _: np.zeros(1000))
    tight.of(p, DAY, PUBLIC)
    assert len(tight) == 1


def test_a_graph_that_moved_on_takes_its_views_along() -> None:
    views, p = Views(), small()
    views.of(p, DAY, PUBLIC)
    views.forget(p)
    assert len(views) == 0


def test_threads_build_a_thing_once() -> None:
    view, built, start = small().view(DAY, PUBLIC), [], threading.Barrier(8)

    def build(of: View) -> int:
        built.append(threading.get_ident())
        return len(of.positions("OWNS")) + of.once("inner", lambda _: 1)

    def ask() -> None:
        start.wait()
        assert view.once("thing", build) == 2

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(built) == 1


def test_a_failed_building_is_tried_again() -> None:
    view = small().view(DAY, PUBLIC)
    with pytest.raises(ZeroDivisionError):
        view.once("thing", lambda _: 1 // 0)
    assert view.once("thing", lambda _: 7) == 7


def test_a_joined_view_and_the_systems_beside_it_move_to_the_next_number() -> None:
    views, graph = Views(), Growing(2)
    for node_id in ("E:1", "E:2", "E:3", "E:4"):
        graph.say(node_id)
    graph.state("SAME_AS", 1, "E:1", "E:2", judgement="ACCEPTED")
    graph.state("SAME_AS", 2, "E:3", "E:4", judgement="ACCEPTED", audience="POLICE")
    p = graph.fresh(2)
    one = views.of(p, DAY, PUBLIC)
    rows = views.beside(one, Access.system()).adjacency("SAME_AS")
    later = dataclasses.replace(p, known_run=3)
    other = views.of(later, DAY, PUBLIC)
    system = views.beside(other, Access.system())
    assert other.projection.known_run == system.projection.known_run == 3
    assert system.projection is other.projection
    assert system.adjacency("SAME_AS") is rows
    assert other.projection.position("E:3") != other.projection.position("E:4")

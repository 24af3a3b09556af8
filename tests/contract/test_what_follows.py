"""What waits for its other end, on both stores: links of loaded rows that follow, and rows that a snapshot drops."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from loaders import LoadReport, LoadRequest, Vault, load
from schema.errors import FileRefused
from schema.ports import GraphStore
from tests.contract.stores import dump
from tests.integration.deliveries import ABSENT, AS_OF, FIRST, KEYS, NUMBER, SECOND, TOWN, quarantined, write

HEAD, *ROWS = TOWN["shareholdings"]
NEXT = AS_OF + dt.timedelta(days=1)
LATE = {"enterprises": ["uscc,name,entity_kind", f"{ABSENT},某市后来有限公司,ENTERPRISE"]}
ENTERPRISES, REGIONS = {"enterprises": TOWN["enterprises"]}, {"regions": TOWN["regions"]}


class Desk:
    """Loads one small delivery after the other."""

    def __init__(self, store: GraphStore, folder: Path) -> None:
        self.store, self._folder, self._count = store, folder, 0

    def take(self, kinds: dict[str, list[str]], as_of: dt.date = AS_OF, **options: Any) -> LoadReport:
        """Load a delivery."""
        self._count += 1
        path = write(self._folder / f"d{self._count}", kinds)
        request = LoadRequest("canonical", path, as_of=as_of, **options)
        return load(self.store, request, Vault(self._folder / "vault", b"v" * 32), KEYS)

    def statuses(self) -> list[str]:
        """Return the state of everything in quarantine."""
        return sorted(row["status"] for row in quarantined(self.store))

    def located(self) -> list[tuple[str, str]]:
        """Return where enterprises are."""
        table = self.store.facts("LOCATED_IN", self.store.known_run())
        return sorted(zip(table["start"], table["end"], strict=True))

    def owners(self) -> set[str]:
        """Return who owns something."""
        return {*self.store.facts("OWNS", self.store.known_run())["start"]}


@pytest.fixture
def desk(store: GraphStore, tmp_path: Path) -> Desk:
    """A desk with an empty store."""
    return Desk(store, tmp_path)


def test_enterprises_before_their_regions_are_located_when_these_arrive(desk: Desk) -> None:
    (file,) = desk.take(ENTERPRISES).files
    assert (file.ledger.loaded, file.ledger.quarantined) == (2, 0)
    assert desk.statuses() == ["WAITING"] * 2
    assert len(desk.store.query("open_quarantine", {"known_run": desk.store.known_run(), "limit": 9})) == 0
    assert not desk.take(ENTERPRISES).changed
    report = desk.take(REGIONS)
    assert [(f.file, f.ledger.read, f.ledger.loaded) for f in report.retried] == [("enterprises.csv", 2, 2)]
    assert desk.located() == [(f"E:{FIRST}", "441283000000"), (f"E:{SECOND}", "441283000000")]
    assert desk.statuses() == ["FIXED"] * 2
    before = dump(desk.store)
    for again in (REGIONS, ENTERPRISES):
        assert not desk.take(again).changed
    assert dump(desk.store) == before


def test_a_waiting_link_gives_way_to_what_its_source_says_next(desk: Desk) -> None:
    columns, first = TOWN["enterprises"][:2]
    desk.take({"enterprises": [columns, first]})
    moved = {"enterprises": [columns, first.replace(",441283", ",441284")]}
    desk.take(moved, NEXT)
    assert desk.statuses() == ["WAITING"], "one entry a series"
    assert not desk.take({"enterprises": [columns, first]}).changed, "what is late does not take its place"
    desk.take(REGIONS, NEXT)
    assert desk.located() == []
    desk.take({"regions": [*TOWN["regions"], "441284,另区,COUNTY,441200"]}, NEXT)
    assert desk.located() == [(f"E:{FIRST}", "441284000000")]


def test_a_waiting_link_is_settled_by_a_row_that_can_be_linked(desk: Desk) -> None:
    columns, first = TOWN["enterprises"][:2]
    desk.take({**REGIONS, "enterprises": [columns, first.replace(",441283", ",441284")]})
    desk.take({"enterprises": [columns, first]}, NEXT)
    assert (desk.statuses(), desk.located()) == (["FIXED"], [(f"E:{FIRST}", "441283000000")])
    desk.take({"regions": ["code,name,level,parent_code", "441284,另区,COUNTY,441200"]}, NEXT)
    assert desk.located() == [(f"E:{FIRST}", "441283000000")]


def test_a_row_that_waits_for_one_end_and_then_for_another_gets_both(desk: Desk) -> None:
    columns = "record_id,head,village_code,collection_channel,collection_basis"
    household = [columns, f"h1,P:{NUMBER},441283,WHOLE_VILLAGE,CONSENT"]
    (file,) = desk.take({"households": household}).files
    assert file.ledger.quarantined == 1
    desk.take({"persons": TOWN["persons"]})
    assert desk.statuses() == ["FIXED", "WAITING"], "the household is there, its village is not"
    desk.take(REGIONS)
    assert desk.statuses() == ["FIXED", "FIXED"]
    assert len(desk.located()) == 1


@pytest.mark.parametrize("day", [AS_OF, NEXT])
def test_a_waiting_row_that_a_snapshot_does_not_state_never_follows(desk: Desk, day: dt.date) -> None:
    desk.take(TOWN)
    desk.take({"shareholdings": [HEAD, *ROWS, f"s3,E:{ABSENT},{FIRST},0.3,2021-01-01"]})
    desk.take({"shareholdings": [HEAD, *ROWS]}, day, snapshot="local/shareholdings")
    assert desk.statuses() == ["DROPPED"]
    assert not desk.take({"shareholdings": [HEAD, *ROWS]}, day, snapshot="local/shareholdings").changed
    assert desk.take(LATE, NEXT).retried == ()
    assert (f"E:{ABSENT}" in desk.owners(), desk.statuses()) == (False, ["DROPPED"])


def test_a_dropped_row_that_is_stated_anew_waits_again(desk: Desk) -> None:
    stated = {"shareholdings": [HEAD, *ROWS, f"s3,E:{ABSENT},{FIRST},0.3,2021-01-01"]}
    desk.take(TOWN)
    desk.take(stated)
    desk.take({"shareholdings": [HEAD, *ROWS]}, NEXT, snapshot="local/shareholdings")
    desk.take(stated, NEXT + dt.timedelta(days=1))
    assert desk.statuses() == ["OPEN"]
    desk.take(LATE, NEXT + dt.timedelta(days=1))
    assert (f"E:{ABSENT}" in desk.owners(), desk.statuses()) == (True, ["FIXED"])


def test_a_snapshot_whose_row_has_an_unreadable_record_id_ends_nothing(desk: Desk) -> None:
    desk.take(TOWN)
    wrong = {"shareholdings": [HEAD, ROWS[0], ROWS[1].replace("s2", "x" * 201)]}
    before = dump(desk.store)
    with pytest.raises(FileRefused, match="nobody can say which record this row is"):
        desk.take(wrong, NEXT, snapshot="local/shareholdings")
    assert dump(desk.store) == before
    (file,) = desk.take(wrong, NEXT).files
    assert (file.ledger.unchanged, file.ledger.quarantined, len(desk.owners())) == (1, 1, 2)

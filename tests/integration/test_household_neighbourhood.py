"""The county of Zhaoqing (S1-45) in small: households and agricultural entities go in, and a household's surroundings come out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from loaders import Keys, LoadRequest, Vault, load
from loaders.city import SOURCE, CitySpec, write_city
from queries.stores import open_store
from schema.access import Audience
from schema.ports import GraphStore

EVERYTHING = [audience.value for audience in Audience if audience is not Audience.BANK_PRIVATE]
NEAR = ("MEMBER_OF", "HAS_ASSET", "SUPPLIES", "PARTICIPATES_IN")
FAR = ("FAMILY_OF", "RUN_BY", "CORE_OF", "LEGAL_REP_OF")


def test_s1_45_a_county_is_loaded_whole_and_a_neighbourhood_is_two_hops(tmp_path: Path) -> None:
    spec = CitySpec.of(70, 621)
    write_city(tmp_path / "county", spec, 1)
    store = open_store(f"embedded:{tmp_path / 'graph.kgl'}")
    store.prepare()
    request = LoadRequest("canonical", tmp_path / "county", SOURCE, spec.as_of)
    report = load(store, request, Vault(tmp_path / "vault", b"v" * 32), Keys(b"k" * 32))
    run = store.known_run()
    assert all(file.ledger.balances for file in report.files)
    assert len(store.nodes("LegalEntity", run)) >= 70
    households = list(store.nodes("Household", run)["id"])
    assert len(households) == 621
    edges = {name: _open(store, name, spec, run) for name in (*NEAR, *FAR)}
    seen = 0
    for household in households[::60]:
        params = {
            "household_id": household,
            "as_of": spec.as_of,
            "known_run": run,
            "audiences": EVERYTHING,
            "banks": [],
            "region": "",
        }
        found = store.query("household_neighbourhood", params)
        assert sorted(map(repr, zip(*found.data, strict=True))) == sorted(
            map(repr, _around(edges, household))
        )
        seen += len(found)
        public = store.query("household_neighbourhood", {**params, "audiences": ["PUBLIC"]})
        assert len(public) == 0
    assert seen > 30
    store.close()


def _open(store: GraphStore, name: str, spec: CitySpec, run: int) -> list[tuple[str, str]]:
    return [
        (row["start"], row["end"])
        for row in store.facts(name, run).rows()
        if row["audience"] in EVERYTHING
        and (row["valid_from"] is None or row["valid_from"] <= spec.as_of)
        and (row["valid_to"] is None or row["valid_to"] > spec.as_of)
    ]


def _around(edges: dict[str, list[tuple[str, str]]], household: str) -> list[tuple[Any, ...]]:
    """Walk the facts themselves."""

    def beside(names: tuple[str, ...], node: str) -> list[tuple[str, str]]:
        return [(b if a == node else a, name) for name in names for a, b in edges[name] if node in (a, b)]

    rows: list[tuple[Any, ...]] = []
    for near, name in beside(NEAR, household):
        rows += [(near, name, *far) for far in beside(FAR, near)] or [(near, name, None, None)]
    return rows

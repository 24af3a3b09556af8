"""A first load as import files: what the import makes of them is what the ordinary load makes of the same delivery."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from graph_service.cli.bulk import differences
from loaders import Keys, LoadReport, LoadRequest, Vault, load
from loaders.city import SOURCE, CitySpec, write_city
from queries.bulk_store import BulkStore
from queries.stores import open_store
from schema.access import Audience
from schema.errors import ConfigurationError, Conflict, InputError
from schema.ports import EdgeBatch, GraphStore, NodeBatch
from tests.conftest import without_neo4j
from tests.contract.stores import dump, entities, fact, header, node, owns
from tests.integration.command_line import CommandLine
from tests.neo4j.server import Neo4jServer, ServerOptions
from tests.neo4j.toolchain import ToolchainError

KEYS = Keys(b"a key of a test!", 1)


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, LoadRequest]:
    """A village with its planted faults; one of its companies is stated by the banks' file too, with hard text."""
    folder = tmp_path_factory.mktemp("bulk") / "city"
    manifest = write_city(folder, CitySpec.village(), 1)
    code = manifest.cases["core"].id
    banks = folder / "banks.csv"
    columns = banks.read_text("utf-8").splitlines()[0].split(",")
    said = {
        "record_id": "twice",
        "uscc": code,
        "name": '"以""引号"",逗号\\反斜杠;为名的银行"',
        "region_code": "441200",
    }
    with banks.open("a", encoding="utf-8") as file:
        file.write(",".join(said.get(column, "") for column in columns) + "\n")
    return folder, LoadRequest("canonical", folder, SOURCE, manifest.spec.as_of)


def loaded(store: GraphStore, request: LoadRequest) -> LoadReport:
    return load(store, request, Vault(request.path.parent / "vault", b"v" * 32), KEYS)


@pytest.fixture(scope="module")
def bulk(city: tuple[Path, LoadRequest]) -> tuple[Path, LoadReport]:
    out = city[0].parent / "import"
    return out, loaded(BulkStore(out), city[1])


@pytest.fixture(scope="module")
def ordinary(city: tuple[Path, LoadRequest]) -> Iterator[tuple[GraphStore, LoadReport]]:
    store = open_store(f"embedded:{city[0].parent / 'graph.kgl'}")
    store.prepare()
    yield store, loaded(store, city[1])
    store.close()


def test_the_files_hold_what_the_ordinary_load_writes(
    bulk: tuple[Path, LoadReport], ordinary: tuple[GraphStore, LoadReport]
) -> None:
    out, report = bulk
    store, other = ordinary
    manifest = json.loads((out / "manifest.json").read_text("utf-8"))
    labels, kinds = store.query("stored_labels", {}), store.query("stored_relationships", {})
    stored = dict(zip(labels["label"], labels["stored"], strict=True))
    assert report.files == other.files
    assert manifest["labels"] == {label: stored[label] for label in manifest["labels"]}
    assert manifest["labels"]["Record"] == 2
    assert manifest["relationships"] == dict(zip(kinds["relationship"], kinds["stored"], strict=True))
    assert manifest["published"] == store.known_run()
    written = {file.name for file in out.iterdir()} - {"manifest.json", "import.args"}
    named = {
        line.rpartition("=")[2] for line in (out / "import.args").read_text().splitlines() if ".csv" in line
    }
    assert written == named


@pytest.mark.neo4j
def test_a_village_imported_into_neo4j_equals_one_that_was_loaded(
    bulk: tuple[Path, LoadReport],
    ordinary: tuple[GraphStore, LoadReport],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    try:
        server = Neo4jServer(ServerOptions(page_cache="64m", imports=bulk[0], hasty=True)).__enter__()
    except ToolchainError as missing:
        without_neo4j(missing)
    try:
        done = CommandLine(tmp_path, capsys, server.url)("bulk", "verify", bulk[0])
        assert (done.code, "核对一致" in done.out) == (0, True), done
        with closing(open_store(server.url)) as store:
            run = {"known_run": store.known_run()}
            assert run == {"known_run": ordinary[0].known_run()}
            assert store.problems() == []
            for query in ("label_counts", "relationship_counts"):
                whole = run | {"audiences": [a.value for a in Audience]}
                assert [*store.query(query, whole).rows()] == [*ordinary[0].query(query, whole).rows()]
            found = dump(store)
            assert found == dump(ordinary[0])
            assert found["OWNS"]
    finally:
        server.stop()


def test_verify_names_every_count_that_differs() -> None:
    manifest = {"labels": {"Person": 3}, "relationships": {"OWNS": 2}, "published": 7}
    same = {"labels": {"Person": 3, "Villager": 1}, "relationships": {"OWNS": 2}, "published": 7}
    assert differences(manifest, same) == []
    other = {"labels": {}, "relationships": {"OWNS": 1, "KNOWS": 4}, "published": 8}
    assert differences(manifest, other) == [
        "Person: 3 were written, 0 are stored",
        "KNOWS: 0 were written, 4 are stored",
        "OWNS: 2 were written, 1 are stored",
        "last run: 7 was written, 8 is published",
    ]


def test_verify_fails_on_a_store_that_holds_something_else(
    bulk: tuple[Path, LoadReport], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = CommandLine(tmp_path, capsys)
    done = command("bulk", "verify", bulk[0])
    assert done.code == 1
    assert "LegalEntity: 34 were written, 0 are stored" in done.out
    assert command("bulk", "verify", tmp_path).code == 2


def test_the_command_writes_files_and_says_what_comes_next(
    city: tuple[Path, LoadRequest], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, command = tmp_path / "files", CommandLine(tmp_path / "data", capsys)
    words = ("load", "canonical", city[0], "--source", SOURCE, "--bulk", out)
    done = command(*words)
    assert done.code == 0, done
    assert "import full neo4j @import.args" in done.out
    assert not list((tmp_path / "data").glob("*.kgl"))
    assert json.loads((out / "manifest.json").read_text("utf-8"))["labels"]["Household"] == 100
    again = command(*words)
    assert again.code == 2
    assert "is not empty" in again.err


def test_versions_of_one_load_are_kept_like_in_any_store(tmp_path: Path) -> None:
    """Two runs of one origin, a third of another: the bulk store keeps what the embedded one keeps."""

    def write(store: GraphStore) -> list[object]:
        said: list[object] = []
        first, second, third = store.reserve([header(), header(), header("other")])
        for batch in (
            entities(first, [node("E:1", name="一"), node("E:2", name="二"), node("E:2", 3, name="二二")]),
            entities(first, [node("E:1", 4, name="又一")]),
            entities(second, [node("E:1", name="新一"), node("E:2", name="二二")]),
            entities(third, [node("E:1", name="他说", status="ACTIVE")]),
            owns(first, [fact("E:1", "E:2", "a", share_ratio=0.1), fact("E:1", "E:2", "b", share_ratio=0.2)]),
            owns(first, [fact("E:1", "E:2", "a", share_ratio=0.3)]),
            owns(
                second, [fact("E:1", "E:2", "a", share_ratio=0.4), fact("E:2", "E:1", "b", share_ratio=0.2)]
            ),
            owns(third, [fact("E:1", "E:404", "c"), fact("E:1", "E:2", "b", share_ratio=7.0)]),
        ):
            outcome = store.upsert(batch)
            said.append((outcome.written, outcome.unchanged, [(r.index, r.code) for r in outcome.rejects]))
        store.publish({}, "tests")
        return said

    embedded = open_store(f"embedded:{tmp_path / 'graph.kgl'}")
    embedded.prepare()
    assert write(BulkStore(tmp_path / "out")) == write(embedded)
    labels = embedded.query("stored_labels", {})
    kinds = embedded.query("stored_relationships", {})
    shown = next(embedded.nodes("LegalEntity", embedded.known_run(), ["E:1"]).rows())
    embedded.close()
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text("utf-8"))
    assert manifest["relationships"] == dict(zip(kinds["relationship"], kinds["stored"], strict=True))
    assert manifest["labels"]["Record"] == dict(zip(labels["label"], labels["stored"], strict=True))["Record"]
    written = (tmp_path / "out" / "LegalEntity.csv").read_text("utf-8").splitlines()
    row = dict(zip(written[0].split(","), written[1].split(","), strict=True))
    assert row["name:string"].strip('"') == shown["name"]
    assert (row["status:string"].strip('"'), row["run:long"]) == (shown["status"], str(shown["run"]))
    facts = (tmp_path / "out" / "LegalEntity-OWNS-LegalEntity.csv").read_text("utf-8").splitlines()
    closed = facts[0].split(",").index("closed_run:long")
    assert sum(bool(line.split(",")[closed]) for line in facts[1:]) == 2


def test_import_files_hold_one_load(tmp_path: Path) -> None:
    store = BulkStore(tmp_path / "out")
    with pytest.raises(InputError, match="does not belong"):
        store.upsert(entities(BulkStore(tmp_path / "b").reserve([header()])[0], [node("E:1")]))
    stage = store.reserve([header()])[0]
    with pytest.raises(Conflict, match="one first load"):
        store.reserve([header()])
    store.upsert(NodeBatch(stage, "LegalEntity", ("Enterprise",), [node("E:1")]))
    assert store.existing("LegalEntity", ["E:1", "E:2"]) == {"E:1"}
    store.abandon()
    assert store.existing("LegalEntity", ["E:1"]) == set()
    assert store.known_run() == 0
    stage = store.reserve([header()])[0]
    store.upsert(NodeBatch(stage, "LegalEntity", ("Enterprise",), [node("E:1", name="一\n二", reg_no="")]))
    refused = store.upsert(EdgeBatch(stage, "OWNS", "LegalEntity", "LegalEntity", [fact("E:1", "E:2", "a")]))
    assert [r.code for r in refused.rejects] == ["endpoint_missing"]
    store.publish({}, "tests")
    assert "--multiline-fields=true" in (tmp_path / "out" / "import.args").read_text("utf-8").split()
    with pytest.raises(Conflict, match="one first load"):
        store.reserve([header()])
    with pytest.raises(ConfigurationError, match="not empty"):
        BulkStore(tmp_path / "out")

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from loaders.identity.references import Resolver
from loaders.profile import check_header
from loaders.sources import ftm
from loaders.sources.ftm_words import share
from loaders.staging import Staged, stage
from schema.errors import FileRefused, InputError
from tests.unit.loaders.desk import KEYS, NUMBER, PERSON, USCC, codes

if TYPE_CHECKING:
    from pathlib import Path

Entity = dict[str, Any]


def entity(entity_id: str, schema: str, **properties: list[str]) -> Entity:
    return {"id": entity_id, "schema": schema, "properties": properties}


CAST = (
    entity(
        "c1", "Company", name=["Alpha Ltd", "Alpha Limited"], registrationNumber=["77"], topics=["sanction"]
    ),
    entity("c2", "Company", name=["乙公司"], uscCode=[USCC], address=["1 Test Road", "2 Test Road"]),
    entity("p1", "Person", name=["Test Person"], birthDate=["1970-05"], phone=["+00 1"]),
    entity("p2", "Person", name=["测试人"], idNumber=["X1", NUMBER]),
    entity("v1", "Vessel", name=["Test Ship"]),
)


def staged(path: Path, *entities: Entity) -> tuple[dict[str, Staged], dict[str, list[str]], dict[str, int]]:
    """Stage a file: what each reading became, the warnings, and how many rows were skipped for which reason."""
    file = path / "entities.json"
    file.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in entities), "utf-8")
    content = file.read_bytes()
    results, said, skipped = {}, {}, {}
    for one in ftm.files(file):
        rows = one.rows(content)
        if one.profile is None:
            skipped[one.skipped] = len(rows)
            continue
        assert check_header(rows, one.profile, True) == []
        results[one.dataset] = stage(rows, one.profile, "ftm", Resolver("ftm", KEYS))
        said[one.dataset] = one.remark(rows, dt.date(2026, 11, 22)) if one.remark else []
    return results, said, skipped


def rows_of(result: Staged) -> list[dict[str, Any]]:
    return [edge.row for item in result.items for edge in item.edges]


def test_parties_are_their_identifier_else_their_id(tmp_path: Path) -> None:
    results, _, skipped = staged(tmp_path, *CAST)
    names = ("ftm_entities", "ftm_identified_persons", "ftm_persons")
    nodes = [item.node for name in names for item in results[name].items if item.node]
    assert [node.row["id"] for node in nodes] == ["E:ftm:c1", f"E:{USCC}", PERSON, "P:ftm:p1"]
    assert nodes[0].kinds == ("Enterprise",)
    assert (nodes[0].row["name"], nodes[0].row["reg_no"]) == ("Alpha Ltd", "77")
    assert nodes[3].row["birth_year"] == 1970
    assert skipped == {"the schema Vessel is not used here": 1}


def test_further_values_and_unused_properties_are_warned_of(tmp_path: Path) -> None:
    _, said, _ = staged(tmp_path, *CAST)
    assert said["ftm_entities"] == [
        "name/weakAlias/alias/previousName: 1 entities (c1) have further values, which stay in the raw file",
        "topics: not collected (1 entities)",
    ]


def test_every_contact_counts_and_none_is_kept(tmp_path: Path) -> None:
    address = entity("a1", "Address", full=["3 Test Road"])
    firm = entity("c3", "Company", name=["C"], addressEntity=["a1"])
    results, _, skipped = staged(tmp_path, *CAST, firm, address)
    contacts = results["ftm_contacts"]
    assert [item.node.kinds for item in contacts.items if item.node] == [("Address",)] * 2 + [("Phone",)] + [
        ("Address",)
    ]
    assert "Test Road" not in repr(contacts)
    assert skipped["kept as contacts of those whose address it is"] == 1


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("25", ("0.25", "", "")),
        ("33.3 %", ("0.33299999999999996", "", "")),
        ("25-50", ("", "0.25", "0.5")),
        ("50% to 75%", ("", "0.5", "0.75")),
        ("> 25%", ("", "0.25", "1")),
        ("75% or more", ("", "0.75", "1")),
        ("less than 5", ("", "0", "0.05")),
        ("100", ("1.0", "", "")),
    ],
)
def test_percentages(written: str, read: tuple[str, str, str]) -> None:
    assert [float(one) if one else one for one in share(written)] == [
        pytest.approx(float(one)) if one else one for one in read
    ]


@pytest.mark.parametrize("written", ["101", "50-25", "half", "-5", "25-101"])
def test_what_is_no_percentage_is_refused(written: str) -> None:
    with pytest.raises(InputError):
        share(written)


def test_relationships_carry_bounds_periods_posts_and_kin(tmp_path: Path) -> None:
    own = entity("o1", "Ownership", owner=["p1"], asset=["c2"], percentage=["25-50"], endDate=["2020"])
    post = entity("d1", "Directorship", director=["p2"], organization=["c1"], role=["Chairman"])
    kin = entity("f1", "Family", person=["p1"], relative=["p2"], relationship=["Daughter"])
    results, _, _ = staged(tmp_path, *CAST, own, post, kin)
    (held,) = rows_of(results["ftm_ownerships"])
    assert (held["start"], held["end"]) == ("P:ftm:p1", f"E:{USCC}")
    assert (held["share_ratio"], held["share_min_ratio"], held["share_max_ratio"]) == (None, 0.25, 0.5)
    assert str(held["valid_to"]) == "2021-01-01"
    (ran,) = rows_of(results["ftm_directorships"])
    assert (ran["start"], ran["end"], ran["post"]) == (PERSON, "E:ftm:c1", "CHAIR")
    (family,) = rows_of(results["ftm_families"])
    assert (family["kin"], family["audience"]) == ("CHILD", "RESTRICTED")


def test_a_sanction_is_a_listing_also_without_a_date(tmp_path: Path) -> None:
    dated = {
        "authority": ["Office"],
        "program": ["P-1"],
        "startDate": ["2022-03-01"],
        "endDate": ["2024-01-01"],
    }
    full = entity("s1", "Sanction", entity=["c1"], **dated)
    bare = entity("s2", "Sanction", entity=["p1"])
    ship = entity("s3", "Sanction", entity=["v1"])
    results, _, skipped = staged(tmp_path, *CAST, full, bare, ship)
    first, second = (item.node.row for item in results["ftm_sanctions"].items if item.node)
    assert (first["list_kind"], first["authority"], first["regime"]) == ("SANCTIONED", "Office", "P-1")
    assert (str(first["listed_on"]), str(first["removed_on"])) == ("2022-03-01", "2024-01-01")
    assert (second["list_kind"], second["listed_on"]) == ("SANCTIONED", None)
    assert skipped["about what is no party of the graph"] == 1


def test_planted_faults_are_refused_with_their_reason(tmp_path: Path) -> None:
    results, _, _ = staged(
        tmp_path,
        *CAST,
        entity("o1", "Ownership", owner=["nobody"], asset=["c1"]),
        entity("o2", "Ownership", owner=["c2"], asset=["c1"], percentage=["many"]),
        entity("o3", "Ownership", asset=["c1"]),
        entity("d1", "Directorship", director=["c2"], organization=["c1"]),
        entity("d2", "Directorship", director=["p1"], organization=["c1"], role=["gardener"]),
        entity("f1", "Family", person=["p1"], relative=["p2"], relationship=["friend"]),
        entity("n1", "Person"),
    )
    assert codes(results["ftm_ownerships"], 0) == {("owner", "ftm.reference")}
    assert ("share_ratio", "share.form") in codes(results["ftm_ownerships"], 1)
    assert codes(results["ftm_ownerships"], 2) == {("owner", "required")}
    assert codes(results["ftm_directorships"], 0) == {("director", "ftm.party")}
    assert codes(results["ftm_directorships"], 1) == {("post", "post.role")}
    assert codes(results["ftm_families"], 0) == {("kin", "family.kin")}
    assert codes(results["ftm_persons"], 1) == {("name", "required")}


@pytest.mark.parametrize(
    "line",
    [
        "{",
        "[]",
        '{"id":"x"}',
        '{"id":"","schema":"Person"}',
        '{"id":"x","schema":"Person","properties":{"a":[{}]}}',
    ],
)
def test_a_line_that_is_no_entity_refuses_the_file_and_names_the_line(tmp_path: Path, line: str) -> None:
    file = tmp_path / "entities.json"
    file.write_text(json.dumps(CAST[0]) + "\n" + line + "\n", "utf-8")
    with pytest.raises(FileRefused, match="line 2"):
        ftm.files(file)


WORDS = st.sampled_from(
    ["", "c1", "p1", "v1", "25", "2020", "长期", NUMBER, USCC, "chair", "spouse", "\x00", "E:x"]
)
ANY = st.builds(
    entity,
    st.sampled_from(["c1", "p1", "v1", "x:1", "y"]),
    st.sampled_from(
        ["Company", "Person", "Ownership", "Sanction", "Family", "Directorship", "Vessel", "Address"]
    ),
)
PROPERTIES = st.dictionaries(
    st.sampled_from(
        [
            "name",
            "owner",
            "asset",
            "percentage",
            "entity",
            "startDate",
            "endDate",
            "role",
            "phone",
            "idNumber",
            "person",
        ]
    ),
    st.lists(WORDS | st.text(max_size=5), max_size=3),
)


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(st.tuples(ANY, PROPERTIES), min_size=1, max_size=8))
def test_every_entity_is_accepted_refused_repeated_or_skipped(
    tmp_path: Path, drawn: list[tuple[Entity, dict[str, list[str]]]]
) -> None:
    entities = [one | {"properties": properties} for one, properties in drawn]
    results, _, skipped = staged(tmp_path, *entities)
    counted = sum(skipped.values())
    for name, result in results.items():
        assert all(result.faults.values())
        if name != "ftm_contacts":  # these are rows beside the entities
            counted += len(result.items) + len(result.faults) + len(result.repeats)
    assert counted == len(entities)
    assert NUMBER not in repr([r.items for r in results.values()])

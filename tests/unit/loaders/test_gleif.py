"""GLEIF records become entities, declared interests and owners who are not named."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loaders.identity.references import Resolver
from loaders.sources import gleif
from loaders.staging import Staged, stage
from schema.errors import FileRefused
from schema.identifiers.uscc import make_uscc
from tests.unit.loaders.desk import KEYS, codes
from tests.unit.loaders.gleif_files import (
    ABSENT,
    CHILD,
    PARENT,
    entity,
    exception,
    exceptions,
    level1,
    relationship,
    relationships,
    write,
)

if TYPE_CHECKING:
    from pathlib import Path


def staged(directory: Path, content: bytes) -> dict[str, Staged]:
    write(directory, file=content)
    return {
        file.dataset: stage(file.rows(file.path.read_bytes()), file.profile, "gleif", Resolver("gleif", KEYS))
        for file in gleif.files(directory)
        if file.profile
    }


def test_an_entity_is_known_by_its_lei_and_keeps_its_day_as_written(tmp_path: Path) -> None:
    code = make_uscc("91", "441283", "X0000001")
    records = (
        entity(PARENT, "VÚB Generali, a.s.", number="35903058", created="2012-11-04T05:00:00.000Z"),
        entity(CHILD, "某市宏远机械有限公司", country="CN", number=code),
        entity(ABSENT, "Gone Fund", category="FUND", status="INACTIVE", created=""),
    )
    rows = [i.node.row for i in staged(tmp_path, level1(*records))["gleif_level1"].items if i.node]
    assert [row["id"] for row in rows] == [f"E:gleif:{lei}" for lei in (PARENT, CHILD, ABSENT)]
    assert [row["lei"] for row in rows] == [PARENT, CHILD, ABSENT]
    assert [row["uscc"] for row in rows] == [None, code, None]
    assert [row["reg_no"] for row in rows] == ["35903058", code, None]
    assert [row["status"] for row in rows] == ["ACTIVE", "ACTIVE", "DEREGISTERED"]
    assert [row["registered_on"] for row in rows] == [dt.date(2012, 11, 4), dt.date(2005, 3, 23), None]


def test_planted_faults_of_entities_are_refused_by_the_names_of_their_elements(tmp_path: Path) -> None:
    records = (
        entity("529900000000TEST0000", "Wrong digits"),
        entity(PARENT, "", status="ASLEEP", category="OTHER"),
        entity(CHILD, "Never", created="2005-02-30T00:00:00Z"),
    )
    result = staged(tmp_path, level1(*records))["gleif_level1"]
    assert not result.items
    assert codes(result, 0) == {("LEI", "lei.check_digits")}
    assert codes(result, 1) == {
        ("Entity/LegalName", "required"),
        ("Entity/EntityStatus", "choice"),
        ("Entity/EntityCategory", "choice"),
    }
    assert codes(result, 2) == {("Entity/EntityCreationDate", "date.form")}


@pytest.mark.parametrize(
    ("kind", "interest", "directness", "owner_is_end"),
    [
        ("IS_DIRECTLY_CONSOLIDATED_BY", "ACCOUNTING_CONSOLIDATION", "DIRECT", True),
        ("IS_ULTIMATELY_CONSOLIDATED_BY", "ACCOUNTING_CONSOLIDATION", "ULTIMATE", True),
        ("IS_INTERNATIONAL_BRANCH_OF", "HEAD_OFFICE", "DIRECT", True),
        ("IS_FUND-MANAGED_BY", "FUND_MANAGEMENT", "DIRECT", True),
        ("IS_SUBFUND_OF", "UMBRELLA_FUND", "DIRECT", True),
        ("IS_FEEDER_TO", "FEEDER_FUND", "DIRECT", False),
    ],
)
def test_a_relationship_is_a_declared_interest_and_never_a_share(
    tmp_path: Path, kind: str, interest: str, directness: str, *, owner_is_end: bool
) -> None:
    result = staged(tmp_path, relationships(relationship(CHILD, PARENT, kind)))["gleif_relationships"]
    (edge,) = result.items[0].edges
    ends = (f"E:gleif:{CHILD}", f"E:gleif:{PARENT}")
    assert edge.relationship == "HAS_INTEREST_IN"
    assert (edge.row["start"], edge.row["end"]) == (ends[::-1] if owner_is_end else ends)
    assert (edge.row["interest"], edge.row["directness"]) == (interest, directness)
    assert not any(name.startswith("share") for name in edge.row)
    assert (edge.row["valid_from"], edge.row["valid_to"]) == (dt.date(2012, 11, 29), None)


def test_a_relationship_ends_on_its_end_date_or_by_its_last_update(tmp_path: Path) -> None:
    kind = "IS_FUND-MANAGED_BY"
    records = (
        relationship(CHILD, PARENT, kind, until="2020-01-31T00:00:00Z", status="INACTIVE"),
        relationship(CHILD, ABSENT, kind, status="INACTIVE", updated="2021-02-03T23:00:00-05:00"),
    )
    result = staged(tmp_path, relationships(*records))["gleif_relationships"]
    ends = [edge.row["valid_to"] for item in result.items for edge in item.edges]
    assert ends == [dt.date(2020, 1, 31), dt.date(2021, 2, 3)]


def test_planted_faults_of_relationships_are_refused(tmp_path: Path) -> None:
    kind = "IS_FUND-MANAGED_BY"
    records = (
        relationship(CHILD, PARENT, "IS_FRIEND_OF"),
        relationship("XS0000000001", PARENT, kind, node_type="ISIN"),
        relationship(CHILD, ABSENT, kind, since="soon"),
    )
    result = staged(tmp_path, relationships(*records))["gleif_relationships"]
    found = [{code for _, code in codes(result, i)} for i in range(3)]
    assert found == [{"choice", "required"}, {"gleif.node_id_type"}, {"date.form"}]


@pytest.mark.parametrize("live_first", [True, False])
@pytest.mark.parametrize(
    ("updated", "refused"), [("2023-05-18T15:41:20Z", True), ("2023-05-19T00:00:00Z", False)]
)
def test_of_an_annulled_and_a_live_record_in_one_file_the_one_updated_last_counts(
    tmp_path: Path, updated: str, *, live_first: bool, refused: bool
) -> None:
    kind = "IS_FUND-MANAGED_BY"
    records = [
        relationship(CHILD, PARENT, kind),
        relationship(CHILD, PARENT, kind, registered="ANNULLED", updated=updated),
    ]
    result = staged(tmp_path, relationships(*(records if live_first else records[::-1])))[
        "gleif_relationships"
    ]
    (item,) = result.items
    assert (item.edges[0].row["status"] is None) == refused
    (faults,) = result.faults.values()
    assert [fault.code for fault in faults] == ["record.overtaken"]


def test_a_reporting_exception_is_a_gap_with_its_reason_and_leaves_the_owners_incomplete(
    tmp_path: Path,
) -> None:
    direct, ultimate = (f"{which}_ACCOUNTING_CONSOLIDATION_PARENT" for which in ("DIRECT", "ULTIMATE"))
    content = exceptions(
        exception(CHILD, direct, "NO_KNOWN_PERSON"),
        exception(CHILD, ultimate, "NON_PUBLIC"),
        exception(CHILD, "NO_PARENT", "NON_PUBLIC"),
    )
    result = staged(tmp_path, content)
    gaps = result["gleif_exceptions"]
    nodes = [item.node.row for item in gaps.items if item.node]
    assert [(row["scope"], row["reason"]) for row in nodes] == [
        ("DIRECT_PARENT", "NO_KNOWN_PERSON"),
        ("ULTIMATE_PARENT", "NON_PUBLIC"),
    ]
    assert {edge.row["start"] for item in gaps.items for edge in item.edges} == {f"E:gleif:{CHILD}"}
    assert codes(gaps, 2) == {("ExceptionCategory", "choice")}
    partial = result["gleif_partial_owners"]
    (item,) = partial.items
    assert item.node is not None
    assert (item.node.row["id"], item.node.row["shares_complete"]) == (f"E:gleif:{CHILD}", False)
    assert item.node.found_by == "LEI"  # it adds to an entity and never makes one
    assert len(partial.repeats) == 2


def test_files_are_known_by_their_root_and_loaded_entities_first_older_content_first(tmp_path: Path) -> None:
    write(
        tmp_path,
        a=relationships(),
        b=level1(day="2023-11-06", count=2495059),
        c=exceptions(),
        d=level1(day="2023-06-05"),
    )
    found = [(f.path.name, f.dataset, f.declared, f.as_of) for f in gleif.files(tmp_path)]
    older, newer = dt.date(2023, 6, 5), dt.date(2023, 11, 6)
    assert found == [
        ("d.xml", "gleif_level1", 0, older),
        ("b.xml", "gleif_level1", 2495059, newer),
        ("a.xml", "gleif_relationships", 0, older),
        ("c.xml", "gleif_exceptions", 0, older),
        ("c.xml", "gleif_partial_owners", 0, older),
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"<html><body/></html>", "is html; a GLEIF file is"), (b"LEI,name\n", "no XML that can be read")],
)
def test_another_file_is_refused(tmp_path: Path, content: bytes, said: str) -> None:
    write(tmp_path, other=content)
    with pytest.raises(FileRefused, match=said):
        gleif.files(tmp_path)


def test_a_directory_without_xml_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="unpack the archives first"):
        gleif.files(tmp_path)


WORDS = st.sampled_from(
    [
        PARENT,
        CHILD,
        "",
        "x",
        "IS_SUBFUND_OF",
        "ACTIVE",
        "INACTIVE",
        "2020-01-01T00:00:00Z",
        "1900-01-01",
        "ISIN",
    ]
) | st.text(st.characters(blacklist_categories=("Cs", "Cc"), blacklist_characters="<&>"), max_size=5)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(WORDS, WORDS, WORDS, WORDS), max_size=4), st.sampled_from(["l", "r", "e"]))
def test_every_record_of_any_file_is_accepted_repeated_or_refused_with_a_reason(
    tmp_path_factory: pytest.TempPathFactory, cells: list[tuple[str, str, str, str]], which: str
) -> None:
    content = {
        "l": lambda: level1(*(entity(a, b, created=c, status=d) for a, b, c, d in cells)),
        "r": lambda: relationships(*(relationship(a, b, c, since=d) for a, b, c, d in cells)),
        "e": lambda: exceptions(*(exception(a, b, c) for a, b, c, _ in cells)),
    }[which]()
    for result in staged(tmp_path_factory.mktemp("gleif"), content).values():
        places = [*(i.index for i in result.items), *result.faults, *(i for i, _ in result.repeats)]
        assert sorted(places) == list(range(len(cells)))
        assert all(result.faults.values())

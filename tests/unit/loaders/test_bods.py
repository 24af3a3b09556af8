"""BODS statements become parties, dated shares, declared interests, posts, and owners who are not named."""

from __future__ import annotations

import copy
import datetime as dt
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loaders.identity.references import Resolver
from loaders.profile import SourceFile
from loaders.sources import bods
from loaders.staging import Staged, stage
from schema.errors import ConfigurationError, FileRefused
from tests.unit.loaders.bods_statements import Json, entity, interest, person, relationship, statement, write
from tests.unit.loaders.desk import KEYS, OTHER_USCC, codes

COMPANY, OWNER = entity("c1"), person("p1", names=[{"fullName": "Ana  Lima"}])


def read(path: Path) -> dict[str, tuple[SourceFile, Staged | None]]:
    """Stage every dataset of a delivery of one file."""
    found: dict[str, tuple[SourceFile, Staged | None]] = {}
    for file in bods.files(path):
        rows = file.rows(file.path.read_bytes())
        judged = stage(rows, file.profile, "bods", Resolver("bods", KEYS)) if file.profile else None
        found[file.dataset] = (file, judged)
    return found


def staged(tmp_path: Path, *statements: Any) -> dict[str, Staged]:
    found = read(write(tmp_path / "package.json", *statements))
    return {dataset: judged for dataset, (_, judged) in found.items() if judged}


def facts(result: Staged) -> list[dict[str, Any]]:
    """The relationships of a dataset as rows, unknown values left out."""
    rows = [edge.row for item in result.items for edge in item.edges]
    return [
        {k: v for k, v in row.items() if v is not None and k not in ("key", "line", "audience")}
        for row in rows
    ]


def nodes(result: Staged) -> list[dict[str, Any]]:
    return [item.node.row for item in result.items if item.node]


# parties -------------------------------------------------------------------------------------------------------------
def test_entities_are_known_by_record_and_keep_the_numbers_that_others_know_them_by(tmp_path: Path) -> None:
    lei = "529900T8BM49AURSDO55"
    numbers = [
        {"scheme": "XI-LEI", "id": lei},
        {"scheme": "CN-SAMR", "id": OTHER_USCC},
        {"scheme": "GB-COH", "id": "07444723"},
        {"schemeName": "Tax number", "id": "GB 1"},
        {"scheme": "XI-LEI", "id": "no lei"},
        {"scheme": "GB-COH"},
    ]
    result = staged(
        tmp_path,
        entity("c1", identifiers=numbers, foundingDate="2010-11-18", dissolutionDate="2020-01-01"),
        entity("s1", "stateBody", "governmentDepartment"),
        entity("a1", "arrangement", "trust", identifiers=[{"schemeName": "XI-LEI", "id": "no lei"}]),
        entity("u1", "unknownEntity"),
    )
    first, state, trust, unknown = (item.node for item in result["bods_entities"].items)
    assert first is not None
    assert state is not None
    assert trust is not None
    assert unknown is not None
    kept = ("id", "lei", "uscc", "reg_no", "other_codes", "status", "registered_on")
    assert [first.row[name] for name in kept] == [
        "E:bods:c1",
        lei,
        OTHER_USCC,
        "07444723",
        "Tax number GB 1; XI-LEI no lei",
        "DEREGISTERED",
        dt.date(2010, 11, 18),
    ]
    assert [n.kinds for n in (first, state, trust, unknown)] == [("Enterprise",), ("Agency",), (), ()]
    assert (state.row["state_owned"], first.row["state_owned"]) == (True, None)


def test_persons_are_known_by_record_with_their_legal_name_and_year_of_birth(tmp_path: Path) -> None:
    names = [{"fullName": "Jenny"}, {"type": "legal", "fullName": "Jennifer\n Hewitson"}]
    hidden = person("p2", "anonymousPerson")
    result = staged(tmp_path, person("p1", names=names, birthDate="1978-07"), hidden)
    found = [(row["id"], row["name"], row["birth_year"]) for row in nodes(result["bods_persons"])]
    assert found == [("P:bods:p1", "Jennifer Hewitson", 1978), ("P:bods:p2", None, None)]


def test_the_newest_statement_describes_a_party_and_the_others_are_accounted_for(tmp_path: Path) -> None:
    older = statement("c1", "entity", {**COMPANY["recordDetails"], "name": "Old"}, "2019-01-01")
    found = read(write(tmp_path / "package.json", COMPANY, older))
    result = found["bods_entities"][1]
    assert result is not None
    assert [row["name"] for row in nodes(result)] == ["C1"]
    file, nothing = found["bods_folded"]
    assert nothing is None
    assert "another statement" in file.skipped
    assert len(file.rows(file.path.read_bytes())) == 1


# interests -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("share", "expected"),
    [
        (76.5, {"share_ratio": 0.765}),
        ({"minimum": 25, "exclusiveMaximum": 50}, {"share_min_ratio": 0.25, "share_max_ratio": 0.5}),
        ({"exclusiveMinimum": 75}, {"share_min_ratio": 0.75}),
        (
            {"minimum": 10, "exclusiveMinimum": 20, "maximum": 30},
            {"share_min_ratio": 0.2, "share_max_ratio": 0.3},
        ),
        (None, {}),
    ],
)
def test_a_direct_share_is_owned_exactly_or_in_a_band(tmp_path: Path, share: Any, expected: Json) -> None:
    held = interest(share=share, start="2016-04-06", owner=True)
    result = staged(tmp_path, COMPANY, OWNER, relationship("r1", "p1", "c1", held))
    ends = {"start": "P:bods:p1", "end": "E:bods:c1", "valid_from": dt.date(2016, 4, 6)}
    assert facts(result["bods_shareholdings"]) == [{**ends, **expected}]
    declared = {"interest": "SHAREHOLDING", "directness": "DIRECT", "beneficial_owner": True}
    assert facts(result["bods_interests"]) == [{**ends, **declared, **expected}]


def test_an_indirect_share_is_declared_with_its_components_and_owned_by_nobody_twice(tmp_path: Path) -> None:
    result = staged(
        tmp_path,
        COMPANY,
        OWNER,
        entity("b1"),
        relationship("r1", "b1", "c1", interest(share=60)),
        relationship(
            "r2", "p1", "c1", interest(how="indirect", share=30, owner=True), components=["b1", "r1"]
        ),
    )
    assert [(f["start"], f["share_ratio"]) for f in facts(result["bods_shareholdings"])] == [
        ("E:bods:b1", 0.6)
    ]
    indirect = facts(result["bods_interests"])[1]
    assert (indirect["directness"], indirect["share_ratio"], indirect["via"]) == ("INDIRECT", 0.3, "b1 r1")


def test_votes_and_income_stand_beside_the_share_of_the_same_days(tmp_path: Path) -> None:
    result = staged(
        tmp_path,
        COMPANY,
        OWNER,
        relationship(
            "r1",
            "p1",
            "c1",
            interest(share=40, start="2020-01-01"),
            interest("votingRights", share=51, start="2020-01-01"),
            interest("rightsToProfitOrIncome", share=10, start="2020-01-01"),
            interest("appointmentOfBoard", start="2020-01-01"),
        ),
    )
    (owned,) = facts(result["bods_shareholdings"])
    assert (owned["share_ratio"], owned["voting_ratio"], owned["income_ratio"]) == (0.4, 0.51, 0.1)
    kinds = [f["interest"] for f in facts(result["bods_interests"])]
    assert kinds == ["SHAREHOLDING", "VOTING_RIGHTS", "RIGHTS_TO_PROFIT_OR_INCOME", "APPOINTMENT_OF_BOARD"]


def test_votes_of_other_days_add_no_share(tmp_path: Path) -> None:
    held = (interest(share=40, start="2020-01-01"), interest("votingRights", share=51, start="2020-02-01"))
    result = staged(tmp_path, COMPANY, OWNER, relationship("r1", "p1", "c1", *held))
    first, second = facts(result["bods_shareholdings"])
    assert "voting_ratio" not in first
    assert (second["share_ratio"], second["voting_ratio"]) == (0.0, 0.51)


def test_votes_without_any_share_leave_the_share_unknown(tmp_path: Path) -> None:
    banded = interest("votingRights", share={"minimum": 25, "maximum": 50})
    result = staged(
        tmp_path, COMPANY, OWNER, relationship("r1", "p1", "c1", interest("votingRights", share=30))
    )
    (owned,) = facts(result["bods_shareholdings"])
    assert ("share_ratio" in owned, owned["voting_ratio"]) == (False, 0.3)
    result = staged(tmp_path, COMPANY, OWNER, relationship("r1", "p1", "c1", banded))
    assert not result["bods_shareholdings"].items
    assert facts(result["bods_interests"])[0]["share_min_ratio"] == 0.25


def test_posts_of_persons_are_held_and_a_party_without_interests_has_an_unknown_one(tmp_path: Path) -> None:
    result = staged(
        tmp_path,
        COMPANY,
        OWNER,
        entity("b1"),
        relationship("r1", "p1", "c1", interest("boardChair", start="2020-01-01")),
        relationship("r2", "b1", "c1", interest("boardMember")),
        relationship("r3", "b1", "c1"),
    )
    (post,) = facts(result["bods_posts"])
    assert (post["start"], post["post"]) == ("P:bods:p1", "CHAIR")
    assert [(f["interest"], f["directness"]) for f in facts(result["bods_interests"])] == [
        ("BOARD_CHAIR", "DIRECT"),
        ("BOARD_MEMBER", "DIRECT"),
        ("UNKNOWN_INTEREST", "UNKNOWN"),
    ]


def test_who_holds_through_a_nomination_or_as_nominee_is_marked(tmp_path: Path) -> None:
    result = staged(
        tmp_path,
        COMPANY,
        OWNER,
        entity("n1", "arrangement", "nomination"),
        entity("j1", "arrangement"),
        relationship("r1", "n1", "c1", interest(share=50)),
        relationship("r2", "p1", "c1", interest(share=10), interest("nominee")),
        relationship("r3", "j1", "c1", interest(share=40)),  # a joint holding is held for its own members
        relationship("r4", "p1", "j1", interest(share=50)),
    )
    marked = [(f["start"], f["end"], f.get("nominee")) for f in facts(result["bods_shareholdings"])]
    assert marked == [
        ("E:bods:n1", "E:bods:c1", True),
        ("P:bods:p1", "E:bods:c1", True),
        ("E:bods:j1", "E:bods:c1", None),
        ("P:bods:p1", "E:bods:j1", None),
    ]


@pytest.mark.parametrize(
    ("party", "described", "reason"),
    [
        ({"reason": "subjectExemptFromDisclosure", "description": "a listed\ncompany"}, [], "subjectExemptFromDisclosure"),
        ("p9", [person("p9", "anonymousPerson", unspecifiedPersonDetails={"reason": "interestedPartyExemptFromDisclosure"})], "interestedPartyExemptFromDisclosure"),
        ("e9", [entity("e9", "unknownEntity")], "unknown"),
    ],
)  # fmt: skip
def test_an_owner_without_a_name_is_a_gap_with_its_reason(
    tmp_path: Path, party: Any, described: list[Json], reason: str
) -> None:
    result = staged(
        tmp_path, COMPANY, *described, relationship("r1", party, "c1", interest(start="2019-01-01"))
    )
    (gap,) = nodes(result["bods_gaps"])
    assert (gap["scope"], gap["reason"], gap["stated_on"]) == ("OWNER", reason, dt.date(2020, 3, 4))
    assert gap["description"] == ("a listed company" if isinstance(party, dict) else None)
    (fact,) = facts(result["bods_gaps"])
    assert fact["start"] == "E:bods:c1"
    (partial,) = nodes(result["bods_partial_owners"])
    assert (partial["id"], partial["shares_complete"]) == ("E:bods:c1", False)
    assert bool(result["bods_shareholdings"].items) == isinstance(party, str)


# dates ---------------------------------------------------------------------------------------------------------------
def owned(result: dict[str, Staged]) -> list[tuple[float, dt.date, dt.date | None]]:
    found = facts(result["bods_shareholdings"])
    return [(f["share_ratio"], f["valid_from"], f.get("valid_to")) for f in found]


def revisions(*told: tuple[str, str, list[Json]]) -> Iterator[Json]:
    yield from (COMPANY, OWNER)
    for day, status, interests in told:
        yield relationship("r1", "p1", "c1", *interests, day=day, status=status)


D = dt.date


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        # each new share begins on its own start date
        (
            [
                ("2002-03-10", "new", [interest(share=100, start="2002-03-09")]),
                ("2021-09-30", "updated", [interest(share=40, start="2021-09-24")]),
            ],
            [(1.0, D(2002, 3, 9), D(2021, 9, 24)), (0.4, D(2021, 9, 24), None)],
        ),
        # a share that changes under an old start date changes on the day of the statement
        (
            [
                ("2019-09-20", "new", [interest(share=50, start="2019-09-11")]),
                ("2020-09-20", "updated", [interest(share=50, start="2019-09-11")]),
                ("2022-01-25", "updated", [interest(share=100, start="2019-09-11")]),
            ],
            [(0.5, D(2019, 9, 11), D(2022, 1, 25)), (1.0, D(2022, 1, 25), None)],
        ),
        # a closing statement ends what is open, on its own day or on the end date
        (
            [
                ("2019-09-20", "new", [interest(share=50)]),
                ("2021-04-10", "closed", [interest(share=50, end="2021-04-03")]),
            ],
            [(0.5, D(2019, 9, 20), D(2021, 4, 3))],
        ),
        ([("2019-09-20", "new", [interest(share=50)]), ("2021-04-10", "closed", [interest(share=50)])],
         [(0.5, D(2019, 9, 20), D(2021, 4, 10))]),
        # an interest that a statement leaves out has ended by then
        (
            [
                ("2019-09-20", "new", [interest(share=50)]),
                ("2020-01-01", "updated", [interest("votingRights", share={"minimum": 1})]),
            ],
            [(0.5, D(2019, 9, 20), D(2020, 1, 1))],
        ),
        # said and corrected on one day
        (
            [
                ("2019-09-20", "new", [interest(share=50)]),
                ("2019-09-20", "updated", [interest(share=60)]),
            ],
            [(0.6, D(2019, 9, 20), None)],
        ),
        # changed and closed by one statement
        (
            [
                ("2019-01-01", "new", [interest(share=50)]),
                ("2020-01-01", "closed", [interest(share=60)]),
            ],
            [(0.5, D(2019, 1, 1), D(2020, 1, 1))],
        ),
        # opened again
        (
            [
                ("2019-01-01", "new", [interest(share=50, start="2019-01-01")]),
                ("2020-01-01", "closed", [interest(share=50, start="2019-01-01")]),
                ("2021-01-01", "new", [interest(share=50, start="2019-01-01")]),
            ],
            [(0.5, D(2019, 1, 1), D(2020, 1, 1)), (0.5, D(2021, 1, 1), None)],
        ),
    ],
)  # fmt: skip
def test_revisions_of_a_record_are_dated_facts(
    tmp_path: Path, told: list[tuple[str, str, list[Json]]], expected: list[Any]
) -> None:
    package = [*revisions(*told)]
    assert owned(staged(tmp_path, *package)) == expected
    backwards = [*package[:2], *reversed(package[2:])]
    if len({day for day, *_ in told}) == len(told):  # the order of a package is no matter, the dates are
        assert owned(staged(tmp_path, *backwards)) == expected


def test_the_latest_period_keeps_its_record_when_the_story_goes_on(tmp_path: Path) -> None:
    first = ("2019-01-01", "new", [interest(share=50)])
    second = ("2020-01-01", "updated", [interest(share=60)])
    before = staged(tmp_path, *revisions(first))["bods_shareholdings"]
    after = staged(tmp_path, *revisions(first, second))["bods_shareholdings"]
    assert [item.record for item in after.items] == [
        f"{before.items[0].record}@2019-01-01",
        before.items[0].record,
    ]


def test_an_update_in_another_file_of_the_delivery_goes_on_with_the_story(tmp_path: Path) -> None:
    first = relationship("r1", "p1", "c1", interest(share=50), day="2019-01-01")
    second = relationship("r1", "p1", "c1", interest(share=60), day="2020-01-01", status="updated")
    write(tmp_path / "d" / "1.json", COMPANY, OWNER, first)
    write(tmp_path / "d" / "2.jsonl", second)
    rows = {}
    for file in bods.files(tmp_path / "d"):
        found = file.rows(file.path.read_bytes())
        rows[file.path.name, file.dataset] = [dict(zip(found.header, row, strict=True)) for row in found.rows]
    (old,), (new,) = rows["1.json", "bods_shareholdings"], rows["2.jsonl", "bods_shareholdings"]
    assert (old["share_ratio"], old["valid_to"]) == ("0.5", "2020-01-01")
    assert (new["share_ratio"], new["valid_from"], new["owner"]) == ("0.6", "2020-01-01", "P:bods:p1")


# what is refused -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("broken", "dataset", "fault"),
    [
        ({**COMPANY, "statementId": "short"}, "bods_entities", ("/statementId", "bods.schema")),
        ({**COMPANY, "recordType": "company"}, "bods_entities", ("/recordType", "bods.schema")),
        ({**COMPANY, "statementDate": "2020-02-30"}, "bods_entities", ("/statementDate", "bods.schema")),
        ({k: v for k, v in COMPANY.items() if k != "recordId"}, "bods_entities", ("*", "bods.schema")),
        ("no object", "bods_entities", ("*", "bods.schema")),
        (entity("c2", "registeredEntity", "trust"), "bods_entities", ("/recordDetails/entityType/subtype", "bods.schema")),
        (person("p2", "wellKnown"), "bods_persons", ("/recordDetails/personType", "bods.schema")),
        (person("p2", names=[{"givenName": "A"}]), "bods_persons", ("/recordDetails/names/0", "bods.schema")),
        (relationship("r1", "p1", "c1", interest(share=101)), "bods_interests", ("/recordDetails/interests/0/share/exact", "bods.schema")),
        (relationship("r1", "p1", "c1", interest("friend")), "bods_interests", ("/recordDetails/interests/0/type", "bods.schema")),
        (relationship("r1", {"reason": "shy"}, "c1"), "bods_interests", ("/recordDetails/interestedParty", "bods.schema")),
        (relationship("r1", "p1", "c1", interest(share={"minimum": 50, "maximum": 25})), "bods_interests", ("/recordDetails/interests/0/share", "bods.share")),
        (relationship("r1", "r1", "c1"), "bods_interests", ("/recordDetails/interestedParty", "bods.party")),
        (relationship("r1", "p1", "p1"), "bods_interests", ("/recordDetails/subject", "bods.subject")),
        (relationship("r1", "p1", {"reason": "unknown"}), "bods_interests", ("/recordDetails/subject", "bods.subject_unspecified")),
        (person("c1"), "bods_persons", ("/recordType", "bods.record_type")),
        ({**person("p2"), "statementId": COMPANY["statementId"]}, "bods_persons", ("/statementId", "bods.statement_repeated")),
    ],
)  # fmt: skip
def test_an_invalid_statement_is_refused_alone_with_the_path_of_what_is_wrong(
    tmp_path: Path, broken: Any, dataset: str, fault: tuple[str, str]
) -> None:
    result = staged(tmp_path, COMPANY, OWNER, broken)
    index, faults = next(iter(result[dataset].faults.items()))
    assert codes(result[dataset], index) == {fault}
    assert all(f.rule for f in faults)
    assert [row["id"] for row in nodes(result["bods_entities"])] == ["E:bods:c1"]
    path = tmp_path / "package.json"
    kept = read(path)[dataset][0].rows(path.read_bytes())
    assert json.loads(kept.rows[index][-1])  # its evidence


def test_all_that_is_wrong_with_a_statement_is_said_with_the_rule_s_own_path(tmp_path: Path) -> None:
    broken = relationship(
        "r1", "p1", "c1", {"type": "friend", "share": {"exact": "much"}, "startDate": "soon"}
    )
    result = staged(tmp_path, COMPANY, OWNER, broken)["bods_interests"]
    assert {field for field, _ in codes(result)} == {
        "/recordDetails/interests/0/type",
        "/recordDetails/interests/0/share/exact",
        "/recordDetails/interests/0/startDate",
    }
    rule = next(f.rule for f in result.faults[0] if f.field.endswith("/type"))
    assert "[schema " in rule


@pytest.mark.parametrize("text", ["", "{", "[1,]", "statementId,recordId\n"])
def test_what_is_no_json_is_refused_whole(tmp_path: Path, text: str) -> None:
    path = tmp_path / "package.json"
    path.write_text(text)
    with pytest.raises(FileRefused):
        bods.files(path)


def test_a_directory_without_packages_and_a_file_that_changes_meanwhile_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="holds no package"):
        bods.files(tmp_path)
    file = bods.files(write(tmp_path / "package.json", COMPANY))[0]
    with pytest.raises(FileRefused, match="changed while it was read"):
        file.rows(b"[]")


# the publisher's own schema ------------------------------------------------------------------------------
def test_a_folder_without_schemas_is_a_mistake_of_the_configuration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BODS_SCHEMA_DIR", str(tmp_path))
    with pytest.raises(ConfigurationError, match="BODS_SCHEMA_DIR"):
        bods.files(write(tmp_path / "package.jsonl", COMPANY))


def test_a_publisher_s_schema_judges_besides_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that asks for more than the standard: ours accepts, this refuses."""
    stricter = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:statement",
        "$defs": {"Statement": {"required": ["declaration"]}},
    }
    folder = tmp_path / "schema"
    folder.mkdir()
    (folder / "statement.json").write_text(json.dumps(stricter))
    assert not staged(tmp_path, COMPANY)["bods_entities"].faults
    monkeypatch.setenv("BODS_SCHEMA_DIR", str(folder))
    result = staged(tmp_path, COMPANY)["bods_entities"]
    assert codes(result) == {("*", "bods.schema")}
    assert "declaration" in result.faults[0][0].rule


# anything ------------------------------------------------------------------------------------------------------------
PACKAGE = [
    COMPANY,
    OWNER,
    entity("b1", "arrangement", "nomination", identifiers=[{"scheme": "XI-LEI", "id": "x"}]),
    person("p2", "anonymousPerson", unspecifiedPersonDetails={"reason": "unknown"}),
    relationship("r1", "p1", "c1", interest(share=40), interest("votingRights", share=51)),
    relationship(
        "r1", "p1", "c1", interest(share=60, start="2021-01-01"), day="2021-02-02", status="updated"
    ),
    relationship("r1", "p1", "c1", interest(share=60), day="2022-02-02", status="closed"),
    relationship("r2", "p2", "c1", interest(how="indirect"), components=["b1"]),
    relationship("r3", {"reason": "unknown"}, "b1"),
]
VALUES = (None, True, -1, 101, 0.1, "", "x", "c1", "p1", "2020-02-30", "2021-01-01", [], {}, "closed", "person", "a\nb", "E:")  # fmt: skip


def damaged(value: Any, dice: random.Random) -> Any:
    """Change one thing somewhere."""
    if isinstance(value, dict) and value and dice.random() < 0.9:
        key = dice.choice(sorted(value))
        if dice.random() < 0.2:
            return {k: v for k, v in value.items() if k != key}
        return {**value, key: damaged(value[key], dice)}
    if isinstance(value, list) and value and dice.random() < 0.9:
        place = dice.randrange(len(value))
        return [*value[:place], damaged(value[place], dice), *value[place + 1 :]]
    return copy.deepcopy(dice.choice(VALUES))


@settings(max_examples=200, deadline=None)
@given(seed=st.integers(0, 2**32), hits=st.integers(0, 6))
def test_every_statement_of_any_package_is_told_folded_or_refused_with_a_reason(
    tmp_path_factory: pytest.TempPathFactory, seed: int, hits: int
) -> None:
    dice = random.Random(seed)
    package: list[Any] = copy.deepcopy(PACKAGE)
    for _ in range(hits):
        place = dice.randrange(1, len(package))  # a first line that is an array would be the whole package
        package[place] = damaged(package[place], dice)
    path = write(tmp_path_factory.mktemp("bods") / "package.jsonl", *package)
    accounted: set[int] = set()
    for file, result in read(path).values():
        rows = file.rows(path.read_bytes())
        accounted |= {*rows.lines}
        if result:
            places = [*(i.index for i in result.items), *result.faults, *(i for i, _ in result.repeats)]
            assert sorted(places) == list(range(len(rows)))
            assert all(result.faults.values())
    assert accounted == set(range(1, len(package) + 1))


def test_a_statement_that_is_nested_too_deep_to_be_checked_is_refused_alone(tmp_path: Path) -> None:
    deep = json.dumps(entity("c2")).replace('"C2"', "[" * 300 + "]" * 300)
    path = tmp_path / "package.json"
    path.write_text(f"[{json.dumps(COMPANY)},\n{deep}]", "utf-8")
    found = read(path)
    (refused,) = (judged.faults for _, judged in found.values() if judged and judged.faults)
    assert [(f.field, f.code) for faults in refused.values() for f in faults] == [("*", "bods.schema")]
    assert sum(len(judged.items) for _, judged in found.values() if judged) == 1

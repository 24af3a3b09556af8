"""S1-60: of a raw file of any format only the erased subject's part goes; what is open of others can still be replayed."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
import xlsxwriter

from loaders import LoadRequest, Vault, load
from loaders.blanking import Told, blanked
from loaders.erasing import erase
from loaders.readers.tabular import read_rows
from loaders.replay import Archive, replay
from queries.stores import open_store
from tests.contract.stores import dump
from tests.contract.test_public_formats import DECISIONS
from tests.integration.deliveries import AS_OF, KEYS, NUMBER, PERSON, quarantined
from tests.unit.loaders import bods_statements as bods

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schema.ports import GraphStore

Table = list[list[str]]


def decisions() -> Table:
    """Five penalties: the fourth is the subject's, the fifth another's and refused."""
    header, *rows = [*csv.reader(io.StringIO("\n".join(DECISIONS)))]
    papers = [["", ""]] * 3 + [["身份证", NUMBER], ["", ""]]
    return [
        [*header, "CF_XDR_ZJLX", "CF_XDR_ZJHM"],
        *([*row, *paper] for row, paper in zip(rows, papers, strict=True)),
    ]


def as_csv(table: Table) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(table)
    return out.getvalue().encode()


def as_workbook(table: Table, *, comment: str = "") -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for n, row in enumerate(table):
            sheet.write_row(n, 0, row)
        if comment:
            sheet.write_comment("A1", comment)
    return out.getvalue()


def as_parquet(table: Table) -> bytes:
    out = io.BytesIO()
    pl.DataFrame([*zip(*table[1:], strict=True)], schema=table[0]).write_parquet(out)
    return out.getvalue()


def as_objects(table: Table) -> bytes:
    return "".join(json.dumps(dict(zip(table[0], row, strict=True))) + "\n" for row in table[1:]).encode()


def people() -> Table:
    return [
        ["record_id", "name", "identity_number"],
        ["p1", "某人", NUMBER],
        ["p2", "", ""],
        ["p3", "他人", ""],
    ]


def entities() -> bytes:
    """A person with an address, a paper and a share; somebody else's share of nothing is refused."""
    told = [
        ("c1", "Company", {"name": ["Alpha Ltd"]}),
        ("n:1", "Person", {"name": ["某人"], "addressEntity": ["a1"]}),
        ("a1", "Address", {"full": ["某路1号"]}),
        ("i1", "Identification", {"holder": ["n:1"], "number": [NUMBER]}),
        ("o1", "Ownership", {"owner": ["n:1"], "asset": ["c1"]}),
        ("o2", "Ownership", {"owner": ["gone"], "asset": ["c1"]}),
    ]
    return "".join(
        json.dumps({"id": i, "schema": s, "properties": p}, ensure_ascii=False) + "\n" for i, s, p in told
    ).encode()


STATEMENTS = [
    bods.entity("c1"),
    bods.person("p1", names=[{"fullName": "某人"}]),
    bods.relationship("r1", "p1", "c1", bods.interest(share=50)),
    bods.person("p1", names=[{"fullName": "某人甲"}])
    | {"statementDate": "2019-01-01", "statementId": "0" * 32},
    bods.relationship("r2", "c9", "c1", bods.interest("friend")),
    bods.person("p1", "wellKnown", names=[{"fullName": "某人"}]),
]


@dataclass(frozen=True)
class Case:
    """A raw file in which somebody stands beside an open row of others; ``dataset`` is of that row."""

    kind: str
    name: str
    content: Callable[[], bytes]
    dataset: str
    rows: int
    person: str = PERSON
    whole: bool = False


def _json(**options: Any) -> bytes:
    return json.dumps(STATEMENTS, ensure_ascii=False, **options).encode()


PENALTIES = "shuanggongshi_penalty"
CASES = {
    "delimited": Case("shuanggongshi", "x.csv", lambda: as_csv(decisions()), PENALTIES, 1),
    "workbook": Case("shuanggongshi", "x.xlsx", lambda: as_workbook(decisions()), PENALTIES, 1),
    "parquet": Case("shuanggongshi", "x.parquet", lambda: as_parquet(decisions()), PENALTIES, 1),
    "objects": Case("persons", "x.ndjson", lambda: as_objects(people()), "persons", 1),
    "entities": Case("ftm", "x.json", entities, "ftm_ownerships", 4),
    "array": Case("bods", "x.json", lambda: _json(indent=1), "bods_interests", 4, "P:bods:p1"),
    "one line": Case("bods", "x.json", _json, "bods_interests", 4, "P:bods:p1"),
    "lines": Case(
        "bods",
        "x.jsonl",
        lambda: "\n".join(json.dumps(s, ensure_ascii=False) for s in STATEMENTS).encode(),
        "bods_interests",
        4,
        "P:bods:p1",
    ),
    "commented workbook": Case(
        "shuanggongshi", "x.xlsx", lambda: as_workbook(decisions(), comment="某人"), PENALTIES, 0, whole=True
    ),
}


@pytest.fixture(params=["embedded", pytest.param("neo4j", marks=pytest.mark.neo4j)])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[GraphStore]:
    url = f"embedded:{tmp_path / 'graph.kgl'}"
    if request.param == "neo4j":
        url = str(request.getfixturevalue("empty_neo4j"))
    opened = open_store(url)
    opened.prepare()
    yield opened
    opened.close()


def texts(content: bytes) -> str:
    """Everything that can be read in a file, whatever its format."""
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            return "".join(book.read(part).decode() for part in book.namelist())
    if content.startswith(b"PAR1"):
        return repr([*read_rows(content, "x").rows])
    return content.decode()


@pytest.mark.parametrize("name", [*CASES])
def test_s1_60_only_the_subject_goes_and_open_rows_of_others_can_be_replayed(
    store: GraphStore, tmp_path: Path, name: str
) -> None:
    case = CASES[name]
    path = tmp_path / case.name
    path.write_bytes(case.content())
    vault = Vault(tmp_path / "vault", b"v" * 32)
    archive = Archive(store, vault, KEYS)
    load(store, LoadRequest(case.kind, path, as_of=AS_OF), vault, KEYS)
    (sha256, _), *none = vault.files()
    assert not none
    lines = {row["id"]: row["line"] for row in quarantined(store) if row["dataset"] == case.dataset}
    done = erase(archive, case.person, "信息主体要求删除", "tests")
    assert (done.raw_rows, done.raw_files) == (case.rows, int(case.whole))
    assert case.person not in repr(dump(store))
    if case.whole:
        assert done.rows_of_others == 4
        assert [*vault.files()] == []
        return
    left = texts(vault.read(sha256))
    assert not any(word in left for word in ("某人", "某路", NUMBER)), left
    kept = [row for row in quarantined(store) if row["dataset"] == case.dataset]
    assert {row["id"]: row["line"] for row in kept} == lines, (
        "another's open row stays, and stands where it stood"
    )
    before = dump(store)
    again = replay(archive, case.kind if case.kind != "persons" else "local", case.dataset, "tests")
    assert again.unreadable == {}
    assert [(f.ledger.read, f.ledger.quarantined) for f in again.report.files] == [(len(kept), len(kept))]
    assert dump(store) == before


def test_s1_60_a_record_of_an_xml_file_goes_and_the_others_keep_their_lines() -> None:
    text = '<?xml version="1.0"?>\n<R><B>\n<X><N>a</N>\n</X>\n<X><N a="b>c">他</N>\n<M>1</M></X>\n<X/><X>z</X></B></R>\n'
    told = Told({3}, lambda said: "他" in [*said], document=True)
    left = blanked(text.encode(), "x.xml", told)
    assert left is not None
    assert left == (b'<?xml version="1.0"?>\n<R><B>\n<X><N>a</N>\n</X>\n\n\n<X/><X>z</X></B></R>\n', 1)


@pytest.mark.parametrize(
    "content", [b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 an old workbook", b"[1, 2", b'[{"n": "1"}, {"n": "2"}]']
)
def test_s1_60_what_cannot_be_blanked_is_said_to_be_so(content: bytes) -> None:
    assert blanked(content, "x", Told({1}, lambda _: False, document=True)) is None


@pytest.mark.parametrize("gone", [{0}, {1}, {2}, {0, 1}, {1, 2}, {0, 2}, {0, 1, 2}])
def test_s1_60_an_array_stays_one_whichever_values_go(gone: set[int]) -> None:
    values = [{"n": str(n)} for n in range(3)]
    told = Told((), lambda said: any(int(one) in gone for one in said), document=True)
    left = blanked(json.dumps(values, indent=2).encode(), "x.json", told)
    assert left is not None
    assert json.loads(left[0]) == [value for n, value in enumerate(values) if n not in gone]
    assert left[0].count(b"\n") == json.dumps(values, indent=2).count("\n")

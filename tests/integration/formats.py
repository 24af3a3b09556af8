"""Small deliveries of every format that is loaded besides the canonical kinds: good, faulty, late, cut and empty."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from loaders import LoadReport, LoadRequest, Vault, load
from loaders.agreements import Agreements
from loaders.approval import Reception, receive
from tests.contract.test_public_formats import DECISIONS
from tests.integration.deliveries import FIRST, KEYS, SECOND, TOWN, load_path, write
from tests.unit.loaders import bods_statements as bods
from tests.unit.loaders import gleif_files as gleif
from tests.unit.loaders.gleif_files import BRANCH, CHILD, FUND, PARENT

if TYPE_CHECKING:
    from schema.ports import GraphStore

EARLIER, DAY, LATER, LAST = (dt.date(2026, 11, day) for day in (1, 2, 3, 4))
DIRECT = "DIRECT_ACCOUNTING_CONSOLIDATION_PARENT"
Files = Mapping[str, str]
STATED = ("good", "faulty", "late", "cut")


@dataclass(frozen=True)
class Format:
    """What a source delivers, and what becomes of it.

    Parameters
    ----------
    kind : str
        The word after ``load``.
    good, faulty, late, cut, empty : mapping of str to str
        Files by name: the first delivery; the same with planted faults; other contents of an earlier day; a whole
        statement with less in it; one without a row.
    books : mapping of str to str
        By kind, a ledger for each of the first four, a digit each: rows read, loaded, unchanged, quarantined and skipped,
        and what was closed. The deliveries come in this order, the last one as a snapshot.
    codes : frozenset of str
        What is wrong with the planted faults.
    scope : str
        What a snapshot of it states whole.
    dataset : bool
        Whether it is a dataset of the catalogue, which comes to the reception desk.
    """

    kind: str
    good: Files
    faulty: Files
    late: Files
    cut: Files
    empty: Files
    books: Mapping[str, str]
    codes: frozenset[str]
    scope: str
    dataset: bool = False

    def book(self, version: str) -> dict[str, str]:
        """Return the ledgers of a delivery by kind, without those of files that have no row and close nothing."""
        found = {kind: told.split()[STATED.index(version)] for kind, told in self.books.items()}
        return {kind: digits for kind, digits in found.items() if int(digits)}

    def prepare(self, store: GraphStore, folder: Path) -> None:
        """Load what a dataset's rows refer to."""
        if self.dataset:
            load_path(store, write(folder / "town", TOWN))

    def deliver(
        self, store: GraphStore, folder: Path, version: str, day: dt.date, **options: Any
    ) -> LoadReport:
        """Write a delivery and load it; every ledger balances."""
        path = folder / f"{self.kind}.{version}"
        path.mkdir(exist_ok=True)
        files: Files = getattr(self, version)
        for name, text in files.items():
            (path / name).write_text(text, "utf-8")
        if len(files) == 1:
            (path,) = path.iterdir()
        vault, request = (
            Vault(folder / "vault", b"v" * 32),
            LoadRequest(self.kind, path, as_of=day, **options),
        )
        if self.dataset:
            report = receive(Reception(store, vault, KEYS, Agreements(())), request, "tests").report
            assert report is not None
        else:
            report = load(store, request, vault, KEYS)
        assert all(file.ledger.balances for file in (*report.files, *report.retried))
        return report


def book(report: LoadReport) -> dict[str, str]:
    """Return the ledgers of a report in the same way."""
    books = {file.kind: file.ledger for file in report.files}
    told = {
        kind: f"{b.read}{b.loaded}{b.unchanged}{b.quarantined}{b.skipped}{b.closed}"
        for kind, b in books.items()
    }
    return {kind: digits for kind, digits in told.items() if int(digits)}


def _lines(*rows: str) -> str:
    return "\n".join(rows) + "\n"


def _xml(**contents: bytes) -> Files:
    return {f"{stem}.xml": content.decode() for stem, content in contents.items()}


# GLEIF ---------------------------------------------------------------------------------------------------------------
_ENTITIES = (gleif.entity(PARENT, "Holding"), gleif.entity(CHILD, "Daughter"), gleif.entity(FUND, "Fund"))
_RELATIONS = (
    gleif.relationship(CHILD, PARENT, "IS_DIRECTLY_CONSOLIDATED_BY"),
    gleif.relationship(CHILD, PARENT, "IS_ULTIMATELY_CONSOLIDATED_BY"),
    gleif.relationship(FUND, PARENT, "IS_FUND-MANAGED_BY"),
)
_GAPS = (gleif.exception(PARENT, DIRECT, "NON_PUBLIC"), gleif.exception(FUND, DIRECT, "NO_LEI"))


def _gleif(entities: Any, relations: Any, gaps: Any) -> Files:
    return _xml(
        lei=gleif.level1(*entities), rr=gleif.relationships(*relations), repex=gleif.exceptions(*gaps)
    )


GLEIF = Format(
    "gleif",
    _gleif(_ENTITIES, _RELATIONS, _GAPS),
    _gleif(
        (*_ENTITIES, gleif.entity(BRANCH[:-1] + "x", "Wrong digits")),
        (*_RELATIONS, gleif.relationship(FUND, PARENT, "IS_FRIEND_OF")),
        (*_GAPS, gleif.exception(PARENT, "NO_PARENT", "NON_PUBLIC")),
    ),
    _gleif(
        (gleif.entity(PARENT, "Another name"), *_ENTITIES[1:]),
        (
            gleif.relationship(CHILD, PARENT, "IS_DIRECTLY_CONSOLIDATED_BY", since="2001-01-01"),
            *_RELATIONS[1:],
        ),
        (gleif.exception(PARENT, DIRECT, "NO_KNOWN_PERSON"), _GAPS[1]),
    ),
    _gleif(_ENTITIES, _RELATIONS[1:], _GAPS[:1]),
    _gleif((), (), ()),
    {
        "gleif_entities": "330000 403100 302010 303000",
        "declared_interests": "330000 403100 302010 202001",
        "ownership_gaps": "220000 302100 201010 101001",
        "partial_owners": "220000 303000 202000 101001",
    },
    frozenset({"lei.form", "choice", "required"}),
    "gleif",
)


# BODS ----------------------------------------------------------------------------------------------------------------
def _package(*statements: Any) -> Files:
    return {"package.json": json.dumps([*statements], indent=1)}


_PARTIES = (bods.entity("c1"), bods.entity("c2"), bods.person("p1", names=[{"fullName": "Ana Lima"}]))
_TOLD = (
    bods.relationship("r1", "p1", "c1", bods.interest(share=50)),
    bods.relationship("r2", "p1", "c2", bods.interest("boardChair")),
    bods.relationship("r3", {"reason": "unknown"}, "c2"),
)
BODS = Format(
    "bods",
    _package(*_PARTIES, *_TOLD),
    _package(*_PARTIES, *_TOLD, bods.relationship("r4", "p1", "c1", bods.interest("friend")), "nothing"),
    _package(*_PARTIES, bods.relationship("r1", "p1", "c1", bods.interest(share=40)), *_TOLD[1:]),
    _package(*_PARTIES, _TOLD[0]),
    _package(),
    {
        "bods_entities": "220000 302100 202000 202000",
        "bods_persons": "110000 101000 101000 101000",
        "declared_interests": "220000 302100 201010 101001",
        "shareholdings": "110000 101000 100010 101000",
        "posts": "110000 101000 101000 000001",
        "ownership_gaps": "110000 101000 101000 000001",
        "partial_owners": "110000 101000 101000 000001",
    },
    frozenset({"bods.schema"}),
    "bods",
)


# FollowTheMoney ------------------------------------------------------------------------------------------------------
def _entity(entity_id: str, schema: str, **properties: list[str]) -> str:
    return json.dumps({"id": entity_id, "schema": schema, "properties": properties})


_SHIP = _entity("v1", "Vessel", name=["Test Ship"])
_FTM = (
    _entity("c1", "Company", name=["Alpha Ltd"], address=["1 Test Road"]),
    _entity("c2", "Company", name=["Beta Ltd"]),
    _entity("p1", "Person", name=["Test Person"]),
    _entity("o1", "Ownership", owner=["p1"], asset=["c1"], percentage=["25"]),
    _entity("d1", "Directorship", director=["p1"], organization=["c2"]),
    _entity("s1", "Sanction", entity=["c1"], startDate=["2022-03-01"]),
    _SHIP,
)
FTM = Format(
    "ftm",
    {"entities.json": _lines(*_FTM)},
    {"entities.json": _lines(*_FTM, _entity("o2", "Ownership", owner=["gone"], asset=["c1"]))},
    {"entities.json": _lines(*_FTM[:3], _FTM[3].replace("25", "40"), *_FTM[4:])},
    {"entities.json": _lines(*_FTM[:5])},
    {"entities.json": _lines(_SHIP)},
    {
        "ftm_entities": "220000 202000 202000 202000",
        "ftm_persons": "110000 101000 101000 101000",
        "shareholdings": "110000 201100 100010 101000",
        "posts": "110000 101000 101000 101000",
        "ftm_sanctions": "110000 101000 101000 000001",
        "contacts": "110000 101000 101000 101000",
        "ftm_Vessel": "100010 100010 100010 000000",
    },
    frozenset({"ftm.reference"}),
    "ftm",
)

# 双公示 ----------------------------------------------------------------------------------------------------------------
SHUANGGONGSHI = Format(
    "shuanggongshi",
    {"decisions.csv": _lines(*DECISIONS[:5])},
    {"decisions.csv": _lines(*DECISIONS)},
    {"decisions.csv": _lines(*(row.replace("2026-11-02", "2026-10-09") for row in DECISIONS[:5]))},
    {"decisions.csv": _lines(*DECISIONS[:4])},
    {"decisions.csv": _lines(DECISIONS[0])},
    {
        "shuanggongshi_parties": "321000 413000 303000 303000",
        "persons": "110000 101000 101000 000000",
        "shuanggongshi_authorities": "110000 101000 101000 101000",
        "shuanggongshi_penalty": "440000 504100 400040 303002",
    },
    frozenset({"penalty.kind"}),
    "shuanggongshi",
)

# FinBench ------------------------------------------------------------------------------------------------------------
_AT = "2020-01-01 10:00:00"
_BENCH: Mapping[str, tuple[str, ...]] = {
    "Company": ("companyId|companyName|isBlocked|createTime", f"1|A|false|{_AT}", f"2|B|false|{_AT}"),
    "Person": ("personId|personName|isBlocked|createTime", f"1|C|false|{_AT}"),
    "Loan": ("loanId|loanAmount|balance|createTime", f"7|10.5|1|{_AT}"),
    "PersonInvestCompany": ("investorId|companyId|ratio|createTime", f"1|1|0.5|{_AT}", f"1|2|0.25|{_AT}"),
    "CompanyGuaranteeCompany": ("fromId|toId|createTime", f"1|2|{_AT}"),
    "PersonApplyLoan": ("personId|loanId|createTime", f"1|7|{_AT}"),
}


def _bench(**changed: tuple[str, ...]) -> Files:
    return {f"{stem}.csv": _lines(*rows) for stem, rows in ({**_BENCH, **changed}).items()}


_INVEST = _BENCH["PersonInvestCompany"]
FINBENCH = Format(
    "finbench",
    _bench(),
    _bench(**{stem: (*rows, "x" + rows[1]) for stem, rows in _BENCH.items()}),
    _bench(PersonInvestCompany=(_INVEST[0], f"1|1|0.75|{_AT}", _INVEST[2])),
    _bench(PersonInvestCompany=_INVEST[:2]),
    _bench(**{stem: rows[:1] for stem, rows in _BENCH.items()}),
    {
        "enterprises": "220000 302100 202000 202000",
        "persons": "110000 201100 101000 101000",
        "finbench_loans": "110000 201100 101000 101000",
        "shareholdings": "220000 302100 201010 101001",
        "guarantees": "110000 201100 101000 101000",
        "finbench_applications": "110000 201100 101000 101000",
    },
    frozenset({"finbench.id"}),
    "finbench",
)

# listed companies ----------------------------------------------------------------------------------------------------
_LISTED: Mapping[str, tuple[str, ...]] = {
    "stock": (
        "stock_id:ID(Stock),name,code,:LABEL",
        "600001,测试一号,600001,Company",
        "600002,测试二号,600002,Company",
    ),
    "executive": ("person_id:ID(Executive),name,gender,age:int,:LABEL", "x1,测试人,男,58,Person"),
    "executive_stock": (
        ":START_ID(Executive),jobs,:END_ID(Stock),:TYPE",
        "x1,董事长/董事,600001,employ_of",
        "x1,独立董事,600002,employ_of",
    ),
    "industry": ("industry_id:ID(Industry),name,:LABEL", "i1,仪器仪表,Industry", "i2,次新股,Industry"),
    "stock_industry": (
        ":START_ID(Stock),:END_ID(Industry),:TYPE",
        "600001,i1,industry_of",
        "600002,i1,industry_of",
        "600001,i2,industry_of",
    ),
    "concept": ("concept_id:ID(Concept),name,:LABEL", "c1,测试概念,Concept"),
}


def _listed(**changed: tuple[str, ...]) -> Files:
    return {f"{stem}.csv": _lines(*rows) for stem, rows in ({**_LISTED, **changed}).items()}


_JOBS, _MARKET = _LISTED["executive_stock"], _LISTED["stock_industry"]
LISTED = Format(
    "listed_companies",
    _listed(),
    _listed(
        executive_stock=(*_JOBS, "x1,董事/园丁,600001,employ_of"),
        stock_industry=(*_MARKET, "600002,i9,industry_of"),
    ),
    _listed(stock=(_LISTED["stock"][0], "600001,旧名,600001,Company", _LISTED["stock"][2])),
    _listed(executive_stock=_JOBS[:2], stock_industry=(*_MARKET[:2], _MARKET[3])),
    _listed(**{stem: rows[:1] for stem, rows in _LISTED.items() if stem != "industry"}),
    {
        "listed_companies": "220000 202000 201010 202000",
        "persons": "110000 101000 101000 101000",
        "listed_posts": "220000 302100 202000 101001",
        "listed_industries": "220000 302100 202000 101001",
        "stock_labels": "100010 100010 100010 100010",
        "concept": "100010 100010 100010 100010",
        "industry": "200020 200020 200020 200020",
    },
    frozenset({"post.title", "industry.unknown"}),
    "listed_companies",
)

# datasets of the catalogue -------------------------------------------------------------------------------------------
_MARKS = (
    "record_id,party,name,awarded_on",
    f"t1,E:{FIRST},宏远,2020-01-01",
    f"t2,E:{SECOND},兴农,2021-01-01",
)
TRADEMARK = Format(
    "TRADEMARK",
    {"marks.csv": _lines(*_MARKS)},
    {"marks.csv": _lines(*_MARKS, f"t3,E:{FIRST},旧,soon")},
    {"marks.csv": _lines(_MARKS[0], f"t1,E:{SECOND},宏远,2020-01-01", _MARKS[2])},
    {"marks.csv": _lines(*_MARKS[:2])},
    {"marks.csv": _lines(_MARKS[0])},
    {
        "honours": "220000 302100 201010 101001",
    },
    frozenset({"date.form"}),
    "MARKET_REGULATION/TRADEMARK",
    dataset=True,
)
_WAGES = (
    "record_id,party,amount_fen,workers,found_on",
    f"w1,E:{FIRST},100,3,2026-01-01",
    f"w2,E:{SECOND},200,4,2026-01-02",
)
WAGE_ARREARS = Format(
    "WAGE_ARREARS",
    {"wages.csv": _lines(*_WAGES)},
    {"wages.csv": _lines(*_WAGES, f"w3,E:{FIRST},some,1,2026-01-03")},
    {"wages.csv": _lines(_WAGES[0], f"w1,E:{SECOND},100,3,2026-01-01", _WAGES[2])},
    {"wages.csv": _lines(*_WAGES[:2])},
    {"wages.csv": _lines(_WAGES[0])},
    {
        "wage_arrears": "220000 302100 201010 101001",
    },
    frozenset({"money.fen"}),
    "HUMAN_RESOURCES/WAGE_ARREARS",
    dataset=True,
)
FORMATS = {f.kind: f for f in (GLEIF, BODS, FTM, SHUANGGONGSHI, FINBENCH, LISTED, TRADEMARK, WAGE_ARREARS)}

"""Debt evaders (S3-10) and post-loan alerts (S0-05) from delivered files to the GraphQL answer, on both stores."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from graph_service.api.caller import Caller
from graph_service.api.execution import Request, execute
from graph_service.service import Service, open_service
from graph_service.settings import Settings
from graph_service.trust.principal import Principal, operator
from loaders import Keys, LoadRequest, Vault, load
from schema.access import Purpose, Role
from schema.identifiers.resident_id import make_resident_id
from schema.identifiers.uscc import make_uscc

KEYS = Keys(b"a key of a test!", 1)
BORROWER, HOLDING, BANK, OTHER_BANK, FRESH = (make_uscc("91", "441283", f"X000000{n}") for n in range(1, 6))
EVADER, GUARANTOR = (make_resident_id("441283", dt.date(1980, 2, 3), n) for n in (11, 12))
EVADER_ID, GUARANTOR_ID = KEYS.person_id(EVADER), KEYS.person_id(GUARANTOR)

TOWN = {
    "enterprises": [
        "record_id,uscc,name,entity_kind,region_code,shares_complete",
        f"e1,{BORROWER},某市宏远食品有限公司,ENTERPRISE,441283,true",
        f"e2,{HOLDING},某市青禾控股有限公司,ENTERPRISE,441283,true",
    ],
    "banks": [
        "record_id,uscc,name,region_code",
        f"b1,{BANK},某市第一银行,441283",
        f"b2,{OTHER_BANK},某市第二银行,441283",
    ],
    "persons": ["record_id,name,identity_number", f"p1,甲某,{EVADER}", f"p2,乙某,{GUARANTOR}"],
    "shareholdings": [
        "record_id,owner,asset,share_ratio,valid_from",
        f"s1,P:{EVADER},{HOLDING},0.8,2020-01-01",
        f"s2,E:{HOLDING},{BORROWER},0.4,2020-01-01",
    ],
    "guarantees": [
        "record_id,guarantor,beneficiary,amount_fen,form",
        f"t1,P:{GUARANTOR},E:{BORROWER},1,GENERAL",
    ],
    "loans": [
        "record_id,borrower,bank,principal_fen,balance_fen,disbursed_on",
        f"l1,E:{BORROWER},{BANK},1000,500,2026-02-01",
        f"l2,E:{BORROWER},{BANK},1000,0,2025-02-01",
        f"l3,E:{BORROWER},{OTHER_BANK},1000,500,2026-02-01",
    ],
}
LISTS = "record_id,party,list_kind,document_no,listed_on,removed_on"
ALERTS = """query ($bank: ID!, $asOf: Date!) { postLoanAlerts(bank: $bank, asOf: $asOf) { totalCount edges { node {
  severity relation since rule { id citation } loan { graphId balance { fen } } listed { graphId }
  record { ... on ListMembership { listKind } } path { nodes facts { id relationship } } } } } }"""
NOTICES = """query ($id: ID!, $asOf: Date!) { dishonestyNotices(id: $id, asOf: $asOf) { rulebook notices { edges { node {
  ground rule { id citation } listed { graphId } record { listKind listedOn } through { graphId }
  path { nodes facts { id relationship } } } } } } }"""


@dataclass(frozen=True)
class Town:
    """A service, and the files that it is given."""

    service: Service
    folder: Path

    def deliver(self, **files: list[str]) -> None:
        delivery = self.folder / f"delivery-{len(list(self.folder.iterdir()))}"
        delivery.mkdir()
        for kind, lines in files.items():
            (delivery / f"{kind}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
        request = LoadRequest("canonical", delivery, source="city", as_of=dt.date(2026, 1, 1))
        report = load(self.service.store, request, Vault(self.folder / "vault", b"v" * 32), KEYS)
        assert not [each.errors_by_code for each in report.files if each.errors_by_code]

    def ask(self, query: str, who: Principal, **variables: str) -> dict[str, Any]:
        return execute(Request(query, variables), Caller(self.service, who)).body

    def alerts(self, day: str, who: Principal | None = None, bank: str = BANK) -> list[dict[str, Any]]:
        body = self.ask(ALERTS, who or lender(), bank=f"E:{bank}", asOf=day)
        assert "errors" not in body, body
        return [edge["node"] for edge in body["data"]["postLoanAlerts"]["edges"]]

    def notices(self, code: str, day: str) -> list[dict[str, Any]]:
        body = self.ask(NOTICES, lender(), id=f"E:{code}", asOf=day)
        assert "errors" not in body, body
        return [edge["node"] for edge in body["data"]["dishonestyNotices"]["notices"]["edges"]]


def lender(bank: str = BANK) -> Principal:
    return Principal(Role.LENDER, org=f"E:{bank}", purpose=Purpose.POST_LOAN, token_id="t")


@pytest.fixture
def town(store_url: str, tmp_path: Path) -> Iterator[Town]:
    service = open_service(Settings(store=store_url, data_dir=tmp_path / "data"), "test")
    (tmp_path / "files").mkdir()
    made = Town(service, tmp_path / "files")
    made.deliver(**TOWN)
    yield made
    service.close()


def test_s0_05_a_listed_guarantor_or_owner_raises_an_alert_on_the_open_loan_until_he_is_removed(
    town: Town,
) -> None:
    assert town.alerts("2026-11-22") == []
    listed = [
        f"x1,P:{GUARANTOR},DISHONEST_DEBTOR,(2026)执1号,2026-11-20,",
        f"x2,P:{EVADER},SERIOUS_VIOLATION,2号,2025-01-01,",
    ]
    town.deliver(list_memberships=[LISTS, *listed])
    first, second = sorted(town.alerts("2026-11-22"), key=lambda alert: str(alert["rule"]["id"]))
    assert [a["rule"]["id"] for a in (first, second)] == ["guarantor_disqualified", "owner_disqualified"]
    assert {a["severity"] for a in (first, second)} == {"HIGH"}
    assert {a["loan"]["balance"]["fen"] for a in (first, second)} == {"500"}
    assert (first["since"], second["since"]) == ("2026-11-20", "2026-02-01")
    assert [f["relationship"] for f in first["path"]["facts"]] == [
        "SUBJECT_OF",
        "GUARANTOR",
        "BENEFICIARY",
        "LENT_TO",
    ]
    assert second["path"]["nodes"][1:4] == [EVADER_ID, f"E:{HOLDING}", f"E:{BORROWER}"]
    assert "S0-05" in first["rule"]["citation"]
    assert [a["relation"] for a in town.alerts("2026-11-19")] == ["OWNER"]
    removed = [listed[0][:-1] + ",2026-11-25", listed[1]]
    town.deliver(list_memberships=[LISTS, *removed])
    assert [len(town.alerts(day)) for day in ("2026-11-24", "2026-11-25")] == [2, 1]


def test_s0_05_each_fact_of_an_alert_leads_to_the_line_of_a_file(town: Town) -> None:
    town.deliver(list_memberships=[LISTS, f"x1,P:{GUARANTOR},DISHONEST_DEBTOR,1号,2026-11-20,"])
    (alert,) = town.alerts("2026-11-22")
    query = 'query ($id: String!) { fact(id: $id, asOf: "2026-11-22") { file line } }'
    rows = [town.ask(query, lender(), id=f["id"])["data"]["fact"] for f in alert["path"]["facts"]]
    assert [row["file"] for row in rows] == [
        "list_memberships.csv",
        "guarantees.csv",
        "guarantees.csv",
        "loans.csv",
    ]


def test_s0_05_a_bank_is_told_of_its_own_loans_and_an_operator_no_more_than_it(town: Town) -> None:
    town.deliver(list_memberships=[LISTS, f"x1,E:{BORROWER},DISHONEST_DEBTOR,1号,2026-11-20,"])
    (own,) = town.alerts("2026-11-22")
    (others,) = town.alerts("2026-11-22", lender(OTHER_BANK), OTHER_BANK)
    assert own["loan"]["graphId"] != others["loan"]["graphId"]
    assert town.alerts("2026-11-22", operator(org=f"E:{BANK}")) == [own]
    for who, bank in ((lender(), OTHER_BANK), (operator(), BANK), (lender(), "nobody")):
        (error,) = town.ask(ALERTS, who, bank=f"E:{bank}", asOf="2026-11-22")["errors"]
        assert error["extensions"]["code"] == "FORBIDDEN"


def test_s3_10_a_new_enterprise_of_a_listed_evader_shows_the_notice_until_repair(town: Town) -> None:
    record = f"x1,P:{EVADER},DEBT_EVASION,1号,2026-03-01,"
    town.deliver(list_memberships=[LISTS, record])
    (notice,) = town.notices(HOLDING, "2026-11-22")
    assert (notice["ground"], notice["listed"]["graphId"]) == ("CONTROLLER", EVADER_ID)
    assert notice["record"] == {"listKind": "DEBT_EVASION", "listedOn": "2026-03-01"}
    assert town.notices(HOLDING, "2026-02-28") == []
    assert town.notices(BORROWER, "2026-11-22") == []  # 80 % of 40 % is 32 %
    town.deliver(
        enterprises=[TOWN["enterprises"][0], f"e9,{FRESH},某市新设贸易有限公司,ENTERPRISE,441283,true"],
        shareholdings=[TOWN["shareholdings"][0], f"s9,E:{HOLDING},{FRESH},0.9,2026-10-01"],
    )
    (fresh,) = town.notices(FRESH, "2026-11-22")
    assert fresh["path"]["nodes"][1:] == [EVADER_ID, f"E:{HOLDING}", f"E:{FRESH}"]
    assert [f["relationship"] for f in fresh["path"]["facts"]] == ["SUBJECT_OF", "OWNS", "OWNS"]
    assert "S3-10" in fresh["rule"]["citation"]
    assert town.notices(FRESH, "2026-09-30") == []
    town.deliver(list_memberships=[LISTS, record + "2026-12-01"])
    assert [len(town.notices(FRESH, day)) for day in ("2026-11-30", "2026-12-01")] == [1, 0]

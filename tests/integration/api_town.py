"""A small town behind a real service and its HTTP face: what the API tests ask about, and whom they ask as."""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from starlette.applications import Starlette

from graph_service.service import Service, open_service
from graph_service.settings import Settings
from graph_service.trust.demo_issuer import DemoIssuer, Grant
from graph_service.web.app import create_app
from loaders import Keys, LoadRequest, Vault, load
from schema.access import Purpose, Role
from schema.identifiers.resident_id import make_resident_id
from schema.identifiers.uscc import make_uscc

KEYS = Keys(b"a key of a test!", 1)
CORE, SUPPLIER, BANK, OTHER_BANK = (make_uscc("91", "441283", f"X000000{n}") for n in (1, 2, 3, 4))
OWNER, FARMER, NEIGHBOUR, PARTNER = (
    make_resident_id("441283", dt.date(1980, 2, 3), n) for n in (11, 12, 13, 14)
)
OWNER_ID, FARMER_ID, NEIGHBOUR_ID, PARTNER_ID = (
    KEYS.person_id(n) for n in (OWNER, FARMER, NEIGHBOUR, PARTNER)
)
HOUSEHOLD, SECOND_HOUSEHOLD, NO_HOUSEHOLD = "H:city:h1", "H:city:h2", "H:city:h404"
PROGRAMME = "city:g1"
VILLAGE = "441283100200"

FILES: dict[str, list[str]] = {
    "regions": [
        "code,name,level,parent_code",
        "441200,某市,CITY,",
        "441283,某区,COUNTY,441200",
        "441283100,某镇,TOWN,441283",
        f"{VILLAGE},某村,VILLAGE,441283100",
    ],
    "enterprises": [
        "record_id,uscc,name,entity_kind,region_code,shares_complete",
        f"e1,{CORE},某市宏远食品有限公司,ENTERPRISE,441283,true",
        f"e2,{SUPPLIER},某市青禾农业有限公司,ENTERPRISE,441283,true",
    ],
    "banks": [
        "record_id,uscc,name,region_code",
        f"b1,{BANK},某市第一银行,441283",
        f"b2,{OTHER_BANK},某市第二银行,441283",
    ],
    "persons": [
        "record_id,name,identity_number",
        f"p1,甲某,{OWNER}",
        f"p2,乙某,{FARMER}",
        f"p3,丙某,{NEIGHBOUR}",
        f"p4,丁某,{PARTNER}",
    ],
    "households": [
        "record_id,head,village_code,star_rating,collection_channel,collection_basis",
        f"h1,P:{FARMER},{VILLAGE},GOOD,WHOLE_VILLAGE,CONSENT",
        f"h2,P:{NEIGHBOUR},{VILLAGE},GOOD,WHOLE_VILLAGE,CONSENT",
    ],
    "household_assets": [
        "record_id,household,asset_kind,species,area_mu,season",
        "a1,H:h1,CROP,RICE,10,2026",
        "a2,H:h2,CROP,RICE,10,2026",
    ],
    "shareholdings": [
        "record_id,owner,asset,share_ratio,valid_from",
        f"s1,P:{OWNER},{CORE},0.7,2020-01-01",
        f"s2,P:{PARTNER},{CORE},0.3,2020-01-01",
        f"s3,E:{CORE},{SUPPLIER},1.0,2021-01-01",
    ],
    "bank_capital": [
        "record_id,bank,measured_on,net_capital_fen,tier1_fen",
        f"k1,{BANK},2026-01-01,100000000000,80000000000",
    ],
    "products": [
        "record_id,bank,name,form,cap_fen,unsecured",
        f"q1,{BANK},链上贷,SUPPLY_CHAIN,500000000,false",
    ],
    "programmes": [
        "record_id,core,bank,product,name,cap_fen,core_draw_fen,allocation,downstream",
        f"g1,{CORE},{BANK},q1,宏远整链授信,10000000000,0,PRO_RATA,false",
    ],
    "programme_members": [
        "record_id,member,programme,tier",
        f"m1,E:{SUPPLIER},g1,1",
        "m2,H:h1,g1,1",
        "m3,H:h2,g1,1",
    ],
    "supplies": [
        "record_id,supplier,buyer,amount_fen,confirmed_by,confirmed_on,valid_from",
        f"y1,H:h1,E:{CORE},1000000,CORE,2026-02-01,2026-01-01",
        f"y2,H:h2,E:{CORE},1000000,CORE,2026-02-01,2026-01-01",
    ],
    "receivables": [
        "record_id,creditor,debtor,amount_fen,outstanding_fen,incurred_on,due_on,confirmed_on,disputed,contra",
        f"r1,H:h1,E:{CORE},1000000,1000000,2026-10-08,2027-01-08,2026-10-10,false,false",
        f"r2,H:h2,E:{CORE},1000000,1000000,2026-10-08,2027-01-08,2026-10-10,false,false",
    ],
    "loan_applications": [
        "record_id,applicant,bank,amount_fen,applied_on,status",
        f"l1,E:{SUPPLIER},{BANK},90071992547409931,2026-01-05,SUBMITTED",
    ],
    "guarantees": [
        "record_id,guarantor,beneficiary,amount_fen,form",
        f"t1,E:{CORE},E:{SUPPLIER},100000,JOINT_AND_SEVERAL",
    ],
}


@dataclass(frozen=True)
class Answer:
    """What came back over HTTP."""

    status: int
    raw: bytes
    body: dict[str, Any]

    @property
    def data(self) -> dict[str, Any]:
        """The data of an answer without errors."""
        assert "errors" not in self.body, self.body["errors"]
        found: dict[str, Any] = self.body["data"]
        return found

    @property
    def code(self) -> str:
        """Code of the only error."""
        assert len(self.body["errors"]) == 1, self.body
        return str(self.body["errors"][0]["extensions"]["code"])

    @property
    def message(self) -> str:
        """Message of the first error."""
        return str(self.body["errors"][0]["message"])


class Town:
    """The service over HTTP, and the tokens of those who ask."""

    def __init__(self, service: Service, client: httpx.Client, issuer: DemoIssuer) -> None:
        self.service, self.client, self._issuer = service, client, issuer

    def token(self, who: Grant) -> str:
        """A fresh token."""
        return self._issuer.issue(who)

    def ask(
        self, query: str, who: Grant | None = None, purpose: Purpose | None = None, **variables: Any
    ) -> Answer:
        """Ask as somebody for a purpose."""
        headers = {"Accept": "application/graphql-response+json"}
        if who is not None:
            headers["Authorization"] = f"Bearer {self.token(who)}"
        if purpose is not None:
            headers["X-Purpose"] = purpose.value
        response = self.client.post(
            "/graphql", json={"query": query, "variables": variables}, headers=headers
        )
        return Answer(response.status_code, response.content, response.json())


LENDER = Grant(Role.LENDER, org=f"E:{BANK}")
OTHER_LENDER = Grant(Role.LENDER, org=f"E:{OTHER_BANK}")
SUPERVISOR = Grant(Role.SUPERVISOR, region="441200")
ELSEWHERE = Grant(Role.SUPERVISOR, region="330000")
ANALYST = Grant(Role.ANALYST, region="441200")
INTEGRATION = Grant(Role.INTEGRATION, org=f"E:{BANK}")
AUDITOR = Grant(Role.AUDITOR)
FARMER_HIMSELF = Grant(Role.SUBJECT, subject=FARMER_ID)
NEIGHBOUR_HIMSELF = Grant(Role.SUBJECT, subject=NEIGHBOUR_ID)


@contextmanager
def served(app: Starlette) -> Iterator[httpx.Client]:
    """Serve an application on a free loopback port, by the server of production."""
    server = uvicorn.Server(
        uvicorn.Config(app, port=0, lifespan="off", ws="none", log_config=None, access_log=False)
    )
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive(), "the server did not start"
            time.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
            yield client
    finally:
        server.should_exit = True
        thread.join()


@contextmanager
def town(directory: Path, files: dict[str, list[str]] | None = None, **chosen: Any) -> Iterator[Town]:
    """Load the town into a store, an embedded one unless the settings chosen name another, and serve it."""
    delivery = directory / "delivery"
    delivery.mkdir(parents=True)
    for kind, lines in (files or FILES).items():
        (delivery / f"{kind}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    usual = {"store": f"embedded:{directory / 'graph.kgl'}", "data_dir": directory / "data"}
    settings = Settings(**usual | chosen)
    service = open_service(settings, "serve")
    try:
        request = LoadRequest("canonical", delivery, source="city", as_of=dt.date(2026, 1, 1))
        report = load(service.store, request, Vault(directory / "vault", b"v" * 32), KEYS)
        faults = {each.file: each.errors_by_code for each in report.files if each.errors_by_code}
        assert not faults, faults
        issuer = DemoIssuer(directory / "data", "127.0.0.1")
        with served(create_app(service, issuer.verifier())) as client:
            yield Town(service, client, issuer)
    finally:
        service.close()

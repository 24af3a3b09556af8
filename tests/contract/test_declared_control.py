"""Declared control from the file to the answer: the published BODS examples and GLEIF relations, over HTTP, on both stores."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from graph_service.service import Service, open_service
from graph_service.settings import Settings
from graph_service.trust.demo_issuer import DemoIssuer
from graph_service.web.app import create_app
from loaders import Keys, LoadRequest, Vault, load
from schema.access import Purpose
from tests.integration.api_town import AUDITOR, Town, served
from tests.unit.loaders.bods_statements import entity, interest, person, relationship, write

ROOT = Path(__file__).resolve().parents[2]
PUBLISHED = Path(os.environ.get("BODS_DIR") or ROOT.parent / "shared" / "data" / "bods04")
published = pytest.mark.skipif(
    not (PUBLISHED / "examples").is_dir(),
    reason=f"the published BODS examples are not at {PUBLISHED}; name their folder in BODS_DIR",
)
OWNERS = """query ($id: ID!, $asOf: Date) { beneficialOwners(id: $id, asOf: $asOf) {
  decision unknownBecause controllerDecision
  owners { edges { node { party { graphId } decision standards findings { standard ground answer least most
    chains { facts { id relationship } } declared { interest rule citation fact { id relationship } } } } } }
  controllers { parties { graphId } rules channel facts { id relationship } declared { interest rule fact { id } } } } }"""


@pytest.fixture
def service(store_url: str, tmp_path: Path) -> Iterator[Service]:
    opened = open_service(Settings(store=store_url, data_dir=tmp_path / "data"), "serve")
    yield opened
    opened.close()


@pytest.fixture
def here(service: Service, tmp_path: Path) -> Iterator[Town]:
    issuer = DemoIssuer(tmp_path / "data", "127.0.0.1")
    with served(create_app(service, issuer.verifier())) as client:
        yield Town(service, client, issuer)


def bring(here: Town, path: Path, kind: str = "bods") -> None:
    vault = Vault(here.service.settings.data_dir / "vault", b"v" * 32)
    keys = Keys(here.service.keys.identity.material)
    assert load(here.service.store, LoadRequest(kind, path, partial=True), vault, keys).changed


def asked(here: Town, record: str, **when: str) -> dict[str, Any]:
    answer = here.ask(OWNERS, AUDITOR, Purpose.SUPERVISION, id=f"E:bods:{record}", **when)
    found: dict[str, Any] = answer.data["beneficialOwners"]
    found["owners"] = {e["node"]["party"]["graphId"]: e["node"] for e in found["owners"]["edges"]}
    return found


def finding(found: dict[str, Any], record: str, ground: str) -> dict[str, Any]:
    (one,) = (f for f in found["owners"][f"P:bods:{record}"]["findings"] if f["ground"] == ground)
    return dict(one)


PACKAGE = (
    entity("c1"),
    *(person(p) for p in ("p1", "p2", "p3", "p4")),
    relationship("r1", "p1", "c1", interest(share=20), interest("appointmentOfBoard")),
    relationship("r2", "p2", "c1", interest(share=60)),
    relationship("r3", "p3", "c1", interest("votingRights", share={"minimum": 20, "maximum": 40})),
    relationship("r4", "p4", "c1", interest("seniorManagingOfficial")),
)


def test_stated_control_is_a_ground_with_its_law_and_its_fact(here: Town, tmp_path: Path) -> None:
    bring(here, write(tmp_path / "package.json", *PACKAGE))
    found = asked(here, "c1")
    board = finding(found, "p1", "stated")
    assert (board["standard"], board["answer"]) == (3, "YES")
    (ground,) = board["declared"]
    assert (ground["interest"], ground["rule"]) == ("APPOINTMENT_OF_BOARD", "right_to_appoint_the_board")
    assert "第八十四条" in ground["citation"]
    assert ground["fact"]["relationship"] == "HAS_INTEREST_IN"
    assert ground["fact"]["id"] in {f["id"] for f in board["chains"][0]["facts"]}
    # The share that the same statement made a holding stays one share.
    assert finding(found, "p1", "equity")["least"] == pytest.approx(0.2)
    assert [f["relationship"] for f in finding(found, "p2", "equity")["chains"][0]["facts"]] == ["OWNS"]
    votes = finding(found, "p3", "declared_voting")
    assert (votes["standard"], votes["answer"], votes["least"], votes["most"]) == (2, "UNKNOWN", 0.2, 0.4)
    assert votes["declared"][0]["interest"] == "VOTING_RIGHTS"
    assert found["decision"] == "UNKNOWN"
    by_party = {c["parties"][0]["graphId"]: c for c in found["controllers"]}
    stated = by_party["P:bods:p1"]
    assert (stated["channel"], [d["interest"] for d in stated["declared"]]) == (
        "stated",
        ["APPOINTMENT_OF_BOARD"],
    )
    assert by_party["P:bods:p2"]["channel"] == "votes"


@published
def test_the_published_example_of_indirect_ownership_has_its_owner(here: Town) -> None:
    """30 % through a company whose own owners are not declared: the statement is the ground, and the rest stays open."""
    bring(here, PUBLISHED / "examples" / "indirect-ownership.json")
    found = asked(here, "ad3f6c2fcc9e")
    (owner,) = found["owners"].values()
    equity = {f["ground"]: f for f in owner["findings"]}["declared_equity"]
    assert (owner["decision"], owner["standards"]) == ("YES", [1])
    assert (equity["least"], equity["most"], equity["answer"]) == (0.3, 0.3, "YES")
    assert equity["declared"][0]["rule"] == "declared_indirect_share"
    assert found["decision"] == "UNKNOWN"


@published
def test_the_published_example_of_a_nomination_has_its_controller(here: Town) -> None:
    bring(here, PUBLISHED / "examples" / "nomination.json")
    found = asked(here, "104AB1984C")
    control = finding(found, "101AB1984F", "stated")
    assert (control["standard"], control["answer"]) == (3, "YES")
    assert [d["interest"] for d in control["declared"]] == ["OTHER_INFLUENCE_OR_CONTROL"]
    # The nominator instructs the arrangement; who only lends his name to it has no ground of his own.
    arrangement = asked(here, "103AB1984D")
    assert finding(arrangement, "101AB1984F", "stated")["declared"][0]["rule"] == "instructs_the_nominee"
    assert "P:bods:102AB1984E" not in {p for p, o in arrangement["owners"].items() if o["decision"] == "YES"}


@published
def test_the_published_declaration_with_bands_is_met_at_its_lower_end(here: Town) -> None:
    bring(here, PUBLISHED / "examples" / "simple-pep-declaration.json")
    found = asked(here, "841083ba86e3")
    (owner,) = found["owners"].values()
    assert (owner["decision"], owner["standards"]) == ("YES", [1])
    equity = {f["ground"]: f for f in owner["findings"]}["equity"]
    assert (equity["least"], equity["answer"]) == (0.25, "YES")
    # 25 to 50 % of the votes are no majority: nobody is said to control.
    assert all(f["answer"] != "YES" for f in owner["findings"] if f["standard"] == 3)


@published
def test_the_published_trust_has_its_trustees_and_no_beneficiary_by_control(here: Town) -> None:
    bring(here, PUBLISHED / "examples" / "levent.json")
    found = asked(here, "8e40d059", asOf="2020-01-01")
    stated = {
        p: [d["interest"] for f in o["findings"] if f["ground"] == "stated" for d in f["declared"]]
        for p, o in found["owners"].items()
        if o["decision"] == "YES"
    }
    assert sorted(stated.values()) == [["SETTLOR", "TRUSTEE"], ["TRUSTEE"]]

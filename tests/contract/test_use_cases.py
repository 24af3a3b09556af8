"""The product's sentences on the synthetic village, the same on both stores; here all tests read one village."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import orjson
import pytest

from algorithms.lending import Decision
from graph_service.asking import Question
from graph_service.trust.audit import AuditLog
from graph_service.trust.principal import Principal, operator
from graph_service.use_cases.consent import ConsentInput, grant_consent, revoke_consent
from graph_service.use_cases.evidence import find_source
from graph_service.use_cases.guarantees import follow_guarantees
from graph_service.use_cases.lending import chain_program
from graph_service.use_cases.named_queries import ask_named_query
from graph_service.use_cases.ownership import find_beneficial_owners, ownership_tree
from graph_service.use_cases.parties import enterprise_by_code, node, search_parties
from graph_service.use_cases.query_log import my_query_log
from schema.access import Purpose, Role
from schema.errors import (
    AccessDenied,
    ConsentRequired,
    InputError,
    NotFound,
    PurposeRequired,
)
from tests.contract.village import Village, loaded_village


@pytest.fixture(scope="module")
def shared(shared_store_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Village]:
    """One village for all tests of this file: they read."""
    with loaded_village(shared_store_url, tmp_path_factory.mktemp("village")) as village:
        run = village.service.store.known_run()
        yield village
        assert village.service.store.known_run() == run, "a test wrote into what others read"


@pytest.fixture
def village(shared: Village, tmp_path: Path) -> Iterator[Village]:
    """The village with an audit log that says only what this test asked."""
    audit = AuditLog(tmp_path / "audit", "test", shared.service.keys.audit)
    yield replace(shared, service=replace(shared.service, audit=audit))
    audit.close()


def test_s1_49_the_planted_cases_get_their_answers(village: Village) -> None:
    expected = {
        "household_eligible": (Decision.ELIGIBLE, set()),
        "enterprise_member_eligible": (Decision.ELIGIBLE, set()),
        "household_unconfirmed": (Decision.REFUSED, {"no_confirmed_trade"}),
        "member_unconfirmed": (Decision.REFUSED, {"no_confirmed_trade"}),
        "member_affiliated": (Decision.REFUSED, {"buyer_and_seller_related"}),
        "member_sanctioned": (Decision.REFUSED, {"member_sanctioned"}),
        "member_double_financed": (Decision.REFUSED, {"invoice_financed_twice"}),
        "member_unknown": (Decision.UNKNOWN, set()),
    }
    found = {case: village.eligibility(case).decision for case in expected}
    assert {c: (d.decision, {f.rule.id for f in d.refusals}) for c, d in found.items()} == expected
    assert found["member_unknown"].supply == ("financial_statements of the member",)


def test_s1_49_an_answer_names_its_terms_rules_and_source_rows(village: Village) -> None:
    decision = village.eligibility("household_eligible").decision
    assert [t.key for t in decision.terms] == ["claims", "core", "group", "need", "product", "programme"]
    assert decision.standalone_limit_fen == min(t.value_fen or 0 for t in decision.terms) > 0
    assert decision.term(decision.binding_term or "").value_fen == decision.standalone_limit_fen
    assert all(f.rule.citation for f in decision.findings)
    assert [c.key for c in decision.required_at_approval] == ["PBOC", "SOCIAL", "GOV"]
    assert decision.path
    # A cited fact leads to the line of the file that said so.
    fact = decision.term("claims").facts[0]
    row = village.ask(operator(), "fact", find_source, fact.id)
    lines = (village.folder / row.file).read_text("utf-8").splitlines()
    assert row.end in lines[row.line - 1] or row.start.removeprefix("city:") in lines[row.line - 1]


def test_s1_49_allocations_never_exceed_the_pool(village: Village) -> None:
    answer = village.ask(village.lender(), "chainProgram", chain_program, village.id("programme"))
    assert answer.decision is not None
    pool = answer.decision.pool
    shares = [m.allocated_limit_fen or 0 for m in answer.decision.members]
    assert sum(shares) == pool.allocated_fen <= (pool.available_fen or 0)
    assert any(shares)
    assert all(
        s <= (m.standalone_limit_fen or 0) for s, m in zip(shares, answer.decision.members, strict=True)
    )
    one = answer.decision.member(village.id("household_eligible"))
    alone = village.eligibility("household_eligible").decision
    assert (one.decision, one.standalone_limit_fen, one.terms) == (
        alone.decision,
        alone.standalone_limit_fen,
        alone.terms,
    )


def test_another_bank_sees_the_programme_without_its_decisions(village: Village) -> None:
    other = village.lender("other_bank")
    seen = village.ask(other, "chainProgram", chain_program, village.id("programme"))
    own = village.ask(village.lender(), "chainProgram", chain_program, village.id("programme"))
    assert seen.decision is None
    assert own.programme.properties.keys() - seen.programme.properties.keys() == {"core_draw_fen"}
    with pytest.raises(AccessDenied, match="Only the bank that runs the programme"):
        village.eligibility("household_eligible", other)


def test_who_processes_for_the_bank_gets_the_banks_number(village: Village) -> None:
    for_bank = operator(org=village.id("bank"))
    mine, theirs = (village.eligibility("household_eligible", who) for who in (None, for_bank))
    assert mine == theirs


def test_s4_16_without_consent_and_without_existence_are_one_answer(village: Village) -> None:
    said = []
    for case in ("household_without_consent", "household_not_existing", "household_consent_revoked"):
        with pytest.raises(ConsentRequired) as refusal:
            village.eligibility(case)
        said.append(str(refusal.value))
    assert len(set(said)) == 1


def test_s4_16_nobody_consents_for_somebody_else(village: Village) -> None:
    wish = ConsentInput(
        village.id("household_eligible"), village.id("bank"), Purpose.LENDING, None, None, "eight-of"
    )
    with pytest.raises(AccessDenied):
        village.ask(village.subject("household_without_consent"), "grantConsent", grant_consent, wish)
    with pytest.raises(NotFound):
        village.ask(
            village.subject("household_without_consent"),
            "revokeConsent",
            revoke_consent,
            "city:consents-0000001",
        )


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("reader", "E:nobody"),
        ("valid_to", dt.date(2020, 1, 1)),
        ("purpose", Purpose.STATISTICS),
        ("idempotency_key", "short"),
    ],
)
def test_a_consent_that_means_nothing_is_refused(village: Village, field: str, value: object) -> None:
    case = "household_without_consent"
    wish = {"subject": village.id(case), "reader": village.id("bank"), "purpose": Purpose.LENDING}
    wish |= {"valid_to": None, "evidence_hash": None, "idempotency_key": "long-enough", field: value}
    with pytest.raises(InputError):
        village.ask(village.subject(case), "grantConsent", grant_consent, ConsentInput(**wish))


def test_s4_16_the_subject_sees_every_query_about_it(village: Village) -> None:
    with pytest.raises(ConsentRequired):
        village.eligibility("household_without_consent")
    village.eligibility("household_eligible")
    page = village.ask(village.subject("household_head"), "myQueryLog", my_query_log, village.service.audit)
    asked = [(e.operation, e.decision, e.org) for e in page.entries]
    assert asked == [("chainCreditEligibility", "ALLOWED", village.id("bank"))]
    refused = village.ask(
        village.subject("household_without_consent"), "myQueryLog", my_query_log, village.service.audit
    )
    assert [(e.decision, e.code) for e in refused.entries] == [("DENIED", "CONSENT_REQUIRED")]


def test_s4_19_every_answer_and_refusal_is_in_a_chain_that_verifies(village: Village) -> None:
    village.eligibility("household_eligible")
    with pytest.raises(PurposeRequired):
        village.eligibility("household_eligible", village.lender(purpose=Purpose.STATISTICS))
    report = village.service.audit.verify()
    assert (report.ok, report.rows) == (True, 2)


def test_who_is_behind_an_enterprise_whose_owners_hold_each_other(village: Village) -> None:
    answer = village.ask(
        village.lender(), "beneficialOwners", find_beneficial_owners, village.id("enterprise_with_owners")
    )
    owners = {o.party.id: o for o in answer.owners}
    by_cycle, direct = (owners[village.id(f"beneficial_owner_{how}")] for how in ("by_cycle", "direct"))
    assert [by_cycle.decision, direct.decision, answer.decision] == ["yes", "yes", "yes"]
    # 24 % over simple paths, 25.15 % over all walks: the circle makes a beneficial owner, and the answer says so.
    assert (round(by_cycle.simple, 4), round(by_cycle.walks or 0, 4), by_cycle.straddles) == (
        0.24,
        0.2515,
        (0.25,),
    )
    assert answer.enhanced_check == ("circular_holding", "walks_and_paths_straddle_the_line")
    assert all(chain.facts for o in answer.owners for f in o.findings for chain in f.chains)
    tree = village.ask(
        village.lender(), "ownershipTree", ownership_tree, village.id("enterprise_with_owners")
    )
    assert {h.fact.end for h in tree.holdings} <= {n.id for n in tree.nodes}
    assert not tree.truncated


def test_a_bounded_tree_says_that_there_is_more(village: Village) -> None:
    tree = village.ask(
        village.lender(), "ownershipTree", ownership_tree, village.id("enterprise_with_owners"), "UP", 1
    )
    assert tree.truncated
    with pytest.raises(InputError):
        village.ask(village.lender(), "ownershipTree", ownership_tree, village.id("core"), "UP", 99)


def test_parties_are_found_by_code_and_name(village: Village) -> None:
    code = village.manifest.cases["core"].id
    core = village.ask(Principal(Role.PUBLIC), "enterpriseByCode", enterprise_by_code, code)
    assert core.id == f"E:{code}"
    assert core.name
    found = village.ask(Principal(Role.PUBLIC), "searchParties", search_parties, core.name)
    assert core.id in {n.id for n in found.found}
    with pytest.raises(InputError):
        village.ask(Principal(Role.PUBLIC), "searchParties", search_parties, "有")


def test_the_public_cannot_tell_a_household_from_nothing(village: Village) -> None:
    said = []
    for case in ("household_eligible", "household_not_existing"):
        with pytest.raises(NotFound) as refusal:
            village.ask(Principal(Role.PUBLIC), "node", node, "Household", village.id(case))
        said.append(str(refusal.value))
    assert said[0] == said[1]


def test_a_named_query_is_asked_as_the_caller(village: Village) -> None:
    analyst = Principal(Role.ANALYST, region="44", purpose=Purpose.STATISTICS, token_id="t")
    params = {"enterprise_id": village.id("enterprise_with_owners")}
    owners = village.ask(analyst, "namedQuery", ask_named_query, "direct_owners", params)
    assert len(owners.rows) == 3
    for name, more in (
        ("runs", {}),
        ("direct_owners", {**params, "audiences": ["RESTRICTED"]}),
        ("no_such", {}),
    ):
        with pytest.raises((InputError, NotFound)):
            village.ask(analyst, "namedQuery", ask_named_query, name, more)


def test_guarantee_chains_agree_with_the_named_query(village: Village) -> None:
    who = operator()
    p = village.service.rooms.projections.at(village.service.store.known_run())
    starts = {p.ids[i] for i in p.edges["GUARANTOR"].start}
    reached = 0
    for start in starts:
        answer = village.ask(who, "guaranteeChain", follow_guarantees, start)
        rows = village.ask(who, "namedQuery", ask_named_query, "guarantee_chain", {"id": start}).rows
        assert [(r.party.id, r.depth) for r in answer.reached] == [row[:2] for row in rows]
        reached += len(rows)
    assert reached > len(starts) / 2


def test_an_answer_is_the_same_for_the_same_facts(village: Village) -> None:
    one, other = (orjson.dumps(village.eligibility("household_eligible"), default=str) for _ in range(2))
    assert one == other


def test_a_past_known_at_is_for_supervisors(village: Village) -> None:
    asked = Question(village.lender(), village.manifest.spec.as_of, dt.datetime.now(dt.UTC))
    with pytest.raises(AccessDenied, match="knownAt"):
        village.service.answer(asked, "node", {}, lambda a: node(a, "LegalEntity", village.id("core")))
    before = Question(
        Principal(Role.SUPERVISOR, region="", purpose=Purpose.SUPERVISION, token_id="t"),
        village.manifest.spec.as_of,
        dt.datetime(2020, 1, 1, tzinfo=dt.UTC),
    )
    with pytest.raises(NotFound):
        village.service.answer(before, "node", {}, lambda a: node(a, "LegalEntity", village.id("core")))


def test_nobody_owns_a_household(village: Village) -> None:
    supervisor = Principal(Role.SUPERVISOR, region="44", purpose=Purpose.SUPERVISION, token_id="t")
    for use_case, operation in (
        (find_beneficial_owners, "beneficialOwners"),
        (ownership_tree, "ownershipTree"),
    ):
        with pytest.raises(NotFound, match="enterprise"):
            village.ask(supervisor, operation, use_case, village.id("household_eligible"))


def test_the_public_finds_who_runs_a_business_and_not_who_lives_on_a_farm(village: Village) -> None:
    names = {row["name"]: kind for kind in ("residents", "persons") for row in _rows(village.folder, kind)}
    everybody = Principal(Role.PUBLIC)
    found = {n: village.ask(everybody, "searchParties", search_parties, n, "Person").found for n in names}
    assert {n for n, kind in names.items() if kind == "persons"} == {
        n for n, people in found.items() if people
    }
    assert not any(
        {"id_mask", "birth_year"} & p.properties.keys() for people in found.values() for p in people
    )
    duty = Principal(Role.SUPERVISOR, region="44", purpose=Purpose.SUPERVISION, token_id="t")
    head = village.ask(duty, "node", node, "Person", village.id("household_head"))
    assert {"id_mask", "birth_year"} <= head.properties.keys()


def _rows(folder: Path, kind: str) -> list[dict[str, str]]:
    with (folder / f"{kind}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [r for r in rows if r["name"] != "李测"]  # the planted row with a wrong number


def test_s0_25_a_household_outside_the_callers_region_is_not_there(village: Village) -> None:
    def seen(region: str) -> set[str]:
        who = Principal(Role.SUPERVISOR, region=region, purpose=Purpose.SUPERVISION, token_id="t")
        return {
            p.party.id
            for p in village.ask(who, "chainProgram", chain_program, village.id("programme")).participants
            if p.party.label == "Household"
        }

    assert seen("44")
    with pytest.raises(NotFound):
        seen("31")


def test_an_id_that_is_no_text_is_refused_and_the_refusal_is_audited(village: Village) -> None:
    with pytest.raises(InputError, match="printable"):
        village.ask(operator(), "guaranteeChain", follow_guarantees, "E:\udcff")
    assert village.service.audit.verify().rows == 1

"""Use-cases on a store of their own, on both stores: they write, or nothing may be there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path

import pytest

from graph_service.asking import Asking, Question
from graph_service.service import open_service
from graph_service.settings import read_settings
from graph_service.trust.principal import Principal
from graph_service.use_cases.consent import ConsentInput, grant_consent, my_consents, revoke_consent
from graph_service.use_cases.guarantees import follow_guarantees
from graph_service.use_cases.lending import chain_credit_eligibility, chain_program
from graph_service.use_cases.ownership import find_beneficial_owners
from graph_service.use_cases.parties import search_parties
from loaders import LoadRequest
from schema.access import Purpose, Role
from schema.errors import (
    Conflict,
    ConsentRequired,
    GraphServiceError,
)
from tests.contract.village import Village, loaded_village


@pytest.fixture
def village(store_url: str, tmp_path: Path) -> Iterator[Village]:
    with loaded_village(store_url, tmp_path) as village:
        yield village


def test_s4_16_a_consent_for_another_purpose_or_bank_does_not_count(village: Village) -> None:
    mine = village.subject("household_without_consent")
    for reader, purpose in (("bank", Purpose.POST_LOAN), ("other_bank", Purpose.LENDING)):
        wish = ConsentInput(
            village.id("household_without_consent"),
            village.id(reader),
            purpose,
            None,
            None,
            f"key-{reader}-1",
        )
        village.ask(mine, "grantConsent", grant_consent, wish)
    with pytest.raises(ConsentRequired):
        village.eligibility("household_without_consent")


def test_s4_16_a_consent_that_has_expired_or_not_begun_does_not_count(
    village: Village, tmp_path: Path
) -> None:
    header = "record_id,subject,reader,purpose,granted_at,valid_from,valid_to"
    subject, reader = village.id("household_without_consent"), village.id("bank")
    stated = f"{subject},{reader},LENDING,2020-01-01T00:00:00Z"
    file = tmp_path / "consents.csv"
    file.write_text(f"{header}\nold,{stated},2020-01-01,2021-01-01\nnew,{stated},2900-01-01,\n", "utf-8")
    assert village.load(LoadRequest("consents", file, source="city"))
    with pytest.raises(ConsentRequired):
        village.eligibility("household_without_consent")


def test_s4_16_consent_opens_and_revocation_closes_with_the_next_question(village: Village) -> None:
    case, mine = "household_without_consent", village.subject("household_without_consent")
    wish = ConsentInput(village.id(case), village.id("bank"), Purpose.LENDING, None, None, "a-key-of-mine")
    given = village.ask(mine, "grantConsent", grant_consent, wish)
    assert village.eligibility(case).member.id == village.id(case)
    assert village.ask(mine, "grantConsent", grant_consent, wish).id == given.id  # idempotent
    with pytest.raises(Conflict):
        village.ask(
            mine,
            "grantConsent",
            grant_consent,
            ConsentInput(**{**asdict(wish), "reader": village.id("other_bank")}),
        )
    revoked = village.ask(mine, "revokeConsent", revoke_consent, given.id)
    assert revoked.revoked_at is not None
    with pytest.raises(ConsentRequired):
        village.eligibility(case)
    assert village.ask(mine, "revokeConsent", revoke_consent, given.id) == revoked
    assert [c.revoked_at is None for c in village.ask(mine, "myConsents", my_consents)] == [False]


def test_s4_16_delivering_a_consent_file_again_undoes_no_revocation(village: Village) -> None:
    head = village.subject("household_head")
    (given,) = [c for c in village.ask(head, "myConsents", my_consents) if c.reader == village.id("bank")]
    village.ask(head, "revokeConsent", revoke_consent, given.id)
    with pytest.raises(ConsentRequired):
        village.eligibility("household_eligible")
    assert not village.load()
    with pytest.raises(ConsentRequired):
        village.eligibility("household_eligible")


def test_an_empty_graph_answers_with_refusals_and_no_crash(store_url: str, tmp_path: Path) -> None:
    service = open_service(read_settings(store=store_url, data_dir=tmp_path), "test")
    lender = Principal(Role.LENDER, org="E:b", purpose=Purpose.LENDING, token_id="t")
    questions: list[tuple[str, Callable[[Asking], object]]] = [
        ("beneficialOwners", lambda a: find_beneficial_owners(a, "E:x")),
        ("guaranteeChain", lambda a: follow_guarantees(a, "E:x")),
        ("chainProgram", lambda a: chain_program(a, "city:x")),
        ("chainCreditEligibility", lambda a: chain_credit_eligibility(a, "city:x", "H:city:1")),
    ]
    for operation, compute in questions:
        with pytest.raises(GraphServiceError):
            service.answer(Question(lender, dt.date(2026, 11, 1)), operation, {}, compute)
    found = service.answer(
        Question(lender, dt.date(2026, 11, 1)), "searchParties", {}, lambda a: search_parties(a, "有限")
    )
    assert found.found == ()
    service.close()

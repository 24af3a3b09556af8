"""S1-43: inspections of legal persons who have no code go to a review queue, and follow when somebody says who is meant."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from graph_service.asking import Question
from graph_service.service import Service, open_service
from graph_service.settings import Settings
from graph_service.trust.principal import Principal, operator
from graph_service.use_cases.identity import same_as_proposals
from graph_service.use_cases.unmatched import UnmatchedParty, link_unmatched, unmatched_parties
from loaders import FileReport, Keys, LoadRequest, Vault, load
from loaders.replay import Archive, replay
from schema.access import Purpose, Role
from schema.errors import InputError, NotFound
from schema.identifiers.uscc import make_uscc
from tests.golden.name_pairs import draws

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ROWS = {"embedded": 21_100, "neo4j": 1_055}
NAMED = 10  # every tenth row names its legal person and gives no code
FIRMS = 60
DAY = dt.date(2026, 3, 1)


@pytest.fixture
def service(store_url: str, tmp_path: Path) -> Iterator[Service]:
    opened = open_service(Settings(store=store_url, data_dir=tmp_path / "data"), "tests")
    yield opened
    opened.close()


def firms() -> list[tuple[str, str, str]]:
    """Code, name, region of made-up enterprises."""
    listed = zip(range(FIRMS), draws(), strict=False)
    return [(make_uscc("93", d.place[3], f"Y{n:07d}"), d.name, d.place[3]) for n, d in listed]


def deliver(service: Service, folder: Path, kind: str, lines: list[str]) -> FileReport:
    path = folder / f"{kind}.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    request = LoadRequest(kind, path, source="agriculture", as_of=DAY)
    keys = Keys(service.keys.identity.material)
    (file,) = load(service.store, request, Vault(folder / "vault", b"v" * 32), keys).files
    return file


def register(service: Service, folder: Path) -> None:
    header = "record_id,uscc,name,entity_kind,region_code"
    rows = [f"f{n},{code},{name},COOPERATIVE,{region}" for n, (code, name, region) in enumerate(firms())]
    deliver(service, folder, "enterprises", [header, *rows])


def inspections(count: int) -> list[str]:
    """Rows about the firms; every tenth by name alone, in another spelling, and some about nobody who is registered."""
    listed, lines = firms(), ["record_id,party,inspected_on,outcome"]
    for n in range(count):
        code, name, _ = listed[n % FIRMS]
        party = f"E:{code}"
        if n % NAMED == 0:
            party = "E:" + name.replace("有限公司", "有限责任公司") if n % 50 else "E:某县无名水产养殖场"
        lines.append(f"i{n},{party},2026-01-{1 + n % 28:02d},PASSED")
    return lines


def ask(service: Service, who: Principal | None = None) -> tuple[UnmatchedParty, ...]:
    return service.answer(Question(who or operator(), DAY), "unmatchedParties", {}, unmatched_parties)


def link(service: Service, missing: str, enterprise: str | None, reason: str = "核对营业执照") -> None:
    service.answer(
        Question(operator(), DAY),
        "linkUnmatched",
        {},
        lambda asking: link_unmatched(asking, missing, enterprise, reason),
    )


def test_s1_43_unmatched_legal_persons_go_to_a_review_queue_with_candidates_and_scores(
    service: Service, tmp_path: Path
) -> None:
    count = ROWS[service.store.name]
    register(service, tmp_path)
    book = deliver(service, tmp_path, "inspections", inspections(count)).ledger
    waiting = len(range(0, count, NAMED))
    assert (book.read, book.loaded, book.quarantined) == (count, count - waiting, waiting)
    assert book.balances
    queue = ask(service)
    assert sum(each.rows for each in queue) == waiting
    known = {name.replace("有限公司", "有限责任公司"): f"E:{code}" for code, name, _ in firms()}
    named = [each for each in queue if each.name in known]
    assert len(named) == len(queue) - 1 > 1
    for each in named:
        assert [(c.id, c.decision, c.score) for c in each.candidates[:1]] == [
            (known[each.name], "match", 1.0)
        ]
        assert {f.name for f in each.candidates[0].features} == {"brand", "industry", "form", "region"}
    assert queue[-1].candidates == ()


def test_s1_43_a_linked_name_lets_its_rows_follow_and_the_link_can_be_undone(
    service: Service, tmp_path: Path
) -> None:
    register(service, tmp_path)
    deliver(service, tmp_path, "inspections", inspections(100))
    first, nobody = ask(service)[0], ask(service)[-1]
    link(service, first.id, first.candidates[0].id)
    link(service, nobody.id, None)
    assert {each.id for each in ask(service)} & {first.id, nobody.id} == set()
    archive = Archive(
        service.store, Vault(tmp_path / "vault", b"v" * 32), Keys(service.keys.identity.material)
    )
    assert replay(archive, "agriculture", "inspections", "tests").report.changed
    store = service.store
    parties = [row["start"] for row in store.facts("SUBJECT_OF", store.known_run()).rows()]
    assert parties.count(first.id) == first.rows
    assert parties.count(nobody.id) == nobody.rows
    (pair,) = service.answer(Question(operator(), DAY), "sameAsProposals", {}, same_as_proposals)
    assert {pair.left, pair.right} == {first.id, first.candidates[0].id}
    assert (pair.judgement, pair.reason, pair.decided_by) == ("ACCEPTED", "核对营业执照", "OPERATOR:cli")


def test_s1_43_a_steward_sees_the_names_that_may_be_of_his_region(service: Service, tmp_path: Path) -> None:
    register(service, tmp_path)
    deliver(service, tmp_path, "inspections", inspections(100))
    steward = Principal(Role.STEWARD, region="4412", purpose=Purpose.OPERATIONS, token_id="t")
    his = ask(service, steward)
    assert his
    assert len(his) < len(ask(service))
    here = {f"E:{code}" for code, _, region in firms() if region.startswith("4412")}
    assert {c.id for each in his for c in each.candidates} <= here


def test_s1_43_what_cannot_be_linked_is_refused(service: Service, tmp_path: Path) -> None:
    register(service, tmp_path)
    deliver(service, tmp_path, "inspections", inspections(20))
    (first, *_) = ask(service)
    with pytest.raises(InputError):
        link(service, first.id, None, reason=" ")
    with pytest.raises(NotFound):
        link(service, "E:agriculture:谁", None)
    with pytest.raises(NotFound):
        link(service, first.id, "E:agriculture:谁")
    assert len(ask(service)) > 0

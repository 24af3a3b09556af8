"""S1-43: inspections of legal persons who have no code go to a review queue, and follow when somebody says who is meant."""

from __future__ import annotations

import datetime as dt
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from graph_service.asking import Asking, Question
from graph_service.service import Service, open_service
from graph_service.settings import Settings
from graph_service.trust.principal import Principal, operator
from graph_service.use_cases.identity import decide_same_as, same_as_proposals
from graph_service.use_cases.unmatched import (
    LinkedParty,
    UnmatchedParty,
    link_unmatched,
    unmatched_parties,
)
from loaders import FileReport, Keys, LoadRequest, Vault, load
from loaders.identity.same_as import Judgement
from schema.access import Purpose, Role
from schema.errors import Conflict, InputError, NotFound
from schema.identifiers.uscc import make_uscc
from schema.ports import NodeBatch, Stage
from schema.provenance import RunHeader
from tests.golden.name_pairs import draws

if TYPE_CHECKING:
    from collections.abc import Iterator

ROWS, FEW = 21_100, 2_110
NAMED = 10  # every tenth row names its legal person and gives no code
FIRMS = 60
DAY = dt.date(2026, 3, 1)
ROOT = Path(__file__).resolve().parents[2]
# Links a name in a process that is killed before it has written so many batches.
DYING = """
import os, signal, sys
from pathlib import Path
from graph_service.service import open_service
from graph_service.settings import Settings
from tests.contract.test_unmatched_parties import link

url, folder, missing, chosen, last = sys.argv[1:]
service = open_service(Settings(store=url, data_dir=Path(folder)), "tests")
write, batches = service.store.upsert, []

def dying(batch):
    batches.append(batch)
    if len(batches) == int(last):
        os.kill(os.getpid(), signal.SIGKILL)
    return write(batch)

service.store.upsert = dying
link(service, missing, chosen)
"""


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


def link(service: Service, missing: str, enterprise: str | None, reason: str = "核对营业执照") -> LinkedParty:
    return service.answer(
        Question(operator(), DAY),
        "linkUnmatched",
        {},
        lambda asking: link_unmatched(
            asking, missing, enterprise, reason, Keys(service.keys.identity.material)
        ),
    )


def judge(service: Service, pair: tuple[str, str], judgement: Judgement) -> None:
    service.answer(
        Question(operator(), DAY),
        "decideSameAs",
        {},
        lambda asking: decide_same_as(asking, pair, judgement, "营业执照有误"),
    )


def subjects(service: Service) -> Counter[str]:
    """Whom records are about, as known now."""
    store = service.store
    return Counter(row["start"] for row in store.facts("SUBJECT_OF", store.known_run()).rows())


def test_s1_43_unmatched_legal_persons_go_to_a_review_queue_with_candidates_and_scores(
    service: Service, tmp_path: Path
) -> None:
    register(service, tmp_path)
    book = deliver(service, tmp_path, "inspections", inspections(ROWS)).ledger
    waiting = len(range(0, ROWS, NAMED))
    assert (book.read, book.loaded, book.quarantined) == (ROWS, ROWS - waiting, waiting)
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


def test_s1_43_a_decision_loads_the_rows_that_waited_for_it_in_the_same_publication(
    service: Service, tmp_path: Path
) -> None:
    register(service, tmp_path)
    deliver(service, tmp_path, "inspections", inspections(FEW))
    first, nobody = ask(service)[0], ask(service)[-1]
    assert min(first.rows, nobody.rows) > 1
    before = service.store.known_run()
    linked = link(service, first.id, first.candidates[0].id)
    assert (linked.enterprise, linked.rows) == (first.candidates[0].id, first.rows)
    assert link(service, nobody.id, None).rows == nobody.rows
    assert {each.id for each in ask(service)} & {first.id, nobody.id} == set()
    found = subjects(service)
    assert (found[first.id], found[nobody.id]) == (first.rows, nobody.rows)
    (pair,) = service.answer(Question(operator(), DAY), "sameAsProposals", {}, same_as_proposals)
    assert {pair.left, pair.right} == {first.id, first.candidates[0].id}
    assert (pair.judgement, pair.reason, pair.decided_by) == ("ACCEPTED", "核对营业执照", "OPERATOR:cli")
    run = service.store.known_run()
    waiting = service.store.query("waiting_rows", {"known_run": run}).rows()
    still = [row for row in waiting if row["dataset"] == "inspections"]  # beside links of firms to regions
    assert len(still) == len(range(0, FEW, NAMED)) - first.rows - nobody.rows
    assert first.id not in {row["start"] for row in service.store.facts("SUBJECT_OF", before).rows()}
    assert service.audit.verify().ok


def test_s1_43_the_same_decision_again_changes_nothing_and_another_one_needs_an_undo(
    service: Service, tmp_path: Path
) -> None:
    register(service, tmp_path)
    deliver(service, tmp_path, "inspections", inspections(100))
    first = ask(service)[0]
    chosen, other = (
        first.candidates[0].id,
        next(f"E:{c}" for c, _, _ in firms() if f"E:{c}" != first.candidates[0].id),
    )
    link(service, first.id, chosen)
    run = service.store.known_run()
    assert link(service, first.id, chosen).rows == 0
    assert service.store.known_run() == run
    with pytest.raises(Conflict):
        link(service, first.id, other)
    with pytest.raises(InputError):
        link(service, first.id, first.id)


def test_s1_43_an_undone_link_parts_the_rows_from_the_enterprise_and_may_be_made_anew(
    service: Service, tmp_path: Path
) -> None:
    register(service, tmp_path)
    deliver(service, tmp_path, "inspections", inspections(100))
    first = ask(service)[0]
    chosen, other = (
        first.candidates[0].id,
        next(f"E:{c}" for c, _, _ in firms() if f"E:{c}" != first.candidates[0].id),
    )
    alone = subjects(service)[chosen]
    link(service, first.id, chosen)
    assert joined(service, chosen) == alone + first.rows
    judge(service, (first.id, chosen), Judgement.REJECTED)
    assert joined(service, chosen) == alone
    assert subjects(service)[first.id] == first.rows, "what was loaded stays a fact about the name"
    assert link(service, first.id, other).rows == 0
    assert joined(service, other) == subjects(service)[other] + first.rows


def joined(service: Service, party: str) -> int:
    """How many records are about a party once accepted pairs are one."""

    def count(asking: Asking) -> int:
        p, edges = asking.projection, asking.projection.edges["SUBJECT_OF"]
        return int((edges.start[asking.view.positions("SUBJECT_OF")] == p.position(party)).sum())

    return service.answer(Question(operator(), DAY), "sameAsProposals", {}, count)


def test_s1_43_rows_of_a_link_from_before_follow_with_the_next_load_or_the_same_decision(
    service: Service, tmp_path: Path
) -> None:
    register(service, tmp_path)
    deliver(service, tmp_path, "inspections", inspections(100))
    one, two = ask(service)[:2]
    for each in (one, two):  # the node alone, as the house wrote it before rows came with it
        header = RunHeader("identity", "same_as", "", "", DAY, each.id)
        node = {"id": each.id, "audience": "PUBLIC", "bank": None, "line": 0, "name": each.name}
        service.store.commit(header, [NodeBatch(Stage(0, header), "LegalEntity", ("Enterprise",), [node])])
    assert link(service, one.id, None).rows == one.rows + two.rows
    assert subjects(service)[two.id] == two.rows


@pytest.mark.parametrize("batch", [1, 2, 3])
def test_s1_43_a_decision_killed_at_any_batch_was_never_made_and_is_made_by_making_it_again(
    store_url: str, tmp_path: Path, batch: int
) -> None:
    settings = Settings(store=store_url, data_dir=tmp_path / "data")
    service = open_service(settings, "tests")
    register(service, tmp_path)
    deliver(service, tmp_path, "inspections", inspections(100))
    first, before = ask(service)[0], service.store.known_run()
    chosen = first.candidates[0].id
    service.close()
    command = [sys.executable, "-c", DYING, store_url, str(tmp_path / "data"), first.id, chosen, str(batch)]
    assert subprocess.run(command, cwd=ROOT, check=False, capture_output=True).returncode == -signal.SIGKILL
    service = open_service(settings, "tests")
    assert service.store.known_run() == before
    assert subjects(service)[first.id] == 0
    assert link(service, first.id, chosen).rows == first.rows
    assert subjects(service)[first.id] == first.rows
    service.close()


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

"""Load, correct, repair: what the API once answered for a day and an instant, it answers for them ever after."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph_service.service import Service, open_service
from graph_service.settings import Settings
from graph_service.trust.demo_issuer import DemoIssuer, Grant
from graph_service.web.app import create_app
from loaders import LoadRequest, Vault, load
from schema.access import Purpose, Role
from tests.integration.api_town import Town, served
from tests.integration.deliveries import KEYS, write
from tests.property.test_bitemporal import BASE, CODES, DAYS, LOCAL, OTHER, Delivery, files

SUPERVISOR = Grant(Role.SUPERVISOR, region="441283")
ASKED = [DAYS[2], dt.date(2026, 3, 1)]
"""Days of which is asked: within the periods of the shareholdings, and after every repair."""
OWNER, SECOND = f"E:{CODES[0]}", f"E:{CODES[1]}"
QUESTIONS = """query ($day: Date, $at: DateTime, $code: Uscc!, $owner: ID!, $party: ID!, $text: String!, $named: Parameters!) {
  byCode: enterpriseByCode(code: $code, asOf: $day, knownAt: $at) { name provenance(asOf: $day, knownAt: $at) {
    name chosen { value source line } others { value source line } } }
  search: searchParties(text: $text, asOf: $day, knownAt: $at) { totalCount edges { node { graphId name } } }
  tree: ownershipTree(id: $owner, direction: DOWN, asOf: $day, knownAt: $at) { truncated holdings { edges { node { depth
    fact { id start end line run } properties { shareRatio } } } } }
  near: neighbours(id: $party, asOf: $day, knownAt: $at) { totalCount edges { node { outward validFrom validTo
    fact { id relationship start end } stated { name value }
    node { __typename graphId ... on Penalty { decidedOn repairedOn status amount { fen } }
      ... on RepairCase { appliedOn decidedOn outcome } } } } }
  named: namedQuery(name: "penalties_of", params: $named, asOf: $day, knownAt: $at) { columns rows { edges { node { cells } } } }
  risk: riskProfile(id: $party, asOf: $day, knownAt: $at) { score ownSeverity seeds { severity facts { id } } }
}"""


@dataclass(frozen=True)
class Penalties:
    """A court's file: the penalties of enterprise 1 by record, each as an amount, a status and perhaps the day of its repair."""

    as_of: dt.date
    stated: dict[int, tuple[int, str, str]]

    @property
    def request(self) -> tuple[str, dict[str, list[str]]]:
        """Source and files."""
        rows = [
            f"p{n},{SECOND},{n}号,GENERAL,2026-01-01,{amount},{status},{'2026-02-03' if status else ''},{repaired}"
            for n, (amount, status, repaired) in self.stated.items()
        ]
        header = "record_id,party,document_no,severity,decided_on,amount_fen,status,revoked_on,repaired_on"
        return "court", {"penalties": [header, *rows]}


@dataclass(frozen=True)
class Repairs:
    """A file of repairs 信用修复: by record, which penalty and how it ended; it may come before the penalty itself."""

    as_of: dt.date
    stated: dict[int, tuple[int, str]]

    @property
    def request(self) -> tuple[str, dict[str, list[str]]]:
        """Source and files."""
        rows = [
            f"r{n},{SECOND},court:p{penalty},2026-01-20,{'' if outcome == 'PENDING' else '2026-02-02'},{outcome}"
            for n, (penalty, outcome) in self.stated.items()
        ]
        return "centre", {"repairs": ["record_id,party,penalty,applied_on,decided_on,outcome", *rows]}


Step = Delivery | Penalties | Repairs


def requested(step: Step) -> tuple[str, dict[str, list[str]]]:
    """Return source and files of a step."""
    if not isinstance(step, Delivery):
        return step.request
    found = files(step)
    found["enterprises"] = [
        f"{line},{'region_code' if not n else '441283'}" for n, line in enumerate(found["enterprises"])
    ]
    return step.source, found


@dataclass
class History:
    """A service that is asked after every step, and all that it ever answered."""

    town: Town
    answers: dict[tuple[dt.date, str], Any] = field(default_factory=dict)
    moments: list[str] = field(default_factory=list)

    def ask(self, day: dt.date, at: str | None = None) -> Any:
        """Ask everything of a day, as known at an instant or now."""
        about = {
            "code": CODES[0],
            "owner": OWNER,
            "party": SECOND,
            "text": "公司",
            "named": {"party_id": SECOND},
        }
        answer = self.town.ask(
            QUESTIONS, SUPERVISOR, Purpose.SUPERVISION, day=day.isoformat(), at=at, **about
        )
        return answer.data

    def remember(self) -> None:
        """Ask of every day as known now, and hold the service to it."""
        now = {day: self.ask(day) for day in ASKED}
        moment = dt.datetime.now(dt.UTC).isoformat()
        self.moments.append(moment)
        self.answers |= {(day, moment): answer for day, answer in now.items()}

    def hold(self) -> None:
        """Ask all of the past again."""
        for (day, moment), answer in self.answers.items():
            assert _plain(self.ask(day, moment)) == _plain(answer), (
                f"{day} as known at step {self.moments.index(moment)}"
            )


def _plain(answer: Any) -> list[str]:
    """Write an answer in lines, so that a failure shows the one that differs."""
    return json.dumps(answer, ensure_ascii=False, indent=1, sort_keys=True).splitlines()


@contextmanager
def service(url: str, folder: Path) -> Iterator[Town]:
    """Serve an empty store."""
    opened: Service = open_service(
        Settings(store=url, data_dir=folder / "data", request_seconds=600), "serve"
    )
    try:
        issuer = DemoIssuer(folder / "data", "127.0.0.1")
        with served(create_app(opened, issuer.verifier())) as client:
            yield Town(opened, client, issuer)
    finally:
        opened.close()


def replay(url: str, folder: Path, steps: list[Step], *, often: bool = True) -> History:
    """Take the steps one by one; after each, or after the last alone, every answer of before must stand."""
    vault = Vault(folder / "vault", b"v" * 32)
    with service(url, folder) as town:
        history = History(town)
        for n, step in enumerate([BASE, *steps]):
            source, found = requested(step)
            path = write(folder / str(n), found)
            load(town.service.store, LoadRequest("canonical", path, source, step.as_of), vault, KEYS)
            if often:
                history.hold()
            history.remember()
        history.hold()
    return history


OUTCOMES = st.sampled_from(["PENDING", "GRANTED", "REFUSED"])
STATED = st.tuples(
    st.sampled_from([100, 200]), st.sampled_from(["", "", "REVOKED"]), st.sampled_from(["", "2026-02-02"])
)
STEPS = st.one_of(
    LOCAL.filter(lambda d: not d.snapshot),
    OTHER,
    st.builds(Penalties, st.sampled_from(DAYS), st.dictionaries(st.integers(0, 1), STATED, min_size=1)),
    st.builds(
        Repairs,
        st.sampled_from(DAYS),
        st.dictionaries(st.integers(0, 1), st.tuples(st.integers(0, 1), OUTCOMES), min_size=1),
    ),
)


@settings(max_examples=6)
@given(st.lists(STEPS, min_size=2, max_size=5))
def test_any_past_is_answered_by_the_api_as_it_was_then(steps: list[Step]) -> None:
    with TemporaryDirectory() as folder:
        replay(f"embedded:{folder}/graph.kgl", Path(folder), steps)


STORY: list[Step] = [
    Delivery("local", DAYS[1], {0: "甲有限公司"}, {0: (1, 10, 0), 1: (2, 10, 1)}, snapshot=False),
    Repairs(DAYS[1], {0: (0, "PENDING")}),
    Penalties(DAYS[1], {0: (100, "", ""), 1: (100, "", "")}),
    Penalties(DAYS[2], {0: (200, "", "")}),
    Delivery("local", DAYS[2], {0: "乙有限公司"}, {0: (1, 20, 0)}, snapshot=False),
    Repairs(DAYS[2], {0: (0, "GRANTED"), 1: (1, "REFUSED")}),
    Penalties(DAYS[3], {0: (200, "", "2026-02-02"), 1: (100, "REVOKED", "")}),
    Repairs(DAYS[0], {0: (1, "PENDING")}),
]


@pytest.fixture(params=["embedded", pytest.param("neo4j", marks=pytest.mark.neo4j)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "embedded":
        return f"embedded:{tmp_path / 'graph.kgl'}"
    return str(request.getfixturevalue("empty_neo4j"))


def test_a_load_a_correction_and_a_repair_leave_every_past_answer_as_it_was(url: str, tmp_path: Path) -> None:
    history = replay(url, tmp_path, STORY, often=False)
    answers = [answer for (day, _), answer in history.answers.items() if day == ASKED[-1]]
    near = {edge["node"]["node"]["graphId"]: edge["node"]["node"] for edge in answers[-1]["near"]["edges"]}
    assert near["court:p0"]["repairedOn"] == "2026-02-02"
    assert near["centre:r0"]["outcome"] == "GRANTED"
    assert "court:p1" not in near, "a revoked penalty holds on no day"
    assert len({*map(json.dumps, answers)}) == len(STORY) - 1, "a repair waits, and another comes too late"

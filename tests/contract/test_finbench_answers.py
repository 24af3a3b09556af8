"""Answers about the published FinBench sample equal what its files say when they are read without us.

Its records are nobody's here: 989 guarantors, 37 numbers that are a company and a person, and 457 companies that hold
each other in a circle.
"""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import orjson
import pytest

from algorithms.ownership.integrated import integrated_ownership, integrated_ownership_of
from algorithms.ownership.projected import ownership_case
from graph_service.asking import Asking, Question
from graph_service.service import Service, open_service
from graph_service.settings import read_settings
from graph_service.trust.principal import operator
from graph_service.use_cases.guarantees import GuaranteeChainAnswer, follow_guarantees
from tests.reference.finbench import Chain, FinBench, data_rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from algorithms.ownership.integrated import OwnershipResult

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = Path(os.environ.get("FINBENCH_DIR") or ROOT.parent / "shared" / "data" / "finbench_driver")
AS_OF = dt.date(2026, 11, 1)
HALF_WAY = dt.date(2022, 6, 1)  # the sample tells of 2020 to 2022
CIRCLE, GUARANTORS, BOTH = 457, 989, 37

pytestmark = pytest.mark.skipif(
    not (SAMPLE / "Company.csv").is_file(),
    reason=f"the published FinBench sample is not at {SAMPLE}; name its directory in FINBENCH_DIR",
)


@dataclass(frozen=True)
class CommandLine:
    """``python -m graph_service`` on one store and data folder, each command a process of its own."""

    store: str
    data: Path

    def __call__(self, *words: str) -> Any:
        """Return the one JSON object on standard output; anything beside it fails here."""
        command = [sys.executable, "-m", "graph_service", "--store", self.store, "--data", str(self.data)]
        done = subprocess.run([*command, *words, "--json"], cwd=ROOT, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr.decode()
        answer = orjson.loads(done.stdout)
        assert isinstance(answer, dict)
        return answer

    def load(self) -> dict[str, Any]:
        """Load the sample and return the ledgers by file."""
        return {book["file"]: book for book in self("load", "finbench", str(SAMPLE))["files"]}


@dataclass(frozen=True)
class Sample:
    """The sample, loaded by the command line into a store of its own."""

    cli: CommandLine
    ledgers: dict[str, Any]

    @cached_property
    def raw(self) -> FinBench:
        """The same files, read without us."""
        return FinBench(SAMPLE)


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    folder = tmp_path_factory.mktemp("finbench")
    cli = CommandLine(f"embedded:{folder / 'graph.kgl'}", folder / "data")
    return Sample(cli, cli.load())


@pytest.fixture
def service(sample: Sample) -> Iterator[Service]:
    """The service on the loaded sample: opened for one test, so that the command line finds the store free."""
    with opened(sample.cli) as service:
        yield service


@contextmanager
def opened(cli: CommandLine) -> Iterator[Service]:
    service = open_service(read_settings(store=cli.store, data_dir=cli.data), "test")
    yield service
    service.close()


def answered(service: Service, start: str, day: dt.date = AS_OF) -> GuaranteeChainAnswer:
    question = Question(operator(), day)
    return service.answer(
        question, "guaranteeChain", {"id": start}, lambda asking: follow_guarantees(asking, start)
    )


def chain_of(answer: GuaranteeChainAnswer) -> Chain:
    """Reduce an answer to what the files can say; no party comes twice, and no amount is missing."""
    depths = {each.party.id: each.depth for each in answer.reached}
    assert len(depths) == len(answer.reached)
    assert answer.loans_without_amount == 0
    return Chain(depths, answer.loan_count, answer.loan_sum_fen)


def spread(items: list[str], count: int) -> list[str]:
    """Pick some from one end to the other, the same ones each time."""
    return items[:: -(-len(items) // count)]


def telling(raw: FinBench, count: int) -> list[str]:
    """Starts worth a look: the longest chains, a number that is both company and person, and some from everywhere."""
    longest = sorted(raw.guarantors, key=lambda start: -len(raw.chain(start).depths))[:3]
    both = [s for s in raw.guarantors if {s.replace("P:", "E:"), s.replace("E:", "P:")} <= {*raw.guarantors}]
    return sorted({*longest, *both[:2], *spread(raw.guarantors, count - 5)})


def test_the_ledger_of_each_file_equals_its_data_rows(sample: Sample) -> None:
    files = {path.name: data_rows(path) for path in SAMPLE.glob("*.csv")}
    assert {name: book["read"] for name, book in sample.ledgers.items()} == files
    for book in sample.ledgers.values():
        assert book["read"] == book["loaded"] + book["quarantined"]
        assert book["unchanged"] == book["skipped"] == 0
    # Everything is loaded to the last row, but for the accounts whose owner no file of the sample describes.
    refused = {name: book["quarantined"] for name, book in sample.ledgers.items() if book["quarantined"]}
    assert refused == {"CompanyOwnAccount.csv": 78, "PersonOwnAccount.csv": 95}


@pytest.mark.parametrize("day", [AS_OF, HALF_WAY], ids=str)
def test_the_chain_of_every_guarantor_equals_a_walk_over_the_files(
    sample: Sample, service: Service, day: dt.date
) -> None:
    raw = FinBench(SAMPLE, day.isoformat())
    starts = raw.guarantors
    found = {start: chain_of(answered(service, start, day)) for start in starts}
    assert found == {start: raw.chain(start) for start in starts}
    assert any(chain.loan_count > 1 and max(chain.depths.values()) > 1 for chain in found.values())
    assert (len(starts) == GUARANTORS) == (day == AS_OF)


def test_every_hop_of_every_chain_is_a_guarantee_in_the_files(sample: Sample, service: Service) -> None:
    hops = 0
    for start in sample.raw.guarantors:
        answer = answered(service, start)
        depths = {start: 0, **{each.party.id: each.depth for each in answer.reached}}
        for each in answer.reached:
            assert sample.raw.guarantees.has_edge(each.through, each.party.id)
            assert depths[each.through] == each.depth - 1
            assert {(fact.start, fact.end) for fact in each.facts if fact.relationship == "GUARANTOR"} == {
                (each.through, fact.start) for fact in each.facts if fact.relationship == "BENEFICIARY"
            }
            assert {fact.end for fact in each.facts if fact.relationship == "BENEFICIARY"} == {each.party.id}
        hops += len(answer.reached)
    assert hops > GUARANTORS


def test_a_number_that_is_a_company_and_a_person_is_two_parties(service: Service) -> None:
    asking = Asking(Question(operator(), AS_OF), service.rooms)
    numbers = [
        {i.split(":")[2] for i in asking.projection.index[label]} for label in ("LegalEntity", "Person")
    ]
    both = numbers[0] & numbers[1]
    assert len(both) == BOTH
    for number in both:
        company, person = (answered(service, f"{prefix}:finbench:{number}") for prefix in "EP")
        assert (company.start.label, person.start.label) == ("LegalEntity", "Person")
        assert {each.party.label for each in company.reached} <= {"LegalEntity"}
        assert {each.party.label for each in person.reached} <= {"Person"}


def test_the_command_line_answers_a_sample_of_chains_with_one_json_object(sample: Sample) -> None:
    check_by_command_line(sample.cli, sample.raw, telling(sample.raw, 10))


def check_by_command_line(cli: CommandLine, raw: FinBench, starts: list[str]) -> None:
    for start in starts:
        answer = cli("query", "guarantee_chain", "-p", f"id={start}", "--as-of", AS_OF.isoformat())
        assert answer["columns"] == ["id", "depth", "loan_count", "loan_sum_fen"]
        expected = raw.chain(start)
        rows = [
            (party, depth, expected.loan_count, expected.loan_sum_fen)
            for party, depth in expected.depths.items()
        ]
        assert sorted(tuple(row) for row in answer["rows"]) == sorted(rows)


def test_final_shares_over_the_circle_of_457_companies_equal_a_dense_solve(
    sample: Sample, service: Service
) -> None:
    check_final_shares(service, sample.raw)


def check_final_shares(service: Service, raw: FinBench) -> None:
    circle = raw.circle()
    assert len(circle) == CIRCLE
    assert all(member.startswith("E:") for member in circle)
    among = raw.upstream(circle)
    assert {party[0] for party in among - circle} == {"E", "P"}
    expected = raw.final_shares(among)
    asking = Asking(Question(operator(), AS_OF), service.rooms)
    equity, place = ownership_case(asking.view).equity, asking.projection.position
    rows, columns = (np.array([place(i) for i in ids]) for ids in (expected.holders, expected.companies))
    whole, part = integrated_ownership(equity), integrated_ownership_of(equity, columns)
    for result, wanted in ((whole, columns), (part, np.searchsorted(part.targets, columns))):
        assert_sound(result)
        found = result.value[:, wanted].toarray()
        assert np.max(np.abs(found[rows] - expected.shares)) <= 1e-9
        # Nobody beyond those upstream holds anything.
        assert not np.delete(found, rows, axis=0).any()


def assert_sound(result: OwnershipResult) -> None:
    assert result.converged
    assert result.residual <= 1e-9
    assert not len(result.undefined)


@pytest.mark.neo4j
def test_neo4j_gives_the_same_answers(empty_neo4j: str, sample: Sample, tmp_path: Path) -> None:
    cli = CommandLine(empty_neo4j, tmp_path / "data")
    assert cli.load() == sample.ledgers
    starts = telling(sample.raw, 60)
    check_by_command_line(cli, sample.raw, starts[:2])
    with opened(cli) as service:
        assert {start: chain_of(answered(service, start)) for start in starts} == {
            start: sample.raw.chain(start) for start in starts
        }
        check_final_shares(service, sample.raw)

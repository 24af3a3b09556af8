"""``analyze``: everything of one day, for people and as JSON, the same twice and different on another day."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import orjson
import pytest

from loaders.city import CitySpec, write_city
from tests.integration.command_line import CommandLine

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def cli(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    for name in ("STORE", "DATA_DIR", "DEBUG"):
        monkeypatch.delenv(f"GRAPH_SERVICE_{name}", raising=False)
    line = CommandLine(tmp_path / "data", capsys)
    write_city(tmp_path / "city", CitySpec.village(), 1)
    assert line("load", "canonical", tmp_path / "city", "--source", "city", "--quiet").code == 0
    return line


def test_the_riskiest_come_with_reasons_that_add_up(cli: CommandLine) -> None:
    found = orjson.loads(cli("analyze", "--as-of", "2026-11-01", "--json", "--top", 20).out)
    assert found["converged"]
    assert found["at_risk"] > 0
    scores = [profile["score"] for profile in found["riskiest"]]
    assert scores == sorted(scores, reverse=True)
    for profile in found["riskiest"]:
        told = sum(each["amount"] for each in profile["contributions"])
        assert told + profile["remainder"] == pytest.approx(profile["score"], abs=1e-9)
    assert any(seed["facts"] for profile in found["riskiest"] for seed in profile["seeds"])
    assert found["ownership"]["controlled"] > 0
    assert found["ownership"]["holdings"] > 0


def test_the_same_day_twice_is_the_same_and_another_day_is_not(cli: CommandLine) -> None:
    once, twice = (cli("analyze", "--as-of", "2026-11-01", "--json").out for _ in range(2))
    assert once == twice
    before = orjson.loads(cli("analyze", "--as-of", str(dt.date(2019, 1, 1)), "--json").out)
    highest = [found["riskiest"][0]["score"] for found in (before, orjson.loads(once))]
    assert highest[0] < highest[1]


def test_for_people_it_names_parties_rules_and_facts(cli: CommandLine) -> None:
    ended = cli("analyze", "--as-of", "2026-11-01")
    assert ended.code == 0
    for said in ("reached by risk", "facts ", "risk_seeds@"):
        assert said in ended.out
    assert "risk propagation" in ended.err


def test_an_empty_graph_is_analysed_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ended = CommandLine(tmp_path / "data", capsys)("analyze", "--json")
    assert orjson.loads(ended.out)["parties"] == 0

"""Slips of the pen in the plan of the pilot zone (T14) stand nowhere: not in what is declared, served, written or handed out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import pytest

from graph_service.docs import PAGES
from schema.datasets import DATASETS, DEPARTMENTS
from schema.json_schema import dataset_schema, kind_schema
from schema.kinds import KINDS
from tests.integration.command_line import CommandLine

SLIPS = ("醒目准入", "醒目", "数据数库")
"""企业醒目准入信息 for 企业项目准入信息, and 信息数据数库 for 信息数据库."""
DECLARED = ("schema", "loaders", "queries", "algorithms", "graph_service", "docs")


def slips(text: str) -> list[str]:
    return [slip for slip in SLIPS if slip in text]


def declared(root: Path) -> Iterator[tuple[str, str]]:
    """Everything that is declared, served or explained: code, catalogues, rulebooks, definitions and pages."""
    for room in DECLARED:
        for path in sorted((root / room).rglob("*")):
            if path.suffix in {".py", ".toml", ".cypher", ".graphql", ".md", ".json", ".html"}:
                yield str(path.relative_to(root)), path.read_text("utf-8")


def catalogue() -> str:
    told = [(d.code, d.zh, d.note, *d.fields, *d.columns, *d.constants.values()) for d in DATASETS.values()]
    return json.dumps([told, [asdict(d) for d in DEPARTMENTS.values()]], ensure_ascii=False, default=str)


def test_t14_slips_of_the_plan_stand_in_no_declaration_and_on_no_page(root: Path) -> None:
    found = list(declared(root))
    seen = {path for path, _ in found}
    assert {"schema/datasets.toml", "schema/kinds/departments.py", "docs/data-dictionary.md"} <= seen
    assert {*PAGES} <= seen  # the dictionary, the SDL, the formats
    assert [path for path, text in found if slips(text)] == []


def test_t14_the_catalogue_and_the_formats_that_are_served_have_none() -> None:
    assert slips(catalogue()) == []
    schemas = [kind_schema(kind) for kind in KINDS.values()]
    schemas += [dataset_schema(dataset) for dataset in DATASETS.values() if dataset.kind]
    assert slips(json.dumps(schemas, ensure_ascii=False)) == []
    assert "项目准入" in catalogue()
    assert "项目准入" in PAGES["docs/data-dictionary.md"]()


def test_t14_a_template_has_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = CommandLine(tmp_path, capsys)
    for code in DATASETS:
        said = command("load", code, "--template")
        assert slips(said.out + said.err) == []
    assert "project_no" in command("load", "PROJECT_ADMISSION", "--template").out


@pytest.mark.parametrize("slip", SLIPS)
def test_t14_a_slip_is_noticed_wherever_it_is_planted(slip: str, tmp_path: Path) -> None:
    (tmp_path / "schema").mkdir()
    (tmp_path / "schema" / "datasets.toml").write_text(f'zh = "企业{slip}信息"', encoding="utf-8")
    assert [path for path, text in declared(tmp_path) if slips(text)] == ["schema/datasets.toml"]

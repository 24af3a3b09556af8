"""Imports only point down: the contracts of pyproject.toml hold, and each of them can fail."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGES = ("schema", "loaders", "algorithms", "queries", "graph_service")
LINTER = Path(sys.executable).with_name("lint-imports")
DOWN = "Imports only point down"
STORE = "Only queries speaks to a store"
WEB = "Only graph_service speaks HTTP and GraphQL"
PURE = "schema is standard library only"
PLANTED = [
    ("algorithms", "queries", DOWN),
    ("loaders", "algorithms", DOWN),
    ("queries", "graph_service", DOWN),
    ("schema", "loaders", DOWN),
    ("loaders", "neo4j", STORE),
    ("graph_service", "kglite", STORE),
    ("queries", "starlette", WEB),
    ("algorithms", "graphql", WEB),
    ("schema", "numpy", PURE),
]


def _lint(checkout: Path) -> subprocess.CompletedProcess[str]:
    """Run the linter as the Makefile does, without its cache."""
    return subprocess.run(
        [LINTER, "--no-cache"], cwd=checkout, capture_output=True, text=True, timeout=120, check=False
    )


@pytest.fixture(scope="module")
def broken(root: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What the linter says of each broken contract, in a copy of the five packages with every violation planted."""
    copy = tmp_path_factory.mktemp("checkout")
    for package in PACKAGES:
        shutil.copytree(root / package, copy / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(root / "pyproject.toml", copy)
    for package, imported, _ in PLANTED:
        (copy / package / f"planted_{imported}.py").write_text(f"import {imported}\n", encoding="utf-8")
    told = _lint(copy)
    assert told.returncode == 1, told.stdout + told.stderr
    _, _, details = told.stdout.partition("Broken contracts")
    names = re.findall(r"^(.+)\n-+$", details, re.MULTILINE)
    return dict(zip(names, re.split(r"^.+\n-+$", details, flags=re.MULTILINE)[1:], strict=True))


def test_the_layers_hold(root: Path) -> None:
    told = _lint(root)
    assert told.returncode == 0, told.stdout
    assert "0 broken" in told.stdout


@pytest.mark.parametrize(("package", "imported", "contract"), PLANTED)
def test_a_planted_import_breaks_its_contract(
    broken: dict[str, str], package: str, imported: str, contract: str
) -> None:
    assert f"{package}.planted_{imported} -> {imported}" in broken[contract]


def test_s0_23_the_service_loads_at_the_reception_desk_or_from_free_sources_only(root: Path) -> None:
    """Whoever calls ``loaders.load`` himself goes around the agreements."""
    imported = [
        f"{path.name}: {node.module} {name.name}"
        for path in (root / "graph_service").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ImportFrom)
        for name in node.names
        if node.module == "loaders.pipeline"
        or (node.module, name.name) in {("loaders", "load"), ("loaders", "pipeline")}
    ]
    assert imported == []

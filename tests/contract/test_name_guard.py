"""Our package names are common words: no installed distribution may own one of them and shadow it."""

from __future__ import annotations

import tomllib
from importlib.metadata import packages_distributions
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path


def _ours(root: Path) -> set[str]:
    """Return the names that the layer contracts speak of, so that a sixth package is guarded as well."""
    with (root / "pyproject.toml").open("rb") as file:
        return set(tomllib.load(file)["tool"]["importlinter"]["root_packages"])


def _foreign_owners(ours: set[str], installed: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    return {name: sorted(installed[name]) for name in sorted(ours & installed.keys())}


def test_no_distribution_owns_one_of_our_names(root: Path) -> None:
    installed = packages_distributions()
    assert installed["pytest"] == ["pytest"]  # the mapping is not empty, so the next line says something
    assert _foreign_owners(_ours(root), installed) == {}


def test_a_planted_owner_is_found(root: Path) -> None:
    planted = {"pytest": ["pytest"], "schema": ["schema"], "queries": ["sql-queries", "queries"]}
    found = _foreign_owners(_ours(root), planted)
    assert found == {"schema": ["schema"], "queries": ["queries", "sql-queries"]}


def test_the_five_names_are_guarded_and_ours(root: Path) -> None:
    assert _ours(root) == {"schema", "loaders", "algorithms", "queries", "graph_service"}
    assert all((root / name / "__init__.py").is_file() for name in _ours(root))

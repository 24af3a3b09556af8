"""The rows of ``docs/features.toml``, and the tests that prove them."""

from __future__ import annotations

import ast
import re
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from schema.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_ROWS_IN_NAME = re.compile(r"test_((?:(?:s\d+_\d+|t\d+)(?:_|$))+)")
_ROW_IN_NAME = re.compile(r"s(\d+)_(\d+)|t(\d+)")
_DISABLED = frozenset({"skip", "xfail"})


@dataclass(frozen=True)
class Feature:
    """One row that the service must fulfil, or one trap that it must avoid.

    Parameters
    ----------
    id : str
        ``S1-49`` (seed and number) or ``T11`` (trap).
    title : str
        What it is, in a few words.
    complete : bool
        True when somebody checked that the tests cover every criterion of the row.
    kind, priority : str
        E.g. ``rule`` and ``P0``; empty for a trap.
    who : tuple of str
        For whom: L, S, A, I, E, O; empty for a trap.
    """

    id: str
    title: str
    complete: bool = False
    kind: str = ""
    priority: str = ""
    who: tuple[str, ...] = ()


@dataclass(frozen=True)
class Catalogue:
    """All rows and traps, with the names of the seeds that the rows come from."""

    seeds: dict[str, str]
    rows: dict[str, Feature]
    traps: dict[str, Feature]


def read_catalogue(text: str) -> Catalogue:
    """Read ``docs/features.toml``.

    Raises
    ------
    ConfigurationError
        When it is no TOML, or an entry has an unknown or missing key.
    """
    try:
        told = tomllib.loads(text)
        return Catalogue(told["seeds"], _features(told["rows"]), _features(told["traps"]))
    except (tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise ConfigurationError(f"docs/features.toml cannot be read: {error}") from error


def _features(entries: dict[str, dict[str, Any]]) -> dict[str, Feature]:
    return {
        id_: Feature(id=id_, **{**entry, "who": tuple(entry.get("who", ()))})
        for id_, entry in entries.items()
    }


def row_tests(tests: Path) -> dict[str, list[str]]:
    """Return the tests of each row, found by their names.

    A name may carry several rows (``test_s1_49_t11_…``). A test that is skipped or expected to fail proves nothing
    and is left out.

    Parameters
    ----------
    tests : pathlib.Path
        The folder of all tests.

    Returns
    -------
    dict of str to list of str
        Row id to ``unit/test_x.py::test_s1_49_…``, sorted.
    """
    found: dict[str, list[str]] = {}
    for file in sorted(tests.rglob("test_*.py")):
        for name in _test_names(ast.parse(file.read_text(encoding="utf-8"), filename=str(file))):
            for row in rows_of(name):
                found.setdefault(row, []).append(f"{file.relative_to(tests).as_posix()}::{name}")
    return {row: sorted(names) for row, names in found.items()}


def rows_of(name: str) -> list[str]:
    """Return the rows that a test's name begins with: ``test_s1_49_t11_core_borrows`` -> S1-49, T11."""
    prefix = _ROWS_IN_NAME.match(name)
    found = _ROW_IN_NAME.findall(prefix.group(1)) if prefix else []
    return [f"T{trap}" if trap else f"S{seed}-{number.zfill(2)}" for seed, number, trap in found]


def _test_names(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            and node.name.startswith("test_")
            and not any(_disables(decorator) for decorator in node.decorator_list)
        ):
            yield node.name


def _disables(decorator: ast.expr) -> bool:
    target = decorator.func if isinstance(decorator, ast.Call) else decorator
    return isinstance(target, ast.Attribute) and target.attr in _DISABLED

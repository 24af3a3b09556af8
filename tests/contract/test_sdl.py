"""The committed schema definition says what the code says, and cannot break silently."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from graphql import BreakingChange, GraphQLSchema, build_schema, find_breaking_changes

from graph_service.api.schema import sdl

COMMITTED = Path(__file__).resolve().parents[2] / "graph_service" / "schema.graphql"


def committed_last(root: Path) -> str:
    """The definition in the last commit."""
    shown = subprocess.run(
        ["git", "show", "HEAD:graph_service/schema.graphql"], cwd=root, capture_output=True, check=False
    )
    if shown.returncode:
        pytest.skip("There is no commit to compare with.")
    return shown.stdout.decode()


def drift(committed: str, current: str) -> list[str]:
    """Lines that only one of the two has."""
    return sorted(set(committed.splitlines()) ^ set(current.splitlines())) if committed != current else []


def breaking(before: str, after: str) -> list[BreakingChange]:
    """Changes that break a client, unless what is gone was deprecated before."""
    old, new = build_schema(before), build_schema(after)
    return [each for each in find_breaking_changes(old, new) if not _announced(old, each)]


def _announced(old: GraphQLSchema, change: BreakingChange) -> bool:
    named = re.search(r"(\w+)\.(\w+)", change.description)
    found = getattr(old.type_map.get(named[1]), "fields", {}).get(named[2]) if named else None
    return getattr(found, "deprecation_reason", None) is not None


def test_the_committed_schema_is_the_one_that_is_served() -> None:
    found = drift(COMMITTED.read_text("utf-8"), sdl())
    assert not found, f"Write it anew with `python -m graph_service docs`: {found[:10]}"


def test_drift_is_noticed() -> None:
    assert drift(sdl(), sdl().replace("type Query {", "type Query {\n  planted: Int"))
    assert drift(sdl(), sdl()) == []


def test_nothing_breaks_that_was_not_deprecated_in_the_last_commit(root: Path) -> None:
    assert [each.description for each in breaking(committed_last(root), sdl())] == []


def test_a_breaking_change_is_noticed_unless_it_was_announced() -> None:
    before = 'type Query { kept: Int gone: Int old: Int @deprecated(reason: "use kept") }'
    found = breaking(before, "type Query { kept: Int }")
    assert [each.description for each in found] == ["Field Query.gone was removed."]
    assert breaking(sdl(), sdl()) == []

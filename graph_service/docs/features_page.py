"""``docs/features.md``: every row, the tests that prove it, and how far it is."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from graph_service.docs.features import Catalogue, Feature, read_catalogue, row_tests
from schema.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

WORKS, PARTLY, NOT_YET = "works", "partly", "not yet"
Tests = dict[str, list[str]]

_INTRODUCTION = """\
# What works 功能对照

Written by `make docs` from `features.toml` and from the names of the tests; a test fails when this page is stale.
**works**: the tests cover every criterion of the row. **partly**: some are tested. **not yet**: none is.
For whom: L lender, S supervisor, A analyst, I integration, E enterprise or household, O operator.
"""


def features_page(root: Path) -> str:
    """Render the page of a checkout.

    Raises
    ------
    ConfigurationError
        When a test names a row that does not exist, or a row is called complete without a test.
    """
    catalogue = read_catalogue((root / "docs" / "features.toml").read_text(encoding="utf-8"))
    return render(catalogue, row_tests(root / "tests"))


def render(catalogue: Catalogue, tests: Tests) -> str:
    """Render the page from its two sources; the same input gives the same bytes."""
    _check(catalogue, tests)
    parts = [_INTRODUCTION, _summary(catalogue, tests)]
    for seed, name in catalogue.seeds.items():
        rows = [row for row in catalogue.rows.values() if row.id.startswith(f"{seed}-")]
        parts.append(f"## {seed} {name}\n\n{_table(rows, tests)}")
    parts.append(f"## Traps\n\n{_table(catalogue.traps.values(), tests)}")
    return "\n".join(parts)


def status(feature: Feature, tests: Tests) -> str:
    """Return how far a row is."""
    if not tests.get(feature.id):
        return NOT_YET
    return WORKS if feature.complete else PARTLY


def _check(catalogue: Catalogue, tests: Tests) -> None:
    known = catalogue.rows | catalogue.traps
    for row in sorted(tests.keys() - known.keys()):
        raise ConfigurationError(f"{tests[row][0]} names {row}, which is no row of docs/features.toml.")
    for feature in known.values():
        if feature.complete and feature.id not in tests:
            raise ConfigurationError(f"docs/features.toml calls {feature.id} complete, but no test names it.")
        if feature.priority and feature.id.split("-")[0] not in catalogue.seeds:
            raise ConfigurationError(f"docs/features.toml: {feature.id} belongs to no seed.")


def _summary(catalogue: Catalogue, tests: Tests) -> str:
    groups: dict[str, list[Feature]] = {}
    for row in catalogue.rows.values():
        groups.setdefault(row.priority, []).append(row)
    groups = dict(sorted(groups.items())) | {"traps": list(catalogue.traps.values())}
    lines = [_line("", WORKS, PARTLY, NOT_YET, "all"), _line("---", *["---:"] * 4)]
    for name, features in groups.items():
        count = Counter(status(feature, tests) for feature in features)
        lines.append(
            _line(name, *(str(count[state]) for state in (WORKS, PARTLY, NOT_YET)), str(len(features)))
        )
    return "\n".join(lines) + "\n"


def _table(features: Iterable[Feature], tests: Tests) -> str:
    lines = [_line("Row", "What", "Kind", "For", "Tests", "Status"), _line(*["---"] * 6)]
    for feature in features:
        proofs = "<br>".join(f"`{test}`" for test in tests.get(feature.id, ()))
        kind = f"{feature.kind} {feature.priority}".strip()
        lines.append(
            _line(feature.id, feature.title, kind, " ".join(feature.who), proofs, status(feature, tests))
        )
    return "\n".join(lines) + "\n"


def _line(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"

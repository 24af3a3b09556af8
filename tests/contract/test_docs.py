"""Documentation is tested: generated pages say what the code says, and every command that is written down exists."""

from __future__ import annotations

import dataclasses
import re
import shlex
from typing import TYPE_CHECKING

import pytest

from graph_service.cli.app import APP
from graph_service.docs import PAGES, stale_pages, write_pages
from graph_service.docs.data_dictionary import data_dictionary
from graph_service.docs.markdown import table
from graph_service.docs.query_catalogue import query_catalogue as render_queries
from graph_service.docs.settings_page import settings_page
from graph_service.settings import Settings
from queries.catalogue import catalogue
from schema.edges import EDGES
from schema.kinds import KINDS
from schema.nodes import NODES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_FENCE = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
_TARGET = re.compile(r"^([a-z][\w-]*):", re.MULTILINE)


def commands_in(text: str) -> Iterator[str]:
    """Return the lines of the ``sh`` blocks that call the program or make, without prompts and comments."""
    for block in _FENCE.findall(text):
        for line in block.replace("\\\n", " ").splitlines():
            command = line.removeprefix("$ ").strip()
            if command.startswith(("python -m graph_service", ".venv/bin/python -m graph_service", "make ")):
                yield command


def wrong_with(command: str, makefile: str) -> str | None:
    """Say why a command would not be understood; None when it would."""
    words = shlex.split(command, comments=True)
    if words[0] == "make":
        unknown = [word for word in words[1:] if "=" not in word and word not in _TARGET.findall(makefile)]
        return f"no make target {unknown[0]}" if unknown else None
    try:
        APP.meta.parse_args(words[3:], exit_on_error=False, print_error=False)
        tokens, _ = _without_globals(words[3:])
        APP.parse_args(tokens, exit_on_error=False, print_error=False)
    except Exception as error:  # noqa: BLE001 - whatever the parser says is what the user would see
        return str(error)
    return None


def _without_globals(words: list[str]) -> tuple[list[str], dict[str, object]]:
    _, bound, _ = APP.meta.parse_args(words, exit_on_error=False, print_error=False)
    return list(bound.args), dict(bound.kwargs)


def _documents(root: Path) -> list[Path]:
    return [*sorted(root.glob("*.md")), *sorted((root / "docs").glob("*.md"))]


@pytest.fixture(scope="module")
def stale(root: Path) -> list[str]:
    """The pages of the checkout that are not up to date."""
    return stale_pages(root)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with all pages up to date."""
    folder = tmp_path_factory.mktemp("pages")
    write_pages(folder)
    return folder


@pytest.mark.parametrize("page", PAGES)
def test_every_generated_page_is_up_to_date(stale: list[str], page: str) -> None:
    assert page not in stale, "run `make docs`"


@pytest.mark.parametrize("page", PAGES)
def test_a_planted_drift_is_found(written: Path, page: str) -> None:
    path = written / page
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("| --- |", "| -- |", 1) + "\n", encoding="utf-8")
    try:
        assert stale_pages(written) == [page]
    finally:
        path.write_text(text, encoding="utf-8", newline="\n")


def test_a_planted_column_changes_the_data_dictionary(monkeypatch: pytest.MonkeyPatch) -> None:
    kind = KINDS["penalties"]
    shorter = dataclasses.replace(kind, columns=kind.columns[1:])
    before = data_dictionary()
    monkeypatch.setitem(KINDS, "penalties", shorter)
    assert data_dictionary() != before


def test_the_data_dictionary_names_every_kind_column_node_and_relationship() -> None:
    page = data_dictionary()
    for kind in KINDS.values():
        section = page.partition(f"\n## {kind.name} {kind.zh}\n")[2].partition("\n## ")[0]
        named = {*kind.headers} - {"record_id", "valid_from", "valid_to"}
        assert {name for name in named if f"| `{name}` |" not in section} == set(), kind.name
    for name in (*NODES, *EDGES):
        assert f"\n## {name} " in page


def test_the_query_page_names_every_query_with_its_parameters_and_columns() -> None:
    page = render_queries()
    for name, query in catalogue().items():
        assert name in page
        assert query.header.question[1:] in page
    assert "## guarantee_chain" in page


def test_a_planted_query_changes_the_query_page() -> None:
    queries = dict(catalogue())
    name, query = next(iter(queries.items()))
    queries[name] = dataclasses.replace(
        query, header=dataclasses.replace(query.header, question="what else?")
    )
    assert render_queries(queries) != render_queries()


def test_every_setting_is_documented() -> None:
    page = settings_page()
    for name, info in Settings.model_fields.items():
        assert f"| `GRAPH_SERVICE_{name.upper()}` |" in page
        assert info.description, f"the setting {name} says nothing of itself"


def test_every_command_that_is_written_down_exists(root: Path) -> None:
    makefile = (root / "Makefile").read_text(encoding="utf-8")
    wrong = [
        f"{path.name}: {command}: {said}"
        for path in _documents(root)
        for command in commands_in(path.read_text(encoding="utf-8"))
        if (said := wrong_with(command, makefile))
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("make demo ARGS=--no-serve", None),
        ("make party", "no make target party"),
        ("python -m graph_service load enterprises a.csv --json", None),
        ("python -m graph_service --store embedded:x query guarantee_chain -p id=E:1 --json", None),
        ("python -m graph_service audit verify --data .data", None),
        ("python -m graph_service lod enterprises a.csv", 'Unknown command "lod"'),
        ("python -m graph_service load", "KIND"),
        ("python -m graph_service doctor --fix", "--fix"),
    ],
)
def test_a_planted_wrong_command_is_found(root: Path, command: str, said: str | None) -> None:
    text = f"text\n```sh\n$ {command}  # as planted\n```\n"
    (found,) = commands_in(text)
    wrong = wrong_with(found, (root / "Makefile").read_text(encoding="utf-8"))
    assert (wrong is None) if said is None else (wrong is not None and said in wrong)


def test_a_bar_in_a_cell_does_not_break_a_table() -> None:
    assert table(("a",), [("x | y\nz",)]) == "| a |\n| --- |\n| x \\| y z |\n"

"""The catalogue reads its headers as contracts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from queries import catalogue as module
from queries.catalogue import catalogue, check_params, named
from schema.errors import ConfigurationError, InputError

GOOD = "// {name}: which?\n// params: $a STRING?\n// returns: a STRING?\n// bounds: {bounds}\n// access: admin\nRETURN $a AS a\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A catalogue of its own."""
    monkeypatch.setattr(module, "FOLDER", tmp_path)
    catalogue.cache_clear()
    yield tmp_path
    catalogue.cache_clear()


def _write(folder: Path, place: str, name: str, bounds: str = "1 row") -> None:
    path = folder / place
    path.parent.mkdir(exist_ok=True)
    path.write_text(GOOD.format(name=name, bounds=bounds))


@pytest.mark.parametrize(
    ("bounds", "most"),
    [("500 rows", 500), ("2 hops, 20 rows", 20), ("1 row", 1), ("$limit rows", None), ("3 hops", None)],
)
def test_the_bound_on_rows_is_read(folder: Path, bounds: str, most: int | None) -> None:
    _write(folder, "a/one.cypher", "one", bounds)
    assert named("one").most == most
    assert named("one").subject == "a"


def test_a_name_is_used_once_and_is_the_files(folder: Path) -> None:
    _write(folder, "a/one.cypher", "two")
    with pytest.raises(ConfigurationError, match=r"a/one\.cypher"):
        catalogue()


def test_two_files_of_one_name_are_refused(folder: Path) -> None:
    _write(folder, "a/one.cypher", "one")
    _write(folder, "b/one.cypher", "one")
    with pytest.raises(ConfigurationError, match=r"b/one\.cypher"):
        catalogue()


def test_a_file_without_a_header_is_refused(folder: Path) -> None:
    (folder / "one.cypher").write_text("RETURN 1 AS one\n")
    with pytest.raises(ConfigurationError, match=r"one\.cypher"):
        catalogue()


def test_an_optional_parameter_takes_none_but_must_be_named(folder: Path) -> None:
    _write(folder, "a/one.cypher", "one")
    assert check_params(named("one"), {"a": None}) == {"a": None}
    with pytest.raises(InputError, match="needs the parameters a"):
        check_params(named("one"), {})


def test_the_projects_own_catalogue_is_readable() -> None:
    assert {"enterprise_by_uscc", "direct_owners", "runs"} <= catalogue().keys()

"""Long sequences on disk: what goes in comes out, and nothing of it stands there in clear."""

from __future__ import annotations

import gc
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loaders import spool
from loaders.hashed import Hashed, hashes_of
from loaders.spool import Spool, Spooling, parts_of, spooled
from schema.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Iterator

NUMBERS = st.lists(st.lists(st.integers(), min_size=1, max_size=4), max_size=8)


@pytest.fixture
def short_parts(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let a part hold three values, so that little is much."""
    monkeypatch.setattr(spool, "PART", 3)
    yield
    gc.collect()


@given(NUMBERS)
def test_a_spool_is_the_list_of_its_parts(parts: list[list[int]]) -> None:
    kept: Spool[int] = Spool()
    for part in parts:
        kept.add(part)
    flat = [value for part in parts for value in part]
    assert [*kept] == flat
    assert [*parts_of(kept)] == parts
    assert len(kept) == len(flat)
    assert [kept[i] for i in range(len(flat))] == flat
    assert [kept[-1 - i] for i in range(len(flat))] == flat[::-1]
    assert kept[1:3] == flat[1:3]
    kept.rest()
    assert [*kept] == flat
    with pytest.raises(IndexError):
        kept[len(flat)]


@pytest.mark.usefixtures("short_parts")
@pytest.mark.parametrize("count", [0, 1, 3, 4, 10])
def test_a_short_sequence_stays_a_list(count: int) -> None:
    kept = spooled(range(count))
    assert [*kept] == [*range(count)]
    assert isinstance(kept, list) == (count < 3)


@pytest.mark.usefixtures("short_parts")
def test_what_is_on_disk_has_no_name_and_is_sealed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    spooling: Spooling[str] = Spooling()
    for n in range(9):
        spooling.append(f"44120019900101{n:04}")
    kept = spooling.done()
    assert isinstance(kept, Spool)
    assert [*tmp_path.iterdir()] == []
    assert kept._file is not None
    assert b"441200" not in os.pread(kept._file.fileno(), 1 << 20, 0)
    assert kept[8] == "441200199001010008"


@pytest.mark.usefixtures("short_parts")
def test_a_disk_that_refuses_is_named_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path / "gone"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "gone"))
    with pytest.raises(ConfigurationError, match="TMPDIR"):
        spooled(range(10))


@given(st.lists(st.lists(st.integers(0, 30), max_size=9), max_size=9), st.lists(st.integers(0, 40)))
def test_hashes_remember_the_number_of_the_first(parts: list[list[int]], asked: list[int]) -> None:
    hashed, twin, number = Hashed(), {}, 0
    for part in parts:
        numbers = [*range(number, number + len(part))]
        number += len(part)
        hashed.add(hashes_of(part), hashes_of(numbers))
        for value, n in zip(part, numbers, strict=True):
            twin.setdefault(value, n)
    assert hashed.find(hashes_of(asked)).tolist() == [twin.get(value, -1) for value in asked]

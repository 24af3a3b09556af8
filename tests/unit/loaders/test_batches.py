"""A stream cut into batches: nothing lost, nothing doubled, and cut alike however it comes in pieces."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loaders.ingest.batches import LONGEST_ROW, Batch, Cutter, Format
from loaders.readers.tabular import read_rows
from schema.errors import InputError

CELLS = st.text(
    st.characters(codec="utf-8", exclude_characters="\x00\r", exclude_categories=("Cs",)), max_size=8
)


def cut(form: Format, content: bytes, sizes: list[int], rows: int) -> list[Batch]:
    cutter, found, begin = Cutter(form, rows), list[Batch](), 0
    for size in [*sizes, len(content)]:
        found += cutter.feed(content[begin : begin + size])
        begin += size
    return [*found, *cutter.finish()]


@given(
    st.lists(st.tuples(CELLS, CELLS), max_size=30),
    st.lists(st.integers(0, 40), max_size=20),
    st.integers(1, 7),
)
def test_csv_rows_come_through_whole_with_their_lines(
    rows: list[tuple[str, str]], sizes: list[int], most: int
) -> None:
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerows([("a", "b"), *rows])
    content = text.getvalue().encode()
    batches = cut(Format.CSV, content, sizes, most)
    assert batches == cut(Format.CSV, content, [], most)
    whole = read_rows(content, "whole")
    parts = [(read_rows(batch.content, "part"), batch.shift) for batch in batches]
    assert [row for part, _ in parts for row in part.rows] == whole.rows
    assert [line + shift for part, shift in parts for line in part.lines] == whole.lines
    assert all(len(part) <= most for part, _ in parts)


@given(
    st.lists(st.integers(0, 10**6), min_size=1, max_size=30), st.lists(st.integers(0, 40)), st.integers(1, 7)
)
def test_ndjson_keeps_every_byte(numbers: list[int], sizes: list[int], most: int) -> None:
    content = "\n".join(f'{{"a": {n}}}' for n in numbers).encode()
    batches = cut(Format.NDJSON, content, sizes, most)
    assert b"".join(batch.content for batch in batches) == content
    assert [batch.shift for batch in batches] == [*range(0, len(numbers), most)]


def test_blank_lines_count_as_lines_and_not_as_batches() -> None:
    assert cut(Format.NDJSON, b"\n\n{}\n\n", [], 5) == [Batch(b"{}\n\n", 2)]
    assert cut(Format.NDJSON, b" \n\n", [], 5) == []
    assert cut(Format.CSV, b"a,b\n\n\n1,2\n", [], 5) == [Batch(b"a,b\n1,2\n", 2)]
    assert [batch.content for batch in cut(Format.CSV, b"a,b", [], 5)] == [b"a,b\n"]
    assert cut(Format.CSV, b"", [], 5) == []


def test_a_row_without_an_end_is_refused() -> None:
    cutter = Cutter(Format.CSV)
    list(cutter.feed(b'a,b\n1,2\n"'))
    with pytest.raises(InputError, match="row in line 3 is longer"):
        list(cutter.feed(b"x" * (LONGEST_ROW + 1)))

from __future__ import annotations

import pytest

from loaders.readers.delimited import read_delimited
from schema.errors import FileRefused


def test_rows_know_the_line_where_they_begin() -> None:
    rows = read_delimited('a,b\n1,"two\nlines"\n\n3,4\n', "f.csv")
    assert rows.rows == [["1", "two\nlines"], ["3", "4"]]
    assert rows.lines == [2, 5]


def test_ragged_rows_are_found_and_give_no_values() -> None:
    rows = read_delimited("a,b\n1,2\n1\n1,2,3\n 4 , 5 \n", "f.csv")
    assert rows.ragged == {1, 2}
    assert rows.column("a") == ["1", "", "", "4"]


def test_a_header_alone_is_a_file_without_rows() -> None:
    assert len(read_delimited("a,b\n", "f.csv")) == 0


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a,b,a\n1,2,3\n", "repeats a"),
        ("a,,b\n1,2,3\n", "column 2 of the header has no name"),
        ("a;b\n1;2\n", "delimited by a semicolon; a comma is expected"),
        ('a,b\n1,"open\n', r"f\.csv, line 2"),
        ('a,b\n1,2\n1,"x"y\n', r"f\.csv, line 3"),
    ],
)
def test_a_file_that_cannot_be_split_is_refused(text: str, says: str) -> None:
    with pytest.raises(FileRefused, match=says):
        read_delimited(text, "f.csv")

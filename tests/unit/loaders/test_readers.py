"""The same rows, however they were written: CSV, workbook, NDJSON, Parquet."""

from __future__ import annotations

import contextlib
import io
import random
from collections.abc import Callable
from datetime import date

import polars as pl
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from loaders.readers import parquet, workbook
from loaders.readers.tabular import read_rows
from schema.errors import FileRefused

HEADER = ["record_id", "name", "amount_fen", "signed_on"]
ROWS = [["r1", "宏远机械", "9007199254740993", "2026-11-01"], ["r2", "", "100", ""]]


def csv_of(header: list[str], rows: list[list[str]]) -> bytes:
    return "\n".join(",".join(row) for row in (header, *rows)).encode("gb18030")


def ndjson_of(header: list[str], rows: list[list[str]]) -> bytes:
    keep = {"amount_fen"}
    lines = (
        ",".join(
            f'"{key}": {cell if key in keep and cell else f"{chr(34)}{cell}{chr(34)}" if cell else "null"}'
            for key, cell in zip(header, row, strict=True)
        )
        for row in rows
    )
    return "\n".join(f"{{{line}}}" for line in lines).encode()


def workbook_of(header: list[str], rows: list[list[str]], *, sheets: int = 1) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    for _ in range(sheets):
        sheet = book.add_worksheet()
        for n, row in enumerate((header, *rows)):
            for m, cell in enumerate(row):
                sheet.write_string(n, m, cell)
    book.add_worksheet()
    book.close()
    return out.getvalue()


def parquet_of(header: list[str], rows: list[list[str]]) -> bytes:
    out = io.BytesIO()
    columns = dict(zip(header, zip(*rows, strict=True), strict=True))
    frame = pl.DataFrame({k: [c or None for c in v] for k, v in columns.items()})
    frame.with_columns(pl.col("amount_fen").cast(pl.Int64), pl.col("signed_on").str.to_date()).write_parquet(
        out
    )
    return out.getvalue()


@pytest.mark.parametrize("write", [csv_of, ndjson_of, workbook_of, parquet_of])
def test_every_form_gives_the_same_rows(write: Callable[[list[str], list[list[str]]], bytes]) -> None:
    found = read_rows(write(HEADER, ROWS), "orders")
    assert found.header == tuple(HEADER)
    assert found.rows == ROWS
    first = 1 if write is ndjson_of else 2
    assert found.lines == [first, first + 1]


def test_cells_of_a_workbook_become_what_they_would_be_in_csv() -> None:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet()
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    sheet.write_row(0, 0, ["number", "ratio", "on", "yes", "long"])
    sheet.write_number(2, 0, 12)
    sheet.write_number(2, 1, 0.25)
    sheet.write_datetime(2, 2, date(2026, 11, 1), day)
    sheet.write_boolean(2, 3, True)
    sheet.write_number(2, 4, 91440101190492222000)
    book.close()
    found = read_rows(out.getvalue(), "book.xlsx")
    assert found.rows == [["12", "0.25", "2026-11-01", "true", "9.144010119049223E+19"]]
    assert found.lines == [3]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (workbook_of(HEADER, ROWS, sheets=2), "one sheet a file"),
        (workbook_of([], []), "no header line"),
        (b"PK\x03\x04 no workbook", "no workbook that can be read"),
        (b"PAR1 damaged PAR1", "no Parquet file"),
    ],
)
def test_a_damaged_or_ambiguous_file_is_refused_with_its_reason(content: bytes, said: str) -> None:
    with pytest.raises(FileRefused, match=said):
        read_rows(content, "file")


@given(
    st.binary(max_size=400),
    st.sampled_from([b"", b"PK\x03\x04", b"PAR1", b"{", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"]),
)
def test_no_bytes_at_all_crash_a_reader(content: bytes, head: bytes) -> None:
    try:
        found = read_rows(head + content, "file")
    except FileRefused:
        return
    assert len(found.rows) == len(found.lines)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ('{"a": ', "json.form"),
        ("[1]", "json.object"),
        ('{"a": 1, "a": 2}', "json.repeated_key"),
        ('{"a": [1]}', "json.nested"),
        ('{"a": "\\ud800"}', "json.half_character"),
        ('{"\\udc00": 1}', "json.half_character"),
    ],
)
def test_a_line_that_is_no_object_is_a_row_that_is_refused(line: str, code: str) -> None:
    rows = read_rows(f'{{"a": 1}}\n{line}\n{{"a": 2}}\n'.encode(), "x.ndjson")
    assert (rows.header, rows.lines, len(rows)) == (("a",), [1, 2, 3], 3)
    assert {place: [fault.code for fault in faults] for place, faults in rows.faults.items()} == {1: [code]}
    assert rows.column("a")[::2] == ["1", "2"]
    "".join(rows.rows[1]).encode()


def test_no_damage_of_a_parquet_file_ends_more_than_its_decoder() -> None:
    """These mutations of a small file make the decoder panic, or ask for more memory than any machine has."""
    out = io.BytesIO()
    pl.DataFrame(
        {"record_id": ["1", "2"], "name": ["甲", "乙"], "x": [1, 2], "d": [1.5, None]}
    ).write_parquet(out)
    for seed in range(12):
        chosen = random.Random(seed)
        damaged = bytearray(out.getvalue())
        for _ in range(3):
            damaged[chosen.randrange(4, len(damaged))] = chosen.randrange(256)
        with contextlib.suppress(FileRefused):
            read_rows(bytes(damaged), "x.parquet")


def test_what_unpacks_to_more_than_there_is_memory_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        book.add_worksheet().write_row(0, 0, ["a", "b"])
    monkeypatch.setattr(workbook, "MOST_UNPACKED", 100)
    with pytest.raises(FileRefused, match="unpacks to"):
        read_rows(out.getvalue(), "x.xlsx")
    out = io.BytesIO()
    pl.DataFrame({"a": ["1"] * 5, "b": ["2"] * 5}).write_parquet(out)
    monkeypatch.setattr(parquet, "MOST_CELLS", 9)
    with pytest.raises(FileRefused, match="10 cells"):
        read_rows(out.getvalue(), "x.parquet")

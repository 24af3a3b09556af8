"""Tables that go wrong: cells, columns and rows are changed, then the table is written in a format that a loader reads."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

import polars as pl
import xlsxwriter
from hypothesis import strategies as st

from tests.property.fuzzing.nasty import CELLS


@dataclass(frozen=True)
class Sheet:
    """A header and its rows."""

    header: list[str]
    rows: list[list[str]]

    @classmethod
    def of_text(cls, text: str, delimiter: str = ",") -> Sheet:
        """Read delimited text."""
        header, *rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        return cls(header, rows)

    def without(self, *columns: str) -> Sheet:
        """Return it without some columns."""
        kept = [i for i, column in enumerate(self.header) if column not in columns]
        return Sheet(
            [self.header[i] for i in kept], [[row[i] for i in kept if i < len(row)] for row in self.rows]
        )


Spoiling = Callable[[st.DrawFn, Sheet], Sheet]


# what goes wrong in a table -------------------------------------------------------------------------------------------
def _place(draw: st.DrawFn, of: list[Any]) -> int:
    return draw(st.integers(0, len(of) - 1))


def _cell(draw: st.DrawFn, sheet: Sheet) -> Sheet:
    rows = [[*row] for row in sheet.rows]
    row = rows[_place(draw, rows)]
    if row:
        row[_place(draw, row)] = draw(CELLS)
    return Sheet(sheet.header, rows)


def _beside(draw: st.DrawFn, sheet: Sheet) -> Sheet:
    """A text gets something before, after or instead of a part of it."""
    rows = [[*row] for row in sheet.rows]
    row = rows[_place(draw, rows)]
    if row:
        at, other = _place(draw, row), draw(CELLS)
        row[at] = draw(st.sampled_from([row[at] + other, other + row[at], row[at][:-1], row[at].lower()]))
    return Sheet(sheet.header, rows)


def _filled_column(draw: st.DrawFn, sheet: Sheet) -> Sheet:
    at, text = _place(draw, sheet.header), draw(CELLS)
    return Sheet(sheet.header, [[*row[:at], text, *row[at + 1 :]] for row in sheet.rows])


def _swapped_cells(draw: st.DrawFn, sheet: Sheet) -> Sheet:
    """A value of one column stands in another."""
    rows = [[*row] for row in sheet.rows]
    row = rows[_place(draw, rows)]
    if row:
        one, other = _place(draw, row), _place(draw, row)
        row[one], row[other] = row[other], row[one]
    return Sheet(sheet.header, rows)


def _lost_column(draw: st.DrawFn, sheet: Sheet) -> Sheet:
    return sheet.without(draw(st.sampled_from(sheet.header))) if len(sheet.header) > 1 else sheet


def _doubled_column(draw: st.DrawFn, sheet: Sheet) -> Sheet:
    at = _place(draw, sheet.header)
    name = draw(st.sampled_from([sheet.header[at], sheet.header[at] + "_1", "又", ""]))
    return Sheet([*sheet.header, name], [[*row, *row[at : at + 1]] for row in sheet.rows])


def _renamed_column(draw: st.DrawFn, sheet: Sheet) -> Sheet:
    at = _place(draw, sheet.header)
    header = [*sheet.header]
    header[at] = draw(CELLS | st.sampled_from([f" {header[at]} ", header[at].upper(), "\ufeff" + header[at]]))
    return Sheet(header, sheet.rows)


def _ordered_columns(draw: st.DrawFn, sheet: Sheet) -> Sheet:
    order = draw(st.permutations(range(len(sheet.header))))
    rows = [[row[i] for i in order if i < len(row)] for row in sheet.rows]
    return Sheet([sheet.header[i] for i in order], rows)


def _lost_row(draw: st.DrawFn, sheet: Sheet) -> Sheet:
    at = _place(draw, sheet.rows)
    return Sheet(sheet.header, [*sheet.rows[:at], *sheet.rows[at + 1 :]])


def _doubled_row(draw: st.DrawFn, sheet: Sheet) -> Sheet:
    at = draw(st.integers(0, len(sheet.rows)))
    again = [*draw(st.sampled_from(sheet.rows))]
    return Sheet(sheet.header, [*sheet.rows[:at], again, *sheet.rows[at:]])


def _ordered_rows(draw: st.DrawFn, sheet: Sheet) -> Sheet:
    return Sheet(sheet.header, draw(st.permutations(sheet.rows)))


def _cut_row(draw: st.DrawFn, sheet: Sheet) -> Sheet:
    rows = [[*row] for row in sheet.rows]
    at = _place(draw, rows)
    rows[at] = draw(st.sampled_from([rows[at][:-1], [*rows[at], "多"], [*rows[at], ""], [], [""], ["甲"]]))
    return Sheet(sheet.header, rows)


def _header_again(_: st.DrawFn, sheet: Sheet) -> Sheet:
    return Sheet(sheet.header, [*sheet.rows, [*sheet.header]])


_COMMON: Final[tuple[Spoiling, ...]] = (_cell, _beside, _swapped_cells, _doubled_row, _cut_row)
_RARE: Final[tuple[Spoiling, ...]] = (
    _filled_column,
    _lost_column,
    _doubled_column,
    _renamed_column,
    _ordered_columns,
    _lost_row,
    _ordered_rows,
    _header_again,
)


@st.composite
def spoilt(draw: st.DrawFn, sheet: Sheet) -> Sheet:
    """Change a table in up to five ways."""
    for spoil in draw(st.lists(st.sampled_from(_COMMON * 6 + _RARE), max_size=5)):
        sheet = spoil(draw, sheet) if sheet.rows else sheet
    return sheet


# how it is written ----------------------------------------------------------------------------------------------------
@st.composite
def delimited(draw: st.DrawFn, sheet: Sheet, delimiter: str = ",") -> bytes:
    """Write a table as delimited text in some encoding, with some line ends."""
    out = io.StringIO(newline="")
    writer = csv.writer(
        out,
        delimiter=draw(st.sampled_from([delimiter] * 30 + [";"])),
        lineterminator="\r\n",
        quoting=draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])),
    )
    writer.writerows([sheet.header, *sheet.rows])
    *lines, last = out.getvalue().split("\r\n")
    ends = draw(st.lists(st.sampled_from(["\n", "\r\n", "\r", "\n\n"]), min_size=1, max_size=3))
    return draw(encoded("".join(line + ends[n % len(ends)] for n, line in enumerate(lines)) + last))


@st.composite
def encoded(draw: st.DrawFn, text: str) -> bytes:
    """Write a text in one of the two encodings that are read, or in another."""
    usual = ["utf-8", "utf-8", "utf-8-sig", "gb18030"]
    encoding = draw(st.sampled_from([*usual * 6, "utf-16", "latin-1"]))
    half = "surrogatepass" if encoding.startswith("utf") else "replace"
    return text.encode(encoding, half)


@st.composite
def lines_of_json(draw: st.DrawFn, sheet: Sheet) -> bytes:
    """Write a table as one object a line, some of whose values are no texts."""
    lines = []
    for row in sheet.rows:
        pairs = [*zip(sheet.header, row, strict=False)]
        written = [f"{json.dumps(name)}: {draw(_json_of(value))}" for name, value in pairs]
        lines.append("{" + ", ".join(written) + "}")
    return draw(encoded("\n".join(lines) + "\n"))


def _json_of(text: str) -> st.SearchStrategy[str]:
    usual = st.just(json.dumps(text))
    odd = st.sampled_from(
        ["null", "true", "1e400", "NaN", "-0.0", "[]", '{"a": 1}', "0.10", "9" * 400, '""', ""]
    )
    return st.integers(0, 30).flatmap(lambda n: usual if n else odd)


@st.composite
def workbook(draw: st.DrawFn, sheet: Sheet) -> bytes:
    """Write a table as a real workbook whose cells have types of their own."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True, "nan_inf_to_errors": True}) as book:
        book.set_properties({"created": dt.datetime(2026, 1, 1)})  # else no two workbooks are equal
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        page = book.add_worksheet()
        for at, line in enumerate([sheet.header, *sheet.rows]):
            for column, text in enumerate(line):
                _write_cell(page, at, column, draw(_cell_of(text)), day)
        if draw(st.integers(0, 9)) == 9:
            book.add_worksheet("又").write_string(2, 2, draw(st.sampled_from(["", "甲"])))
    return content.getvalue()


_FORMULA: Final = "=1+1"
_TYPED: Final = (
    True,
    0,
    1.5,
    -0.0,
    1e300,
    2**53 + 0.0,
    dt.datetime(2023, 2, 3),
    dt.datetime(9999, 12, 31),
    _FORMULA,
    None,
)


def _cell_of(text: str) -> st.SearchStrategy[Any]:
    return st.integers(0, 20).flatmap(lambda n: st.just(text) if n else st.sampled_from(_TYPED))


def _write_cell(page: Any, at: int, column: int, value: Any, day: Any) -> None:
    if value == _FORMULA:
        page.write_formula(at, column, value)
    elif isinstance(value, str):
        page.write_string(at, column, value.encode("utf-8", "replace").decode()[:32_000])
    elif isinstance(value, dt.datetime):
        page.write_datetime(at, column, value, day)
    elif value is not None:
        page.write(at, column, value)


@st.composite
def parquet(draw: st.DrawFn, sheet: Sheet) -> bytes:
    """Write a table as a real Parquet file whose columns have types of their own."""
    columns = {}
    for at, name in enumerate(
        dict.fromkeys(text.encode("utf-8", "replace").decode() for text in sheet.header)
    ):
        cells = [row[at] if at < len(row) else None for row in sheet.rows]
        texts = [None if cell is None else cell.encode("utf-8", "replace").decode() for cell in cells]
        columns[name] = draw(_column_of(texts))
    content = io.BytesIO()
    pl.DataFrame(columns).write_parquet(content)
    return content.getvalue()


def _column_of(texts: list[str | None]) -> st.SearchStrategy[pl.Series]:
    usual = st.just(pl.Series(texts, dtype=pl.String))
    number = st.sampled_from([0, 1, 2**31, 2**53 + 1])
    odd = st.one_of(
        st.just(pl.Series(texts, dtype=pl.String).cast(pl.Categorical)),
        number.map(lambda n: pl.Series([n] * len(texts), dtype=pl.Int64)),
        st.sampled_from([0.5, float("nan"), float("inf"), 1e300]).map(
            lambda x: pl.Series([x] * len(texts), dtype=pl.Float64)
        ),
        st.just(pl.Series([dt.date(2023, 2, 3)] * len(texts), dtype=pl.Date)),
        st.just(pl.Series([dt.datetime(2023, 2, 3)] * len(texts), dtype=pl.Datetime("ns", "Asia/Shanghai"))),
        st.just(pl.Series([Decimal("1.50")] * len(texts), dtype=pl.Decimal(10, 2))),
        st.just(pl.Series([True] * len(texts), dtype=pl.Boolean)),
        st.just(pl.Series([None] * len(texts), dtype=pl.Null)),
        st.just(pl.Series([b"\xff"] * len(texts), dtype=pl.Binary)),
        st.just(pl.Series([["甲"]] * len(texts), dtype=pl.List(pl.String))),
        st.just(pl.Series([dt.timedelta(days=1)] * len(texts), dtype=pl.Duration)),
        st.just(pl.Series([dt.time(1)] * len(texts), dtype=pl.Time)),
    )
    return st.integers(0, 12).flatmap(lambda n: usual if n else odd)


# what happens to bytes ------------------------------------------------------------------------------------------------
@st.composite
def damaged(draw: st.DrawFn, content: bytes) -> bytes:
    """Leave a file as it is, or damage its bytes in one place."""
    how = draw(st.sampled_from(["not"] * 40 + ["cut", "gap", "put", "flip", "twice"]))
    at = draw(st.integers(0, max(len(content) - 1, 0)))
    if how == "cut":
        return content[:at]
    if how == "gap":
        return content[:at] + content[at + draw(st.integers(1, 9)) :]
    if how == "put":
        put = draw(
            st.sampled_from(
                [
                    b"\xef\xbb\xbf",
                    b"\0",
                    b"\xff\xfe",
                    b'"',
                    b"\n",
                    b"\r",
                    b"\x1a",
                    b"<",
                    b"{",
                    b"]",
                    b"\xed\xa0\x80",
                ]
            )
        )
        return content[:at] + put + content[at:]
    if how == "flip" and content:
        return content[:at] + bytes([content[at] ^ (1 << draw(st.integers(0, 7)))]) + content[at + 1 :]
    return content * 2 if how == "twice" else content

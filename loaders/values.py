"""From text to values: one parser per declared kind of field, applied once to each distinct text of a column."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from loaders.faults import Fault, ValueRefused, code_of
from loaders.identity.masking import holds_identity_number, masked_value
from schema.errors import InputError
from schema.fields import Field, FieldType
from schema.identifiers.lei import validate_lei
from schema.identifiers.text import half_width
from schema.identifiers.uscc import validate_uscc
from schema.money import MAX_FEN
from schema.periods import SHANGHAI, Precision, parse_date

Cell = str | tuple[str, ...]
"""What a source wrote: the text of one column, or the texts of several that are read together."""

Parser = Callable[[Any], Any]
"""From a `Cell` to a value, a `Noted` one, or None for "unknown"; raises InputError."""

_INTEGER = re.compile(r"[+-]?[0-9]{1,19}", re.ASCII)
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?", re.ASCII)
_ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_YES_NO = {"true": True, "是": True, "1": True, "false": False, "否": False, "0": False}


class Noted(NamedTuple):
    """A value that was accepted with a remark: counted, reported, no fault."""

    value: Any
    note: str


@dataclass
class Findings:
    """What was found while the rows of a file were read.

    Parameters
    ----------
    faults : dict of int to list of Fault
        By row index: all that is wrong with the row.
    notes : Counter
        By (column, remark): how many rows.
    """

    faults: defaultdict[int, list[Fault]] = field(default_factory=lambda: defaultdict(list))
    notes: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, rows: Iterable[int], fault: Fault) -> None:
        """Put one fault to several rows."""
        for row in rows:
            self.faults[row].append(fault)


def read_column(column: str, cells: Sequence[Cell], parse: Parser, findings: Findings) -> list[Any]:
    """Parse a column; an empty cell is None, a refused one is None and a fault of its row.

    Each distinct cell is parsed once: O(rows) look-ups and O(distinct) parses.
    """
    values: dict[Hashable, Any] = {}
    faults: dict[Hashable, Fault] = {}
    notes: dict[Hashable, str] = {}
    for cell in set(cells):
        try:
            value = parse(cell) if cell else None
        except InputError as error:
            values[cell], faults[cell] = None, _fault(column, cell, error)
            continue
        if value.__class__ is Noted:
            value, notes[cell] = value
        values[cell] = value
    for row, cell in enumerate(cells) if faults or notes else ():
        if cell in faults:
            findings.faults[row].append(faults[cell])
        elif cell in notes:
            findings.notes[column, notes[cell]] += 1
    return [values[cell] for cell in cells]


def parser_of(column: Field) -> Parser:
    """Return the parser of a declared field: its own when it is an identifier, else that of its kind."""
    if column.name in _IDENTIFIERS:
        return _IDENTIFIERS[column.name]
    if column.choices:
        return _choice(column)
    return _BY_KIND[column.kind]


def parse_text(text: str) -> str:
    """Return free text; control characters and identity numbers are refused."""
    if _CONTROL.search(text):
        raise ValueRefused("Text without line breaks and control characters.", "text.control")
    if holds_identity_number(text):
        raise ValueRefused(
            "An identity number is only accepted in a column for identity numbers, where it is hashed.",
            "text.identity_number",
        )
    return text


def parse_record(text: str) -> str:
    """Return the id of a record in its source: up to 200 characters of text."""
    if len(text) > 200:
        raise ValueRefused("A record id has at most 200 characters.", "record.length")
    return parse_text(text)


def parse_day(text: str) -> dt.date | Noted | None:
    """Return a civil date; a sentinel is None and noted, a date without a day its first day and noted."""
    if _ISO_DAY.fullmatch(text) and "1901" < text < "2099":  # the common form, without sentinels
        try:
            return dt.date.fromisoformat(text)
        except ValueError:
            raise ValueRefused("A day of the calendar, YYYY-MM-DD.", "date.form") from None
    try:
        parsed = parse_date(text)
    except InputError as error:
        raise ValueRefused(error.detail, "date.form") from None
    if parsed.sentinel is not None:
        return Noted(None, f"date.{parsed.sentinel.value.lower()}")
    if parsed.precision is not Precision.DAY:
        return Noted(parsed.day, f"date.only_{parsed.precision.value.lower()}")
    return parsed.day


def parse_fen(text: str) -> int:
    """Return an amount in fen: digits only, so that yuan are not taken for fen."""
    value = _integer(text, "An amount is a whole number of fen: digits only.", "money.fen")
    if not 0 <= value <= MAX_FEN:
        raise ValueRefused("An amount in fen is not negative.", "money.negative")
    return value


def parse_ratio(text: str) -> float:
    """Return a ratio in [0, 1]."""
    value = _number(text)
    if not 0.0 <= value <= 1.0:
        raise ValueRefused("A ratio lies between 0 and 1; 25 % is written 0.25.", "ratio.range")
    return value


def _integer(text: str, rule: str, code: str) -> int:
    if not _INTEGER.fullmatch(text) or not -MAX_FEN <= int(text) <= MAX_FEN:
        raise ValueRefused(rule, code)
    return int(text)


def _whole(text: str) -> int:
    return _integer(text, "A whole number within 64 bits: digits only.", "integer.form")


def _number(text: str) -> float:
    value = float(text) if _NUMBER.fullmatch(text) else math.nan
    if not math.isfinite(value):
        raise ValueRefused("A number written with digits and a decimal point.", "number.form")
    return value


def _yes_no(text: str) -> bool:
    try:
        return _YES_NO[text.lower()]
    except KeyError:
        raise ValueRefused("true or false, 是 or 否, 1 or 0.", "boolean.form") from None


def _instant(text: str) -> dt.datetime:
    """Return a UTC instant; a time without an offset is Shanghai's."""
    try:
        read = dt.datetime.fromisoformat(half_width(text).replace("/", "-"))
        aware = read if read.tzinfo is not None else read.replace(tzinfo=SHANGHAI)
        return aware.astimezone(dt.UTC)
    except (ValueError, OverflowError):
        raise ValueRefused("An instant such as 2026-01-31T08:00:00+08:00.", "instant.form") from None


def _choice(column: Field) -> Parser:
    """Read one of a closed list of values, by its code or by its Chinese word."""
    meant = {choice: choice for choice in column.choices} | {
        word: code for code, word in column.words.items()
    }

    def parse(text: str) -> str:
        code = meant.get(text.upper())
        if code is None:
            raise ValueRefused(f"One of {', '.join(column.spelled)}.", "choice")
        return code

    return parse


def _uscc(text: str) -> str | Noted:
    code = validate_uscc(text)
    return Noted(code.code, code.hints[0].rule) if code.hints else code.code


def _fault(column: str, cell: Cell, error: InputError) -> Fault:
    text = cell if isinstance(cell, str) else " ".join(cell)
    shown = masked_value(column, text)
    return Fault(column, code_of(error, f"{column}.form"), shown, masked_value("", error.detail))


_IDENTIFIERS: dict[str, Parser] = {"uscc": _uscc, "lei": validate_lei, "record_id": parse_record}
_BY_KIND: dict[FieldType, Parser] = {
    FieldType.STRING: parse_text,
    FieldType.INTEGER: _whole,
    FieldType.MONEY: parse_fen,
    FieldType.RATIO: parse_ratio,
    FieldType.NUMBER: _number,
    FieldType.BOOLEAN: _yes_no,
    FieldType.DATE: parse_day,
    FieldType.DATETIME: _instant,
}

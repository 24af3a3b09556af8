"""Identity numbers never reach the graph, not even in a refused row: they are found by their form and masked."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Sequence

from schema.errors import IdentifierInvalid
from schema.identifiers.resident_id import mask, validate_resident_id
from schema.identifiers.text import half_width

SECRET_COLUMNS = frozenset(
    {"identity_number", "value"}
    | {f"{family}_{column}" for family in ("CF", "XK") for column in ("XDR_ZJHM", "FR_SFZH", "FR_ZJHM")}
)
"""Columns whose content is never kept, well-formed or not: an identity number or that of another document (also as
双公示 names it), and a contact (phone, address)."""

_LIKELY = re.compile(r"(?<![0-9A-Za-z])(?:[0-9]{17}[0-9Xx]|[0-9]{15})(?![0-9A-Za-z])")
_SPACED = re.compile(r"(?<![0-9])[0-9](?:[ -]?[0-9]){16}[ -]?[0-9Xx](?![0-9])")
"""Eighteen digits, also in groups, and also right after or before letters."""
_LONGEST = 200


def masked(text: str) -> str:
    """Return `text` with everything that has the form of an identity number masked, cut to 200 characters.

    Form alone decides (15 or 18 digits, the last may be X): a mistyped number is a person's number too. An all-digit
    credit code is masked as well, which costs evidence and no secret.
    """
    grouped = _SPACED.sub(lambda found: mask(_joined(found[0])), half_width(text))
    return _LIKELY.sub(lambda found: mask(found[0]), grouped)[:_LONGEST]


def masked_value(column: str, text: str) -> str:
    """Return what may be shown of a value of this column, or of several that are read together (``a+b``)."""
    return "*" * min(len(text), 8) if SECRET_COLUMNS.intersection(column.split("+")) else masked(text)


def masked_row(header: Sequence[str], row: Sequence[str], collected: Collection[str] | None = None) -> str:
    """Return a row as JSON: an object by column, or a list when the row has another number of values.

    Nobody knows which value of such a row is the secret one, so where there could be one all are hidden. Of columns that
    are not `collected` (default: all are) nothing is kept, not even masked.
    """
    kept = header if collected is None else [name for name in header if name in collected]
    if len(header) != len(row):
        hidden = "value" if SECRET_COLUMNS.intersection(header) or len(kept) < len(header) else ""
        content: object = [masked_value(hidden, value) for value in row]
    else:
        content = {n: masked_value(n, value) for n, value in zip(header, row, strict=True) if n in kept}
    return json.dumps(content, ensure_ascii=False)


def identity_numbers(text: str) -> list[str]:
    """Return everything in a text that has the form of an identity number."""
    return [found[0] for found in _LIKELY.finditer(half_width(text))]


def holds_identity_number(text: str) -> bool:
    """Return whether `text` contains a valid 18-digit identity number (check digit and birth date included).

    In any width, grouped by spaces or hyphens, next to letters. The form of 15 digits has no check: a registration number
    of a company may look like it, and is no reason to refuse a row.
    """
    if len(text) < 18:
        return False
    found = _SPACED.finditer(half_width(text))
    return any(_is_valid(_joined(one[0])) for one in found)


def _joined(digits: str) -> str:
    return digits.replace("-", "").replace(" ", "")


def _is_valid(number: str) -> bool:
    try:
        validate_resident_id(number)
    except IdentifierInvalid:
        return False
    return True

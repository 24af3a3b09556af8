"""Rows that are wrong on purpose: one defect each, and nothing else refers to them.

The codes are those of the loaders, so that quarantine can be compared with the manifest to the row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from loaders.city.delivery import Cell, DirtyRow
from loaders.city.registry import Registry, village_code
from schema.identifiers.uscc import uscc_check_character
from schema.kinds import KINDS

Cells: TypeAlias = dict[str, Cell]


@dataclass(frozen=True)
class Defect:
    """A way to spoil the n-th row of a kind: the code that it raises and the cells it changes."""

    kind: str
    code: str
    spoil: Callable[[Registry, int], Cells]


def _fixed(**cells: Cell) -> Callable[[Registry, int], Cells]:
    return lambda _ids, _n: dict(cells)


def _wrong_check(ids: Registry, n: int) -> Cells:
    good = ids.special("D", n)
    return {"uscc": good[:17] + ("1" if good[17] == "0" else "0")}


def _truncated(_ids: Registry, n: int) -> Cells:
    """A code of digits only, as a spreadsheet gives it back: fifteen digits and three zeros."""
    head = f"91441241{9_000_000 + n}"
    if uscc_check_character(f"{head}00") == "0":  # one in 31 passes the check by chance
        head = f"91441241{8_000_000 + n}"
    return {"uscc": f"{head}000"}


def _wrong_digit(ids: Registry, n: int) -> Cells:
    good = ids.identity_number(ids.spec.persons + n)
    return {"identity_number": good[:17] + ("1" if good[17] != "1" else "2")}


def _absent(column: str) -> Callable[[Registry, int], Cells]:
    return lambda ids, n: {column: f"E:{ids.special('N', n)}"}


DEFECTS = (
    Defect("enterprises", "uscc.check_character", _wrong_check),
    Defect("enterprises", "uscc.spreadsheet_truncation", _truncated),
    Defect("enterprises", "uscc.placeholder", _fixed(uscc="0" * 18)),
    Defect("enterprises", "choice", _fixed(scale="GIGANTIC")),
    Defect("enterprises", "required", _fixed(name="")),
    Defect("enterprises", "money.negative", _fixed(registered_capital_fen=-100)),
    Defect("persons", "resident_id.check_digit", _wrong_digit),
    Defect("households", "required", _fixed(collection_basis="")),
    Defect("shareholdings", "ratio.range", _fixed(share_ratio="1.2")),
    Defect("shareholdings", "endpoint_missing", _absent("owner")),
    Defect("supplies", "endpoint_missing", _absent("supplier")),
    Defect("receivables", "money.negative", _fixed(amount_fen=-5_000_000)),
    Defect("receivables", "date.form", _fixed(due_on="2026-13-45")),
    Defect("penalties", "date.form", _fixed(decided_on="2025-02-30")),
    Defect("penalties", "choice", _fixed(severity="HUGE")),
    Defect("guarantees", "endpoint_missing", _absent("guarantor")),
)
_RAGGED = ("enterprises", "loans")


def plan_dirt(ids: Registry) -> dict[str, list[DirtyRow]]:
    """Return the dirty rows per kind, `spec.dirty` of every defect."""
    dirt: dict[str, list[DirtyRow]] = {}
    for kind, row in _rows(ids):
        dirt.setdefault(kind, []).append(row)
    return dirt


def _rows(ids: Registry) -> Iterator[tuple[str, DirtyRow]]:
    for place, defect in enumerate(DEFECTS):
        for n in range(ids.spec.dirty):
            number = place * ids.spec.dirty + n
            cells = _sound(ids, defect.kind, number) | defect.spoil(ids, number)
            headers = KINDS[defect.kind].headers
            yield defect.kind, DirtyRow(defect.code, tuple(cells.get(h) for h in headers))
    for kind in _RAGGED:
        for n in range(ids.spec.dirty):
            yield kind, DirtyRow("row.ragged", (f"dirty-ragged-{n:04d}", "", "", "cut off"))


def _sound(ids: Registry, kind: str, number: int) -> Cells:
    """Return the cells of a row that would be accepted, about parties that exist."""
    some, other = ids.company_id(ids.spec.ordinary[0]), ids.company_id(ids.spec.ordinary[1])
    day = ids.spec.as_of
    rows: dict[str, Cells] = {
        "enterprises": {
            "uscc": ids.special("D", number),
            "name": f"岚汀脏数据{number}有限公司",
            "entity_kind": "ENTERPRISE",
        },
        "persons": {"name": "李测", "identity_number": ids.identity_number(ids.spec.persons + number)},
        "households": {
            "head": ids.identity_number(ids.spec.business),
            "village_code": village_code(0),
            "collection_channel": "WHOLE_VILLAGE",
            "collection_basis": "CONSENT",
        },
        "shareholdings": {"owner": some, "asset": other.removeprefix("E:"), "share_ratio": "0.1"},
        "supplies": {"supplier": some, "buyer": other, "amount_fen": 100},
        "receivables": {
            "creditor": some,
            "debtor": other,
            "amount_fen": 100,
            "outstanding_fen": 100,
            "incurred_on": day,
            "due_on": day,
        },
        "penalties": {"party": some, "document_no": "无", "severity": "MINOR", "decided_on": day},
        "guarantees": {"guarantor": some, "beneficiary": other, "amount_fen": 100, "form": "GENERAL"},
    }
    return {"record_id": f"dirty-{number:04d}", **rows[kind]}

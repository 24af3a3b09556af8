"""The department catalogue 部门数据目录: who supplies which dataset, in which canonical format, and how fresh it must be.

A *source* is a department's code, with the county whose bureau delivers where that matters: ``TAX``, ``TAX.441283``.
Departments are merged and renamed; their records keep their identity, because ids are written with the code of the
department that answers for them today (``issuer_of``).
"""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from schema.access import Audience
from schema.errors import InputError
from schema.kinds import KINDS
from schema.periods import Period, as_days, from_days, month_number
from schema.records import Kind

_SHIPPED = Path(__file__).with_name("datasets.toml")
_COUNTY = re.compile(r"[0-9]{6}|[0-9]{12}")
HEARTBEAT_HOURS = 24
"""Every dataset is exchanged at least so often; a delivery without rows counts (S0-24)."""


class Status(StrEnum):
    """Whether a department has the duty to deliver."""

    ASSIGNED = "ASSIGNED"
    UNASSIGNED = "UNASSIGNED"


class Rhythm(StrEnum):
    """How often a dataset has something new to say."""

    EVENT = "EVENT"
    DAILY = "DAILY"
    MONTHLY = "MONTHLY"
    QUARTERLY = "QUARTERLY"
    YEARLY = "YEARLY"

    @property
    def days(self) -> int:
        """Longest time in days between two deliveries with rows that is not late."""
        return {"EVENT": 1, "DAILY": 1, "MONTHLY": 31, "QUARTERLY": 92, "YEARLY": 366}[self.value]


@dataclass(frozen=True)
class Department:
    """A department, for as long as it bears this name.

    Parameters
    ----------
    code, zh : str
        Its code, and its name.
    period : Period
        When it existed.
    successor : str
        Code of the department that answers for its records now; empty while it exists.
    """

    code: str
    zh: str
    period: Period
    successor: str = ""


@dataclass(frozen=True)
class Dataset:
    """One dataset of the catalogue.

    Parameters
    ----------
    code, zh : str
        Its code, as in ``load CODE PATH``, and its name.
    suppliers : tuple of str
        Departments of today that have the duty, or would have it (UNASSIGNED).
    rhythm : Rhythm
    fields : tuple of str
        Key fields: the canonical columns that every record should fill.
    kind : Kind or None
        The canonical format; None for a dataset that is not delivered as records.
    constants : mapping of str to str
        Columns that the dataset itself says and its files do not have.
    key : tuple of str
        Columns that together identify a record of a file without ``record_id``.
    register : str
        The register whose numbering its records follow: datasets of one register may describe one node. By default the
        dataset's own wherever another dataset describes nodes of the same label, else the department's.
    status : Status
    quality : mapping of str to float
        Least measures of a batch, where they are not the usual ones.
    least_rows : int
        Fewest good rows of a file that states the whole dataset, where an agreement says nothing else.
    note : str
    """

    code: str
    zh: str
    suppliers: tuple[str, ...]
    rhythm: Rhythm
    fields: tuple[str, ...]
    kind: Kind | None = None
    constants: Mapping[str, str] = field(default_factory=dict)
    key: tuple[str, ...] = ()
    status: Status = Status.ASSIGNED
    quality: Mapping[str, float] = field(default_factory=dict)
    note: str = ""
    register: str = ""
    least_rows: int = 0

    def last_due_month(self, day: dt.date) -> int:
        """Return the last month (``periods.month_number``) whose records must be there on a day: it ended a rhythm ago."""
        return month_number(from_days(as_days(day) - self.rhythm.days)) - 1

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that a file of the dataset may have."""
        return tuple(c for c in self.kind.headers if c not in self.constants) if self.kind else ()

    @property
    def required(self) -> tuple[str, ...]:
        """Those without which a file is refused: ``record_id`` is none where other columns identify a record."""
        said = {*self.constants, *(("record_id",) if self.key else ())}
        return tuple(c for c in self.kind.required if c not in said) if self.kind else ()


def class_of(dataset: str) -> Audience | None:
    """Return the data class of a dataset or a canonical kind; None for a format whose files are of no one class."""
    declared = DATASETS.get(dataset)
    kind = KINDS.get(dataset) or (declared.kind if declared else None)
    return kind.audience if kind else None


def department_of(source: str) -> str:
    """Return the department of a source: ``TAX.441283`` → ``TAX``."""
    return source.partition(".")[0]


def county_of(source: str) -> str:
    """Return the division whose bureau delivers; empty when the source names none."""
    return source.partition(".")[2]


def dataset_of(kind: str, **constants: str) -> Dataset:
    """Return the dataset of a canonical kind that says these constants itself; KeyError when there is none."""
    for dataset in DATASETS.values():
        if dataset.kind is KINDS[kind] and dataset.constants == constants:
            return dataset
    raise KeyError((kind, constants))


def current_department(code: str) -> str:
    """Return the code of the department that answers for another one's records now. KeyError for an unknown one."""
    department = DEPARTMENTS[code]
    return current_department(department.successor) if department.successor else code


def predecessors_of(code: str) -> tuple[str, ...]:
    """Return the departments whose records a department answers for, in the order in which their word counts."""
    return tuple(each for each in DEPARTMENTS if each != code and current_department(each) == code)


def issuer_of(source: str) -> str:
    """Return the source under which record ids are written: that of the succeeding department, in the same county."""
    department, dot, county = source.partition(".")
    return current_department(department) + dot + county if department in DEPARTMENTS else source


def source_rank(source: str) -> int:
    """Return whose word counts first when several sources state one field of one dataset: the smaller rank.

    The department of today comes before its predecessors, and those in the order of the catalogue (S3-21: 国税 before
    地税). Sources that are no departments are equal.
    """
    department = department_of(source)
    if department not in DEPARTMENTS or not DEPARTMENTS[department].successor:
        return 0
    return 1 + predecessors_of(current_department(department)).index(department)


def suppliers_of(dataset: Dataset) -> tuple[str, ...]:
    """Return every department that may deliver a dataset: those with the duty, and those they succeeded."""
    return tuple(s for d in dataset.suppliers for s in (d, *predecessors_of(d)))


def require_source(dataset: Dataset, source: str) -> str:
    """Return the source of a delivery: the one given, else the dataset's only supplier.

    Raises
    ------
    InputError
        For a dataset without a duty or a format, an ambiguous supplier, or a source that is none of its suppliers.
    """
    if dataset.status is Status.UNASSIGNED:
        raise InputError(
            f"{dataset.code}: no department has the duty to deliver it. Assign it in the catalogue first."
        )
    if dataset.kind is None:
        raise InputError(f"{dataset.code} is not delivered as records: {dataset.note}")
    suppliers = suppliers_of(dataset)
    if not source and len(dataset.suppliers) > 1:
        raise InputError(
            f"{dataset.code} has several suppliers: say which with --source, {', '.join(suppliers)}."
        )
    given = source or dataset.suppliers[0]
    _, dot, county = given.partition(".")
    if department_of(given) not in suppliers or (dot and not _COUNTY.fullmatch(county)):
        raise InputError(
            f"{given} does not supply {dataset.code}. Suppliers: {', '.join(suppliers)}; a county's bureau is written "
            f"{suppliers[0]}.<division code>."
        )
    return given


def require_in_office(source: str, day: dt.date) -> None:
    """Refuse data of a day on which the delivering department no longer existed, or not yet: InputError."""
    department = DEPARTMENTS[department_of(source)]
    if department.period.contains(day):
        return
    others = {current_department(department.code), *predecessors_of(current_department(department.code))}
    then = sorted(code for code in others if DEPARTMENTS[code].period.contains(day))
    raise InputError(
        f"{department.code} {department.zh} did not exist on {day}: {' or '.join(then) or 'nobody'} did."
    )


def _department(code: str, told: Mapping[str, Any]) -> Department:
    period = Period(told.get("valid_from"), told.get("valid_to"))
    return Department(code, told["zh"], period, told.get("successor", ""))


def _dataset(code: str, told: Mapping[str, Any]) -> Dataset:
    return Dataset(
        code,
        told["zh"],
        tuple(told["suppliers"]),
        Rhythm(told["rhythm"]),
        tuple(told["fields"]),
        KINDS[told["kind"]] if "kind" in told else None,
        told.get("constants", {}),
        tuple(told.get("key", ())),
        Status(told.get("status", "ASSIGNED")),
        told.get("quality", {}),
        told.get("note", ""),
        told.get("register", ""),
        told.get("least_rows", 0),
    )


def _own_registers(datasets: Mapping[str, Dataset]) -> dict[str, Dataset]:
    """Give a register of its own to each dataset whose records another one's could be taken for."""
    labels = Counter(d.kind.node.label for d in datasets.values() if d.kind and d.kind.node)
    return {
        code: replace(d, register=d.register or code)
        if d.kind and d.kind.node and labels[d.kind.node.label] > 1
        else d
        for code, d in datasets.items()
    }


def _misdeclared(dataset: Dataset) -> str:
    """Say what a declaration names that does not exist; empty when it is sound."""
    gone = [d for d in dataset.suppliers if d not in DEPARTMENTS or DEPARTMENTS[d].successor]
    columns = dataset.kind.headers if dataset.kind else ()
    strange = [c for c in (*dataset.fields, *dataset.constants, *dataset.key) if c not in columns]
    return ", ".join((*gone, *strange))


_TOLD = tomllib.loads(_SHIPPED.read_text(encoding="utf-8"))
DEPARTMENTS: dict[str, Department] = {c: _department(c, told) for c, told in _TOLD["departments"].items()}
DATASETS = _own_registers({c: _dataset(c, told) for c, told in _TOLD["datasets"].items()})

for _each in DATASETS.values():
    if _wrong := _misdeclared(_each):
        raise LookupError(f"schema/datasets.toml: {_each.code} names what does not exist: {_wrong}.")

"""Rows → items: a file judged part by part, and its accepted rows kept until they are written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from loaders.distinct import Distinct
from loaders.facts import Item
from loaders.faults import Fault
from loaders.identity.references import Resolver
from loaders.judging import Judgement
from loaders.lots import Lot
from loaders.profile import Profile
from loaders.readers.rows import Rows
from schema.provenance import series_key


@dataclass(frozen=True)
class Staged:
    """What a file's rows became.

    Parameters
    ----------
    lot : Lot
        Accepted rows, in file order.
    faults : mapping of int to list of Fault
        Refused rows by index, each with everything that is wrong with it.
    repeats : list of (int, int)
        Rows (by index) that say again exactly what another one (by index) said.
    notes : Counter
        By (column, remark): rows that were accepted with a remark.
    records : mapping of int to str
        What identifies each refused row in its source; ``""`` where it could not be read.
    refused_series : frozenset of int
        The series that the refused rows would have stated: wrong, but not absent.
    """

    lot: Lot
    faults: Mapping[int, list[Fault]]
    repeats: Sequence[tuple[int, int]] = ()
    notes: Counter[tuple[str, str]] = field(default_factory=Counter)
    records: Mapping[int, str] = field(default_factory=dict)
    refused_series: frozenset[int] = frozenset()

    @property
    def items(self) -> Sequence[Item]:
        """The accepted rows."""
        return self.lot.items

    def refusing(self, items: Collection[Item], fault: Fault) -> Staged:
        """Return the same with some accepted rows refused after all, and what repeats them."""
        of = {item.index: item.record for item in items}
        records = of | {index: of[first] for index, first in self.repeats if first in of}
        faults = {**self.faults, **{index: [*self.faults.get(index, ()), fault] for index in records}}
        repeats = [(index, first) for index, first in self.repeats if first not in of]
        lot = self.lot.without(items)
        return replace(self, lot=lot, faults=faults, repeats=repeats, records={**self.records, **records})


def stage(rows: Rows, profile: Profile, source: str, resolver: Resolver, lot: int = 0) -> Staged:
    """Judge every row of a file and say what the good ones become.

    Parameters
    ----------
    rows : Rows
        As read.
    profile : Profile
        What its columns mean.
    source : str
        Who delivers.
    resolver : Resolver
        Writes node ids.
    lot : int
        The number of the file within its delivery.

    Notes
    -----
    Beside what is on disk, memory holds one part, the refused rows, and about 32 bytes a row while the file is judged.
    """
    accepted, notes = Lot(), Counter[tuple[str, str]]()
    faults: dict[int, list[Fault]] = {}
    records: dict[int, str] = {}

    def blame(index: int, record: str, fault: Fault) -> None:
        faults.setdefault(index, []).append(fault)
        records[index] = record

    rule = profile.kind.node
    columns = profile.named("record_id"), profile.named(rule.id_columns[0]) if rule else ""
    distinct = Distinct(accepted, blame, columns, rows.lines.__getitem__)
    for first, part in rows.parts():
        judged = Judgement(part, profile, source, resolver, (lot, first))
        items = judged.run()
        faults |= judged.faults
        records |= judged.refused_records
        notes += judged.notes
        distinct.take(items)
    accepted.rest()
    series = frozenset(
        series_key(source, profile.dataset, record, edge.series)
        for record in records.values()
        if record
        for edge in profile.kind.edges
    )
    return Staged(accepted, faults, distinct.repeats, notes, records, series)

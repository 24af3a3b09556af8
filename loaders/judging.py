"""A part of a file: every value parsed, every reference resolved, every row judged, before anything is written.

Works by column, because most of a row's cost is looking up what an equal text meant before: O(cells) look-ups and
O(distinct cells) parses.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import Any

from loaders.derive import company_name, derived
from loaders.facts import EdgeFact, Item, NodeFact
from loaders.faults import Fault
from loaders.identity.references import Resolver, label_of
from loaders.profile import Profile
from loaders.readers.rows import Rows
from loaders.values import Findings, Parser, parser_of, read_column
from schema.access import Audience
from schema.provenance import series_key
from schema.records import ROW_COLUMNS, EdgeRule, Kind, NodeRule, Ref

Values = dict[str, list[Any]]


class Judgement:
    """One part's passage; the methods run in the order in which they stand.

    Parameters
    ----------
    rows : Rows
        The rows of the part.
    profile, source, resolver
        See ``stage``.
    place : (int, int)
        The number of the lot, and the place of the part's first row in the file.
    """

    def __init__(
        self, rows: Rows, profile: Profile, source: str, resolver: Resolver, place: tuple[int, int]
    ) -> None:
        self._rows = rows
        self._profile = profile
        self._kind: Kind = profile.kind
        self._source = source
        self._resolver = resolver
        self._lot, self._first = place
        self._findings = Findings()
        self._values: Values = {}
        self._derived: Values = {}

    def run(self) -> list[Item]:
        """Read, judge, build: return the accepted rows."""
        self._judge_shape()
        for column, parser in self._parsers():
            if self._profile.has(column, self._rows):
                self._values[column] = self._read(column, parser)
        self._name_records()
        rule = self._kind.node
        self._derived = derived(rule.label, self._values) if rule else {}
        self._judge_required()
        self._judge_interval()
        self._judge_identity()
        self._findings.faults.update({i: [*faults] for i, faults in self._rows.faults.items()})
        return [*self._build()]

    @property
    def faults(self) -> dict[int, list[Fault]]:
        """What is wrong, by the place of the row in the file."""
        return {self._first + i: faults for i, faults in self._findings.faults.items()}

    @property
    def notes(self) -> Counter[tuple[str, str]]:
        """By (column, remark): rows that were accepted with a remark."""
        return self._findings.notes

    @property
    def refused_records(self) -> dict[int, str]:
        """What identifies each refused row in its source; ``""`` where it could not be read."""
        return {self._first + i: self._records[i] for i in self._findings.faults}

    # reading ---------------------------------------------------------------------------------------------------------
    def _parsers(self) -> Iterator[tuple[str, Parser]]:
        special: dict[str, Parser] = {
            "identity_number": self._resolver.identity,
            "value": self._resolver.contact,
        }
        if self._kind.node and self._kind.node.label == "LegalEntity":
            special["name"] = company_name
        for column in (*ROW_COLUMNS, *self._kind.columns):
            yield column.name, special.get(column.name) or parser_of(column.field)
        for ref in self._kind.refs:
            yield ref.column, self._resolver.reference(ref.labels)

    def _read(self, column: str, parser: Parser) -> list[Any]:
        reading = self._profile.readings.get(column)
        if reading is not None:
            parser = _after(reading.write, parser, one=len(reading.columns) == 1)
        cells = self._profile.cells(column, self._rows)
        return read_column(self._profile.named(column), cells, parser, self._findings)

    def _name_records(self) -> None:
        """Name the records of a file without record ids by the values that identify them."""
        if self._profile.key and "record_id" not in self._values:
            parts = zip(*(self._column(column) for column in self._profile.key), strict=True)
            named = [None if None in part else "|".join(map(str, part)) for part in parts]
            self._values["record_id"] = named

    def _column(self, name: str) -> list[Any]:
        return self._values.get(name) or [None] * len(self._rows)

    # judging ---------------------------------------------------------------------------------------------------------
    def _judge_shape(self) -> None:
        width = len(self._rows.header)
        for i in self._rows.ragged:
            found = len(self._rows.rows[i])
            rule = f"A row has {width} values like the header; this has {found}. Quote values that hold a delimiter."
            self._findings.faults[i].append(Fault("*", "row.ragged", str(found), rule))

    def _judge_required(self) -> None:
        for column in self._kind.required:
            name = self._profile.named(column)
            fault = Fault(name, "required", "", "A value must be given.")
            empty = (i for i, value in enumerate(self._column(column)) if value is None)
            self._findings.add((i for i in empty if not self._faulted(i, name)), fault)

    def _judge_interval(self) -> None:
        starts, ends = self._values.get("valid_from"), self._values.get("valid_to")
        for i, (start, end) in enumerate(zip(starts or (), ends or (), strict=False)):
            if start and end and start >= end and i not in self._withdrawn:
                rule = (
                    "valid_to is the first day on which it no longer holds, so it is later than valid_from."
                )
                self._findings.faults[i].append(Fault("valid_to", "interval.empty", str(end), rule))

    def _judge_identity(self) -> None:
        rule = self._kind.node
        if rule is None or len(rule.id_columns) == 1:
            return  # a single id column is a required one
        names = " or ".join(rule.id_columns)
        fault = Fault(rule.id_columns[0], "required", "", f"One of {names} must be given.")
        nameless = (i for i, node_id in enumerate(self._node_ids) if node_id is None)
        columns = [self._profile.named(column) for column in rule.id_columns]
        self._findings.add((i for i in nameless if not any(self._faulted(i, c) for c in columns)), fault)

    def _faulted(self, row: int, column: str) -> bool:
        """Whether a row is ragged or this value was refused already: "required" would say nothing more."""
        faults = self._findings.faults.get(row, ())
        return any(fault.field in (column, "*") for fault in faults)

    # building --------------------------------------------------------------------------------------------------------
    @cached_property
    def _node_ids(self) -> list[str | None]:
        rule = self._kind.node
        if rule is None:
            return [None] * len(self._rows)
        ids: list[str | None] = [None] * len(self._rows)
        for column in reversed(rule.id_columns):
            write = self._id_writer(rule, column)
            ids = [
                other if value is None else write(value)
                for value, other in zip(self._column(column), ids, strict=True)
            ]
        if rule.label == "Contact":
            kinds = self._column(rule.kind_column)
            return [f"C:{kind}:{value}" for kind, value in zip(kinds, ids, strict=True)]
        return ids

    def _id_writer(self, rule: NodeRule, column: str) -> Callable[[Any], str]:
        if column == "record_id":
            register = self._profile.register and f"{self._profile.register}/"
            return lambda record: self._resolver.record(rule.label, register + record)
        if column == "uscc":
            return lambda code: f"E:{code}"
        if column == "identity_number":
            return lambda identity: str(identity.id)
        return str

    @cached_property
    def _records(self) -> list[str]:
        """What identifies each row in its source: its record id, else its node and what it must refer to, else nothing.

        A record id that was refused is no reason to name the row otherwise: nobody knows which record it is.
        """
        rule = self._kind.node
        own = rule.id_columns if rule else ()
        named = (self._column(r.column) for r in self._kind.refs if r.required and r.column not in own)
        natural = zip(*([self._node_ids] if rule else []), *named, strict=True)
        unread = self._unread_records
        named_or_not = zip(self._column("record_id"), natural, strict=True)
        return [
            record or ("" if i in unread or None in parts else "|".join(parts))
            for i, (record, parts) in enumerate(named_or_not)
        ]

    @property
    def _unread_records(self) -> set[int]:
        """The rows that name their record in a way that was refused."""
        columns = {self._profile.named(column) for column in ("record_id", *self._profile.key)}
        faults = self._findings.faults.items()
        return {i for i, found in faults if any(fault.field in columns for fault in found)}

    def _build(self) -> Iterator[Item]:
        faults = self._findings.faults
        good = [i for i in range(len(self._rows)) if i not in faults]
        nodes = self._nodes(good) if self._kind.node else [None] * len(good)
        edges = [self._edges(rule, good) for rule in self._kind.edges]
        for place, i in enumerate(good):
            stated = [column[place] for column in edges]
            edges_of = [e for e in stated if e is not None]
            yield Item(self._lot, self._first + i, self._records[i], nodes[place], edges_of)

    def _nodes(self, good: list[int]) -> Sequence[NodeFact | None]:
        rule = self._kind.node
        assert rule is not None
        read = {name: self._values[name] for name in rule.fields if name in self._values} | self._derived
        kinds = [_with_kind(rule, value) for value in self._column(rule.kind_column)]
        lines, ids, banks = self._rows.lines, self._node_ids, self._banks
        audience = self._kind.audience.value
        found_by = self._profile.named(rule.id_columns[0]) if rule.known else ""
        return [
            NodeFact(
                rule.label,
                kinds[i],
                {
                    "id": ids[i],
                    "audience": audience,
                    "bank": banks[i],
                    "line": lines[i],
                    **{name: column[i] for name, column in read.items()},
                },
                found_by,
            )
            for i in good
        ]

    def _edges(self, rule: EdgeRule, good: list[int]) -> list[EdgeFact | None]:
        starts, ends = self._ends(rule.start), self._ends(rule.end)
        start_label, end_label = self._end_label(rule.start), self._end_label(rule.end)
        soft = any(ref.soft for ref in self._kind.refs if ref.column in (rule.start, rule.end))
        fields = [(name, self._values[name]) for name in rule.fields if name in self._values]
        via = (self._profile.named(rule.start), self._profile.named(rule.end))
        common = self._common(rule)

        def state(i: int) -> EdgeFact | None:
            start, end = starts[i], ends[i]
            if start is None or end is None:
                return None
            row = {"start": start, "end": end, **common(i), **{name: column[i] for name, column in fields}}
            return EdgeFact(rule.relationship, start_label(start), end_label(end), row, via, soft)

        return [state(i) for i in good]

    def _common(self, rule: EdgeRule) -> Callable[[int], dict[str, Any]]:
        """Return what every relationship of this rule carries, by row."""
        source, dataset, series = self._source, self._profile.dataset, rule.series
        records, lines, banks = self._records, self._rows.lines, self._banks
        since, until, withdrawn = self._column("valid_from"), self._column("valid_to"), self._withdrawn
        audience = self._kind.audience.value

        def common(i: int) -> dict[str, Any]:
            return {
                "key": series_key(source, dataset, records[i], series),
                "line": lines[i],
                "audience": audience,
                "bank": banks[i],
                "valid_from": withdrawn.get(i, since[i]),
                "valid_to": withdrawn.get(i, until[i]),
                **rule.values,
            }

        return common

    @cached_property
    def _withdrawn(self) -> dict[int, dt.date]:
        """The rows that say that their record was withdrawn, each with the day: its relationships begin and end on it."""
        said, on = self._kind.withdrawn
        days = zip(self._column(said), self._column(on), self._column("valid_from"), strict=True)
        return {i: day or since or dt.date.min for i, (word, day, since) in enumerate(days) if word}

    def _ends(self, column: str) -> list[Any]:
        return self._column(column) if column else self._node_ids

    def _end_label(self, column: str) -> Callable[[str], str]:
        rule, ref = self._kind.node, self._ref(column)
        label = rule.label if ref is None and rule else ref.labels[0] if ref and len(ref.labels) == 1 else ""
        return (lambda _: label) if label else label_of

    def _ref(self, column: str) -> Ref | None:
        return next((ref for ref in self._kind.refs if ref.column == column), None)

    @cached_property
    def _banks(self) -> list[Any]:
        private = self._kind.audience is Audience.BANK_PRIVATE
        return self._column(self._kind.bank_column) if private else [None] * len(self._rows)


def _with_kind(rule: NodeRule, value: Any) -> tuple[str, ...]:
    label = rule.kind_labels.get(value)
    return (*rule.kinds, label) if label else rule.kinds


def _after(write: Callable[..., str], parse: Parser, one: bool) -> Parser:
    """Return a parser that first writes a source's texts as canonical text."""

    def read(cell: Any) -> Any:
        text = write(cell) if one else write(*cell)
        return parse(text) if text else None

    return read

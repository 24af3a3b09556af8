"""Two graphs that differ only outside a caller's region give him byte-identical answers (S0-25).

The village is loaded once and the caller's region is one of its village committees. Each example renames, moves and plants
what lies elsewhere, drops and changes every kind of fact with an end there, and asks everything that the role may ask. Only
facts that make a record one about somebody elsewhere stay, for they hide it, as a hidden party does.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import random
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from algorithms.features import load as load_features
from algorithms.projection import Projection, project
from algorithms.projection.regions import homes, inside
from graph_service.use_cases.coverage import archive_coverage
from graph_service.use_cases.export import export_graph, rows
from graph_service.use_cases.features import feature_table
from graph_service.use_cases.identity import same_as_proposals
from graph_service.use_cases.listing_counts import listing_counts
from graph_service.use_cases.parties import node
from schema.access import Audience
from schema.edges import EDGES
from schema.nodes import ABOUT_PARTIES, NODES, PLACED
from schema.tables import Table
from tests.property.test_non_interference import (
    DECISIONS,
    Call,
    Facts,
    Town,
    answer,
    asked,
    calls,
    shifted,
    town,
)

__all__ = ["town"]  # a fixture

HERE = "441241001002"
ELSEWHERE = ("330100100200", "441241001001", "441241001200", "441284000000")
BOUND = ("officer", "supervisor", "statistician", "enforcement", "inspector", "analyst", "batch")
Ends = dict[str, set[str]]


def caller(town: Town, name: str, region: str) -> Any:
    return dataclasses.replace(town.caller(name), region=region)


@pytest.mark.parametrize("name", BOUND)
@settings(
    max_examples=2,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.too_slow],
)
@given(seed=st.integers(0, 2**32))
def test_s0_25_what_lies_elsewhere_changes_no_byte_of_any_answer(town: Town, name: str, seed: int) -> None:
    who = caller(town, name, HERE)
    plain = project(town.known_run, town.nodes, town.facts)
    other = project(town.known_run, *Elsewhere(town, who, plain, random.Random(seed)).changed())
    for operation, call in questions(town, plain, HERE):
        same = answer(town, who, plain, (operation, call)) == answer(town, who, other, (operation, call))
        assert same, operation


def test_s0_25_the_change_elsewhere_is_noticed_by_who_sees_it(town: Town) -> None:
    """The proof above can fail, and the caller does see something."""
    plain = project(town.known_run, town.nodes, town.facts)
    who, whole = caller(town, "supervisor", HERE), caller(town, "supervisor", "")
    other = project(town.known_run, *Elsewhere(town, who, plain, random.Random(1)).changed())
    differ = {
        operation
        for operation, call in questions(town, plain, HERE)
        if answer(town, whole, plain, (operation, call)) != answer(town, whole, other, (operation, call))
    }
    assert {"guaranteeChain", "ownershipTree", "searchParties", "node", "neighbours"} <= differ
    seen = town.asking(who, plain).view
    assert {"LegalEntity", "Household", "Person", "Region"} <= {
        plain.label(int(at)) for at in np.flatnonzero(seen.visible)
    }
    assert all(len(seen.positions(name)) for name in ("OWNS", "SUBJECT_OF", "MEMBER_OF", "LOCATED_IN"))


def test_s0_25_a_city_user_sees_all_its_counties(town: Town) -> None:
    plain = project(town.known_run, town.nodes, town.facts)
    city, whole = (
        town.asking(caller(town, "supervisor", region), plain).view.visible for region in ("4412", "")
    )
    assert not (city & ~whole).any()
    lost = [at for at in np.flatnonzero(whole & ~city).tolist() if homes(plain)[at] >= 0]
    assert lost == []  # an office without a code, to which nothing in the city is tied, is no county's
    for label in ABOUT_PARTIES:
        span = slice(*plain.spans[label])
        assert (city[span] == whole[span]).all(), label


def questions(town: Town, graph: Projection, region: str) -> Iterator[Call]:
    """Everything of ``test_non_interference`` but what is decided on a bank's whole book, and whole lists and counts."""
    yield from (each for each in calls(town, graph) if each[0] not in DECISIONS)
    features = load_features()
    some = list(features.features.values())[::40]
    period = dt.date(2020, 1, 1), town.manifest.spec.as_of
    for kind in ("ABNORMAL_OPERATION", "DISHONEST_DEBTOR", "SERIOUS_VIOLATION"):
        yield "listingCounts", asked(listing_counts, kind, *period)
    yield "archiveCoverage", asked(archive_coverage, region)
    yield "sameAsProposals", asked(same_as_proposals)
    yield "riskFeatures", asked(lambda asking: feature_table(asking, features, some).frame.rows())
    yield "node", asked(exported)
    for label in NODES:
        first, last = graph.spans[label]
        for place in range(first, last, max(1, (last - first) // 10)):
            yield "node", asked(node, label, graph.ids[place])


def exported(asking: Any) -> object:
    found = export_graph(asking)
    return found.counts, [*rows(found.nodes)], [*rows(found.edges)]


class Elsewhere:
    """What lies outside a caller's region, and a graph in which all of it is another."""

    def __init__(self, town: Town, who: Any, graph: Projection, dice: random.Random) -> None:
        self.town, self.dice = town, dice
        self.seen = town.asking(who, graph).view
        here, home = inside(graph, HERE), homes(graph)
        away = np.flatnonzero((home >= 0) & ~here & ~self.seen.visible)
        self.away: Ends = {label: set() for label in NODES}
        for at in away.tolist():
            self.away[graph.label(at)].add(graph.ids[at])
        self.closed: Ends = {label: self._closed(graph, label) for label in NODES}

    def _closed(self, graph: Projection, label: str) -> set[str]:
        """Records and persons that no fact of any day ties to anybody who is not away."""
        if label not in (*ABOUT_PARTIES, "Person"):
            return set()
        first, last = graph.spans[label]
        near = np.zeros(len(graph), dtype=np.bool_)
        away = np.zeros(len(graph), dtype=np.bool_)
        for other, ids in self.away.items():
            away[[graph.position(i, other) for i in ids]] = True
        for e in graph.edges.values():
            near[e.end[~away[e.start]]] = True
            near[e.start[~away[e.end]]] = True
        return {graph.ids[at] for at in range(first, last) if not near[at] and not self.seen.visible[at]}

    def changed(self) -> tuple[Facts, Facts]:
        nodes = {label: self._nodes(label, table) for label, table in self.town.nodes.items()}
        return nodes, {name: self._facts(name, table, nodes) for name, table in self.town.facts.items()}

    def _nodes(self, label: str, table: Table) -> Table:
        """Rename and move what is away, and plant more of it, open to everybody."""
        made, place = [], PLACED.get(label, "region_code" if label == "Branch" else "")
        for row in table.rows():
            if row["id"] in self.away[label] or row["id"] in self.closed[label]:
                made.append({**row, **self._other(row, place)})
            else:
                made.append(row)
        for number in range(3 if place and made else 0):
            prefix = {"LegalEntity": "E:", "Household": "H:"}.get(label, "T:")
            row = {**self.dice.choice(made), "id": f"{prefix}elsewhere:{number}", place: "330100100200"}
            row = {**row, **self._other(row, place), "audience": Audience.PUBLIC.value, "bank": None}
            made.insert(self.dice.randrange(len(made) + 1), row)
            self.away[label].add(str(row["id"]))
        return Table.of_rows(table.columns, [tuple(row[c] for c in table.columns) for row in made])

    def _other(self, row: dict[str, Any], place: str) -> dict[str, Any]:
        new: dict[str, Any] = {name: 7 for name, value in row.items() if name.endswith("_fen") and value}
        if row.get("name"):
            new["name"] = "有限公司伟伟"
        if place:
            new[place] = self.dice.choice(ELSEWHERE)
        return new

    def _facts(self, name: str, table: Table, nodes: Facts) -> Table:
        kept = []
        for row in zip(*table.data, strict=True):
            fact = dict(zip(table.columns, row, strict=True))
            if not self._outside(fact) or self.dice.random() < 0.4:
                kept.append(row)
            elif self.dice.random() < 0.5:
                kept.append(shifted(table.columns, row))
        run = kept[0][table.columns.index("run")] if kept else 1
        kept += [row for _ in range(8) if (row := self._planted(name, table.columns, nodes, run))]
        return Table.of_rows(table.columns, kept)

    def _outside(self, fact: dict[str, Any]) -> bool:
        """Whether the fact has an end elsewhere, and does not decide about a record that has one here."""
        ends = ((fact["start_label"], fact["start"]), (fact["end_label"], fact["end"]))
        records = [(label, i) for label, i in ends if label in ABOUT_PARTIES]
        if any(i not in self.closed[label] for label, i in records):
            return False
        return any(i in self.away[label] or i in self.closed[label] for label, i in ends)

    def _planted(self, name: str, columns: tuple[str, ...], nodes: Facts, run: int) -> tuple[Any, ...] | None:
        """An open fact between somebody elsewhere and anybody who is no record of others."""
        labels = self.dice.choice(EDGES[name].starts), self.dice.choice(EDGES[name].ends)
        first = self.dice.choice((0, 1))
        far = sorted(self.away[labels[first]])
        there = labels[1 - first]
        anybody = list(nodes[there]["id"]) if there in nodes and len(nodes[there]) else []
        near = sorted(self.closed[there]) if there in ABOUT_PARTIES else anybody
        if not far or not near:
            return None
        chosen = [self.dice.choice(far), self.dice.choice(near)]
        start, end = chosen if first == 0 else chosen[::-1]
        row = dict.fromkeys(columns)
        row.update(start=start, end=end, start_label=labels[0], end_label=labels[1], run=run, line=1)
        row.update(key=self.dice.randrange(2**62), audience=Audience.PUBLIC.value)
        row.update({f: 0.6 for f in EDGES[name].field_names if f.endswith("_ratio")})
        row.update({f: 12345 for f in EDGES[name].field_names if f.endswith("_fen")})
        row.update({f: "ACCEPTED" for f in EDGES[name].field_names if f == "judgement"})
        return tuple(row[c] for c in columns)

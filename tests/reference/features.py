"""One risk feature of one enterprise, the slow and obvious way: every fact is read, conditions are asked of SQLite.

Written from the definitions in ``algorithms/features/__init__.py``; nothing of the fast way is used, except who holds how
much in the end, which has a twin of its own (tests/reference/ownership.py) and is solved densely here.
"""

from __future__ import annotations

import datetime as dt
import math
import sqlite3
from functools import cache
from typing import Any

import networkx as nx
import numpy as np

from algorithms.projection import SINCE_EVER, View
from schema.edges import EDGES
from schema.nodes import NODES, PARTY
from schema.periods import as_days
from schema.risk_feature import Registry, Relation, RiskFeature, Source

Value = float | int | None


def value_of(view: View, position: int, feature: RiskFeature, registry: Registry) -> Value:
    """The value as somebody sees it who sees everything; None where there is none or it is unknown."""
    if feature.source == "relation":
        return _of_relation(view, position, feature, registry)
    around = (
        {position} if feature.scope == "self" else related(view, registry.relations[feature.scope], position)
    )
    if feature.scope != "self" and registry.relations[feature.scope].coverage == "EVIDENCED" and not around:
        return None
    if feature.source == "structure":
        return _of_shape(view, around, feature)
    return _of_records(view, around, feature, registry.sources[feature.source])


# Related parties ----------------------------------------------------------------------------------------------------


def facts(view: View, name: str) -> list[tuple[int, int, int]]:
    """Start, end and place of each visible fact."""
    e = view.projection.edges[name]
    return [(int(e.start[p]), int(e.end[p]), int(p)) for p in view.positions(name)]


def related(view: View, relation: Relation, position: int) -> set[int]:
    if relation.share:
        found = _final_holders(view, relation.share, position)
    else:
        found, frontier, hops = set(), {position}, 0
        while frontier and (not relation.times or hops < relation.times):
            ends = {end for path in relation.paths for end in _walk(view, relation, path, frontier)}
            frontier = ends - found - {position}
            found |= frontier
            hops += 1
    if relation.label:
        first, last = view.projection.spans[relation.label]
        found = {n for n in found if first <= n < last}
    return found


def _walk(view: View, relation: Relation, path: tuple[str, ...], nodes: set[int]) -> set[int]:
    for step in path:
        back = step.startswith("<")
        held = _held(view) if relation.majority else {}
        pairs = [(s, e) for name in step.strip("<>").split("|") for s, e, _ in facts(view, name)]
        if relation.majority:
            pairs = [pair for pair in pairs if held[pair] > 0.5 + 1e-9]
        nodes = {s for s, e in pairs if e in nodes} if back else {e for s, e in pairs if s in nodes}
    return nodes


def _share(view: View, place: int) -> float:
    row = view.projection.edges["OWNS"].properties.row(place, named=True)
    return next((row[n] for n in ("share_ratio", "share_min_ratio") if row[n] is not None), 0.0)


def _held(view: View) -> dict[tuple[int, int], float]:
    """Declared capital by holder and company; facts between the same two add up."""
    held: dict[tuple[int, int], float] = {}
    for s, e, p in facts(view, "OWNS"):
        held[s, e] = held.get((s, e), 0.0) + _share(view, p)
    return held


def _final_holders(view: View, least: float, company: int) -> set[int]:
    n = view.projection.spans[PARTY[-1]][1]
    A = np.zeros((n, n))
    for s, e, p in facts(view, "OWNS"):
        A[s, e] += _share(view, p)
    Y = np.linalg.solve(np.eye(n) - A, A)
    return {h for h in range(n) if h != company and Y[h, company] >= least - 1e-9}


def _of_relation(view: View, position: int, feature: RiskFeature, registry: Registry) -> Value:
    relation = registry.relations[feature.scope]
    now = related(view, relation, position)
    days = feature.window or 0
    past = view.projection.view(view.as_of - dt.timedelta(days=days), view.access)
    then = related(past, relation, position)
    if relation.coverage == "EVIDENCED" and not now | then:
        return None
    joined, left = len(now - then), len(then - now)
    if feature.aggregation == "turnover":
        return (joined + left) / len(now | then) if now | then else None
    return {"degree": len(now), "joined": joined, "left": left}[feature.aggregation]


# The graph's shape ----------------------------------------------------------------------------------------------------


def _of_shape(view: View, around: set[int], feature: RiskFeature) -> Value:
    assert feature.measure is not None
    values = [shape(view, feature.measure.expr, node) for node in around]
    if feature.aggregation == "members":
        return sum(v > 0 for v in values)
    return max(values, default=None)


def shape(view: View, name: str, node: int) -> int:
    kind, _, rule = name.partition("_")
    graph = _graph(view, kind)
    if node not in graph:
        return 0
    if rule == "mutual":
        return sum(1 for other in graph.successors(node) if other != node and graph.has_edge(other, node))
    if rule == "loop_size":
        component = next(c for c in nx.strongly_connected_components(graph) if node in c)
        return len(component) if len(component) > 1 or graph.has_edge(node, node) else 0
    labels = ("LegalEntity",) if kind == "executive" else PARTY
    spans = [view.projection.spans[label] for label in labels]
    component = nx.node_connected_component(graph.to_undirected(), node)
    return sum(any(first <= n < last for first, last in spans) for n in component)


def _graph(view: View, kind: str) -> nx.DiGraph:
    graph: nx.DiGraph = nx.DiGraph()
    if kind == "guarantee":
        of = [(s, e) for s, e, _ in facts(view, "BENEFICIARY")]
        graph.add_edges_from((by, to) for by, g, _ in facts(view, "GUARANTOR") for s, to in of if s == g)
        return graph
    names = {
        "ownership": ["OWNS"],
        "supply": ["SUPPLIES"],
        "contact": ["REACHED_AT"],
        "executive": ["LEGAL_REP_OF", "HOLDS_POST"],
    }
    graph.add_edges_from((s, e) for name in names[kind] for s, e, _ in facts(view, name))
    return graph


# Records --------------------------------------------------------------------------------------------------------------


def records(view: View, source: Source, around: set[int]) -> list[dict[str, Any]]:
    """Every record of a source about some parties: party, age in days (None without a day), counterparty, and its columns."""
    found: dict[tuple[int, int], dict[str, Any]] = {}
    for start, end, place in facts(view, source.fact):
        party, far = (start, end) if source.party == "start" else (end, start)
        if party not in around or party >= view.projection.spans[PARTY[-1]][1]:
            continue
        if source.record:
            first, last = view.projection.spans[source.record]
            if first <= far < last:
                row = view.projection.frames[source.record].row(far - first, named=True)
                found.setdefault((party, far), _record(view, source, (party, far, place), row))
        else:
            row = (
                view.projection.edges[source.fact].properties.row(place, named=True)
                if EDGES[source.fact].fields
                else {}
            )
            found[party, -place - 1] = _record(view, source, (party, far, place), row)
    return list(found.values())


def _record(view: View, source: Source, where: tuple[int, int, int], row: dict[str, Any]) -> dict[str, Any]:
    party, far, place = where
    fields = NODES[source.record].fields if source.record else EDGES[source.fact].fields
    columns = {f.name: row[f.name] for f in fields if f.kind != "datetime"}
    for f in fields:
        if f.kind == "date":
            day = row[f.name]
            columns[f"days_since_{f.name}"] = None if day is None else (view.as_of - day).days
    if source.day == "since":
        since = int(view.projection.edges[source.fact].since[place])
        age = None if since == SINCE_EVER else as_days(view.as_of) - since
    else:
        age = (
            _age_of_month(view, row["month"])
            if source.day == "month"
            else columns[f"days_since_{source.day}"]
        )
    return {
        "party": party,
        "age": age,
        "place": place,
        "other": _other(view, source, far, row),
        "columns": columns,
    }


def _age_of_month(view: View, month: str | None) -> int | None:
    if month is None:
        return None
    year, number = map(int, month.split("-"))
    following = dt.date(year + number // 12, number % 12 + 1, 1)
    return (view.as_of - following).days + 1


def _other(view: View, source: Source, far: int, row: dict[str, Any]) -> object:
    if not source.record:
        return far
    if source.counterparty in EDGES:
        ends = [(s, e) for s, e, _ in facts(view, source.counterparty)]
        return next((e if s == far else s for s, e in ends if far in (s, e)), None)
    return row.get(source.counterparty)


@cache
def _desk() -> sqlite3.Connection:
    return sqlite3.connect(":memory:")


def _said(expression: str, record: dict[str, Any], *, real: bool) -> Any:
    """What SQLite makes of an expression over one record; whole numbers are made real first where a ratio is asked."""
    columns = record["columns"]
    plain = {n: (v.isoformat() if isinstance(v, dt.date) else v) for n, v in columns.items()}
    if real:
        plain = {n: float(v) if isinstance(v, int) else v for n, v in plain.items()}
    names = ", ".join(f'? AS "{n}"' for n in plain) or "1 AS nothing"
    return _desk().execute(f"SELECT {expression} FROM (SELECT {names})", list(plain.values())).fetchone()[0]


def _of_records(view: View, around: set[int], feature: RiskFeature, source: Source) -> Value:
    everything = records(view, source, around)
    if source.coverage == "EVIDENCED" and not everything:
        return None
    past = [r for r in everything if r["age"] is None or r["age"] >= 0]
    chosen = [r for r in past if not feature.where or _said(feature.where, r, real=False)]
    if feature.measure is not None:
        real = feature.measure.unit == "ratio"
        for record in past:
            said = _said(feature.measure.expr, record, real=real)
            record["value"] = None if said is None or (isinstance(said, float) and math.isnan(said)) else said
    return _AGGREGATE[feature.aggregation](
        _within(chosen, feature.window), _Asked(feature, around, past, chosen)
    )


def _within(found: list[dict[str, Any]], days: int | None) -> list[dict[str, Any]]:
    return found if days is None else [r for r in found if r["age"] is not None and r["age"] < days]


class _Asked:
    def __init__(self, feature: RiskFeature, around: set[int], past: list[Any], chosen: list[Any]) -> None:
        self.feature, self.around, self.chosen = feature, around, chosen
        self.whole = _within(past, feature.window)
        self.both = _within(chosen, 2 * feature.window) if feature.window else []


def _values(found: list[dict[str, Any]]) -> list[Any]:
    return [r["value"] for r in found if r["value"] is not None]


def _sum(found: list[dict[str, Any]], asked: _Asked) -> Value:
    return sum(_values(found)) if _values(found) or not found else None


def _growth(found: list[dict[str, Any]], asked: _Asked) -> Value:
    now, before = sum(_values(found)), sum(_values(asked.both)) - sum(_values(found))
    return now / before - 1 if before > 0 else None


def _by_counterparty(found: list[dict[str, Any]]) -> list[float]:
    sums: dict[object, float] = {}
    for r in found:
        if r["other"] is not None and r["value"] is not None:
            sums[r["other"]] = sums.get(r["other"], 0) + r["value"]
    return list(sums.values())


def _top_share(found: list[dict[str, Any]], asked: _Asked) -> Value:
    sums = _by_counterparty(found)
    return max(0, *sums, 0) / sum(sums) if sum(sums) > 0 else None


def _concentration(found: list[dict[str, Any]], asked: _Asked) -> Value:
    sums = _by_counterparty(found)
    return sum((s / sum(sums)) ** 2 for s in sums) if sum(sums) > 0 else None


def _part(part: float, whole: float) -> Value:
    return part / whole if whole > 0 else None


def _dated(asked: _Asked) -> list[int]:
    return [r["age"] for r in asked.chosen if r["age"] is not None]


def _lasts(asked: _Asked, back: int) -> list[Any]:
    """The value of the last record, or the one before it, of each member."""
    found = []
    for member in asked.around:
        own = [r for r in asked.chosen if r["party"] == member and r["age"] is not None]
        own.sort(key=lambda r: (-r["age"], r["place"]))
        if len(own) > back:
            found.append(own[-1 - back]["value"])
    return found


def _only(found: list[Any]) -> Value:
    return found[0] if found else None


def _change(found: list[dict[str, Any]], asked: _Asked) -> Value:
    now, then = _only(_lasts(asked, 0)), _only(_lasts(asked, 1))
    return None if now is None or then is None else now - then


def _relative_change(found: list[dict[str, Any]], asked: _Asked) -> Value:
    moved, then = _change(found, asked), _only(_lasts(asked, 1))
    return None if moved is None or not then else moved / abs(then)


def _known(values: list[Any]) -> list[Any]:
    return [v for v in values if v is not None]


def _with_any(found: list[dict[str, Any]], asked: _Asked) -> int:
    return len({r["party"] for r in found})


_AGGREGATE: dict[str, Any] = {
    "count": lambda f, a: len(f),
    "sum": _sum,
    "max": lambda f, a: max(_values(f), default=None),
    "min": lambda f, a: min(_values(f), default=None),
    "mean": lambda f, a: sum(_values(f)) / len(_values(f)) if _values(f) else None,
    "days_since_last": lambda f, a: min(_dated(a), default=None),
    "days_since_first": lambda f, a: max(_dated(a), default=None),
    "trend": lambda f, a: len(f) - (len(a.both) - len(f)),
    "growth": _growth,
    "distinct": lambda f, a: len({r["other"] for r in f if r["other"] is not None}),
    "top_share": _top_share,
    "concentration": _concentration,
    "share": lambda f, a: _part(len(f), len(a.whole)),
    "amount_share": lambda f, a: _part(sum(_values(f)), sum(_values(a.whole))),
    "latest": lambda f, a: _only(_lasts(a, 0)),
    "previous": lambda f, a: _only(_lasts(a, 1)),
    "change": _change,
    "relative_change": _relative_change,
    "least_latest": lambda f, a: min(_known(_lasts(a, 0)), default=None),
    "total_latest": lambda f, a: sum(_known(_lasts(a, 0))) if _known(_lasts(a, 0)) else None,
    "members": _with_any,
    "member_share": lambda f, a: _part(_with_any(f, a), len(a.around)),
}

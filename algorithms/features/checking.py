"""What a risk feature may be made of: checked when the registry is read, so that nothing is found out while scoring."""

from __future__ import annotations

import re
from collections.abc import Mapping

from algorithms.features.aggregations import OF_ALL
from algorithms.features.columns import columns_of, days_of
from algorithms.features.shapes import SHAPES
from algorithms.rules.expressions import compile_condition
from schema.edges import EDGES
from schema.errors import RulebookInvalid
from schema.nodes import NODES, PARTY
from schema.risk_feature import (
    AGGREGATIONS,
    RELATION,
    SELF,
    STRUCTURE,
    Aggregation,
    Around,
    Relation,
    RiskFeature,
    Source,
    Unit,
)

LONGEST_WINDOW = 36_500
_STEP = re.compile(r"<([A-Z_|]+)|([A-Z_|]+)>")
_TO_OTHERS = frozenset({"distinct", "top_share", "concentration"})
_NEEDS_RATIO = frozenset({"mean"})


def require(holds: bool, where: str, said: str) -> None:
    """Raise RulebookInvalid unless something holds."""
    if not holds:
        raise RulebookInvalid(f"{where}: {said}.")


def steps_of(word: str) -> tuple[tuple[str, ...], bool]:
    """Read a step such as ``<OWNS`` or ``LEGAL_REP_OF|HOLDS_POST>``: its relationships, and whether it goes backwards.

    Raises
    ------
    RulebookInvalid
        Another form, or an unknown relationship.
    """
    form = _STEP.fullmatch(word)
    require(form is not None, word, "a step is written <RELATIONSHIP or RELATIONSHIP>")
    assert form is not None
    names = tuple((form[1] or form[2]).split("|"))
    unknown = [name for name in names if name not in EDGES]
    require(not unknown, word, f"there is no relationship {', '.join(unknown)}")
    return names, form[1] is not None


def check_source(source: Source, where: str) -> None:
    """Refuse a source that the graph cannot serve."""
    require(source.fact in EDGES, where, f"there is no relationship {source.fact!r}")
    require(source.party in ("start", "end"), where, "party is start or end")
    require(source.id not in (STRUCTURE, RELATION), where, "this name is taken by the graph itself")
    edge = EDGES[source.fact]
    ends, other = (edge.starts, edge.ends) if source.party == "start" else (edge.ends, edge.starts)
    require(bool({*ends} & {*PARTY}), where, f"no party stands at the {source.party} of {source.fact}")
    if source.record:
        require(source.record in other, where, f"{source.fact} leads to no {source.record}")
    days = days_of(source)
    require(source.day in days, where, f"day is one of {', '.join(days)}")
    _check_counterparty(source, where)


def _check_counterparty(source: Source, where: str) -> None:
    if not source.counterparty or not source.record:
        return
    edge = EDGES.get(source.counterparty)
    named = source.counterparty in columns_of(source)
    led = edge is not None and source.record in (*edge.starts, *edge.ends)
    require(named or led, where, f"{source.record} has no column or relationship {source.counterparty!r}")


def check_relation(relation: Relation, where: str) -> None:
    """Refuse a relation whose steps the graph does not have."""
    require(bool(relation.paths) != bool(relation.share), where, "give either paths or a share")
    require(0 <= relation.share <= 1 and 0 <= relation.times <= 4, where, "share is 0 to 1, times 0 to 4")
    require(relation.label in ("", *NODES), where, f"there is no label {relation.label!r}")
    for path in relation.paths:
        require(bool(path), where, "a path has at least one step")
        for step in path:
            steps_of(step)


def check_feature(
    feature: RiskFeature, sources: Mapping[str, Source], relations: Mapping[str, Relation], where: str
) -> None:
    """Refuse a feature that cannot be computed, or would not mean what it says."""
    aggregation = AGGREGATIONS.get(feature.aggregation)
    if aggregation is None:
        raise RulebookInvalid(
            f"{where}: there is no aggregation {feature.aggregation!r}. {_one_of(AGGREGATIONS)}"
        )
    kind = feature.source if feature.source in (STRUCTURE, RELATION) else "event"
    require(kind != "event" or feature.source in sources, where, f"there is no source {feature.source!r}")
    require(kind in aggregation.of, where, f"{aggregation.id} does not go with {feature.source}")
    _check_window(feature, aggregation, where)
    _check_scope(feature, aggregation, relations, where)
    if kind == "event":
        _check_records(feature, aggregation, sources[feature.source], where)
    else:
        require(not feature.where, where, f"{kind} takes no condition")
    if kind == STRUCTURE:
        named = feature.measure is not None and feature.measure.expr in SHAPES
        require(named, where, f"there is no such number of the graph. {_one_of(SHAPES)}")


def _one_of(names: Mapping[str, object]) -> str:
    return f"There are: {', '.join(names)}."


def _check_window(feature: RiskFeature, aggregation: Aggregation, where: str) -> None:
    window = feature.window
    require(
        window is None or 1 <= window <= LONGEST_WINDOW, where, f"a window has 1 to {LONGEST_WINDOW} days"
    )
    require(aggregation.window is not True or window is not None, where, f"{aggregation.id} needs a window")
    require(aggregation.window is not False or window is None, where, f"{aggregation.id} takes no window")
    require(feature.source != STRUCTURE or window is None, where, "the graph's shape takes no window")


def _check_scope(
    feature: RiskFeature, aggregation: Aggregation, relations: Mapping[str, Relation], where: str
) -> None:
    alone = feature.scope == SELF
    require(alone or feature.scope in relations, where, f"there is no scope {feature.scope!r}")
    fits = {Around.SELF: alone, Around.OTHERS: not alone, Around.ANY: True}[aggregation.around]
    require(fits, where, f"{aggregation.id} is about {aggregation.around}")


def _check_records(feature: RiskFeature, aggregation: Aggregation, source: Source, where: str) -> None:
    measured = feature.measure is not None
    require(
        measured == aggregation.measured,
        where,
        f"{aggregation.id} {'needs a' if not measured else 'takes no'} measure",
    )
    columns = columns_of(source)
    said = [feature.where, feature.measure.expr if feature.measure else ""]
    for text in filter(None, said):
        named = compile_condition(text, columns, where).meta.root_names()
        require(bool(named), where, f"{text!r} names no column")
    if feature.measure is not None:
        ratio = feature.measure.unit is Unit.RATIO
        require(
            ratio or aggregation.id not in _NEEDS_RATIO,
            where,
            "a mean is taken of ratios: money stays whole fen",
        )
    require(
        bool(source.counterparty or not source.record) or aggregation.id not in _TO_OTHERS,
        where,
        f"the source {source.id} names no counterparty",
    )
    require(bool(feature.where) or aggregation.id not in OF_ALL, where, "a share needs a condition")

"""Where a feature's value comes from: the facts from which alone it can be computed again."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from algorithms.evidence import Fact
from algorithms.features.aggregations import DOUBLED, OF_ALL
from algorithms.features.columns import columns_of
from algorithms.features.evaluation import Evaluation, earlier
from algorithms.features.events import UNDATED, Events, events_of
from algorithms.features.relations import trail
from algorithms.features.shapes import shape_of, shape_places
from algorithms.features.tallies import Mask
from algorithms.projection import View
from algorithms.rules.expressions import compile_condition
from algorithms.walks.links import Nodes, Place, as_nodes, cite
from schema.risk_feature import RELATION, SELF, STRUCTURE, Registry, RiskFeature

_OF_EVERYBODY = frozenset({"member_share"})
_OF_ANY_DAY = frozenset({"latest", "previous", "change", "relative_change", "least_latest", "total_latest"})


@dataclass(frozen=True)
class Explained:
    """One feature of one enterprise.

    Attributes
    ----------
    feature : RiskFeature
    value : int, float or None
        None where there is none.
    known : bool
        False: unknown, because the caller may not see the source or it does not cover the enterprise.
    undefined : bool
        True: known, and no number, because what it compares with is 0.
    facts : tuple of Fact
        Of a value: what it was computed from. Of a zero: what was looked through and held nothing.
    """

    feature: RiskFeature
    value: int | float | None
    known: bool
    undefined: bool
    facts: tuple[Fact, ...]


def explain(view: View, position: int, feature: RiskFeature, registry: Registry) -> Explained:
    """Return one value with the facts behind it.

    Parameters
    ----------
    view : View
    position : int
        The enterprise.
    feature : RiskFeature
    registry : Registry

    Notes
    -----
    O(V + E log E) once per view, then the size of the neighbourhood. A projection of the cited facts alone gives the same
    value on the same day.
    """
    return explain_all(view, position, [feature], registry)[0]


def explain_all(
    view: View, position: int, features: list[RiskFeature], registry: Registry
) -> tuple[Explained, ...]:
    """Return several values of one enterprise with the facts behind each; walks are shared."""
    evaluation = Evaluation(view, as_nodes([position]), registry)
    evaluation.prepare(features)
    return tuple(_explained(evaluation, feature) for feature in features)


def _explained(evaluation: Evaluation, feature: RiskFeature) -> Explained:
    (values, present), known = evaluation.column(feature)
    value = values[0].item() if present[0] and known[0] else None
    if value is not None:
        value = int(value) if feature.unit.whole else float(value)
    facts = cite(evaluation.view.projection, _places(evaluation, feature)) if known[0] else ()
    undefined = bool(known[0] and evaluation.undefined(feature)[0])
    return Explained(feature, value, bool(known[0]), undefined, facts)


def _places(evaluation: Evaluation, feature: RiskFeature) -> list[Place]:
    if feature.source == RELATION:
        return _relation_places(evaluation, feature)
    if feature.source == STRUCTURE:
        return _shape_places(evaluation, feature)
    return _record_places(evaluation, feature)


def _way(evaluation: Evaluation, scope: str, targets: Nodes, days: int = 0) -> list[Place]:
    """The facts that lead to some members."""
    if scope == SELF or not len(targets):
        return []
    view = earlier(evaluation.view, days) if days else evaluation.view
    relation = evaluation.registry.relations[scope]
    return trail(view, relation, int(evaluation.positions[0]), targets.tolist())


def _relation_places(evaluation: Evaluation, feature: RiskFeature) -> list[Place]:
    scope, days = feature.scope, feature.window or 0
    found = _way(evaluation, scope, evaluation.members(scope).nodes)
    return found + (_way(evaluation, scope, evaluation.members(scope, days).nodes, days) if days else [])


def _shape_places(evaluation: Evaluation, feature: RiskFeature) -> list[Place]:
    name = feature.measure.expr if feature.measure else ""
    nodes = evaluation.members(feature.scope).nodes
    with_it = nodes[shape_of(evaluation.view, name)[nodes] > 0]
    found = _way(evaluation, feature.scope, with_it if len(with_it) else nodes)
    return found + [place for node in with_it.tolist() for place in shape_places(evaluation.view, name, node)]


def _record_places(evaluation: Evaluation, feature: RiskFeature) -> list[Place]:
    nodes = evaluation.members(feature.scope).nodes
    events = events_of(evaluation.view, evaluation.registry.sources[feature.source]).of(nodes)
    counted = events.take(_counted(events, feature))
    if not len(counted):
        return _way(evaluation, feature.scope, nodes) + events.places()
    everybody = feature.aggregation in _OF_EVERYBODY
    targets = nodes if everybody else np.unique(counted.party)
    return _way(evaluation, feature.scope, targets) + counted.places()


def _counted(events: Events, feature: RiskFeature) -> Mask:
    """Which records the aggregation looks at."""
    kept = events.age >= 0
    if feature.window is not None:
        kept &= events.age < feature.window * (2 if feature.aggregation in DOUBLED else 1)
    if feature.aggregation.startswith("days_since") or feature.aggregation in _OF_ANY_DAY:
        kept &= events.age < UNDATED
    if feature.where and feature.aggregation not in OF_ALL:
        condition = compile_condition(feature.where, columns_of(events.source), feature.code)
        kept &= events.table.select(condition.fill_null(False)).to_series().to_numpy()
    return kept

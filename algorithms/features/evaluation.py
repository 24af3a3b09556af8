"""Features of some enterprises on one view; what several features share is computed once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np
import polars as pl

from algorithms.features.aggregations import BASELESS, COMPUTE, DOUBLED, OF_ALL, Wanted
from algorithms.features.around import Around
from algorithms.features.columns import columns_of
from algorithms.features.events import Events, events_of
from algorithms.features.known import feature_audiences, open_to
from algorithms.features.relations import Members, labelled, oneself, reached
from algorithms.features.shapes import shape_of
from algorithms.features.tallies import Column, Mask, Numbers, Tally, Values
from algorithms.projection import View
from algorithms.rules.expressions import compile_condition
from algorithms.walks.links import Nodes
from schema.risk_feature import RELATION, SELF, STRUCTURE, Coverage, Measure, Registry, RiskFeature

T = TypeVar("T")


def earlier(view: View, days: int) -> View:
    """Return what the same caller sees of an earlier day, joined as today's is: positions mean the same in both."""
    return view.once(("features: earlier", days), lambda v: _earlier(v, v.as_of - dt.timedelta(days=days)))


def _earlier(view: View, day: dt.date) -> View:
    apart = None if view.apart is None else _earlier(view.apart, day)
    return View(view.projection, day, view.access, apart)


@dataclass(frozen=True, eq=False)
class Evaluation:
    """The columns of some enterprises.

    Parameters
    ----------
    view : View
    positions : int64 array (n,)
    registry : Registry
    """

    view: View
    positions: Nodes
    registry: Registry
    _windows: dict[str, set[int]] = field(default_factory=dict)
    _scopes: dict[str, set[str]] = field(default_factory=dict)
    _memo: dict[Hashable, Any] = field(default_factory=dict)

    def prepare(self, features: Iterable[RiskFeature]) -> None:
        """Note the windows and scopes that each source will be asked for, so that one pass serves them all."""
        for each in features:
            self._scopes.setdefault(each.source, set()).add(each.scope)
            wanted = self._windows.setdefault(each.source, set())
            if each.window is not None:
                wanted.add(each.window)
                wanted.update({2 * each.window} if each.aggregation in DOUBLED else ())

    def column(self, feature: RiskFeature) -> tuple[Column, Mask]:
        """Return one prepared feature's values, and for which enterprises they are known."""
        compute = {RELATION: self._of_relation, STRUCTURE: self._of_shape}
        column, covered = compute.get(feature.source, self._of_records)(feature)
        return column, covered & self._open(feature)

    def undefined(self, feature: RiskFeature) -> Mask:
        """Return for which enterprises one prepared feature would divide by nothing: a growth from 0."""
        if feature.aggregation not in BASELESS:
            return ~_everywhere(self.positions)
        return BASELESS[feature.aggregation](self._wanted(feature))

    def members(self, scope: str, days: int = 0) -> Members:
        """Return who belongs to each enterprise, today or some days ago."""
        if scope == SELF:
            return oneself(self.positions)
        relation, view = self.registry.relations[scope], earlier(self.view, days) if days else self.view
        # Relations that differ by label only share their walks.
        walk = (relation.paths, relation.times, relation.majority, relation.share, days)
        found = self._once(walk, lambda: reached(view, relation, self.positions))
        return self._once((scope, days), lambda: labelled(view, relation, found))

    def _once(self, key: Hashable, build: Callable[[], T]) -> T:
        if key not in self._memo:
            self._memo[key] = build()
        made: T = self._memo[key]
        return made

    def _open(self, feature: RiskFeature) -> Mask:
        classes = feature_audiences(feature, self.registry)
        alone = feature.scope == SELF
        return self._once((classes, alone), lambda: open_to(self.view, classes, self.positions, alone=alone))

    # Records --------------------------------------------------------------------------------------------------------

    def _of_records(self, feature: RiskFeature) -> tuple[Column, Mask]:
        wanted = self._wanted(feature)
        covered = self._related(feature.scope)
        if self.registry.sources[feature.source].coverage is Coverage.EVIDENCED:
            covered = covered & (np.diff(wanted.around.matrix.indptr) > 0)
        return COMPUTE[feature.aggregation](wanted), covered

    def _wanted(self, feature: RiskFeature) -> Wanted:
        around = self._around(feature.source, feature.where, feature.measure, feature.scope)
        shared = feature.aggregation in OF_ALL
        whole = self._around(feature.source, "", feature.measure, feature.scope) if shared else around
        tally, window = around.tally, feature.window
        doubled = 2 * window if window and feature.aggregation in DOUBLED else None
        return Wanted(around, whole, tally.column(window), tally.column(doubled))

    def _related(self, scope: str) -> Mask:
        """Where a relation covers an enterprise at all."""
        evidenced = scope != SELF and self.registry.relations[scope].coverage is Coverage.EVIDENCED
        return self.members(scope).degree > 0 if evidenced else np.ones(len(self.positions), dtype=np.bool_)

    def _around(self, source: str, where: str, measure: Measure | None, scope: str) -> Around:
        def build() -> Around:
            tally = self._tally(source, where, measure)
            found = self._once((source, "within", scope), lambda: self._within(source, scope))
            return Around(tally, found, self.members(scope).degree)

        return self._once((source, where, measure, scope), build)

    def _within(self, source: str, scope: str) -> Any:
        return self.members(scope).within(self._parties(source), len(self.view.projection))

    def _events(self, source: str) -> Events:
        """The records of everybody who matters to the asked enterprises."""

        def build() -> Events:
            concerned = [self.members(scope).nodes for scope in sorted(self._scopes[source])]
            parties = np.unique(np.concatenate(concerned))
            return events_of(self.view, self.registry.sources[source]).of(parties)

        return self._once((source, "events"), build)

    def _parties(self, source: str) -> Numbers:
        return self._once((source, "parties"), lambda: np.unique(self._events(source).party))

    def _tally(self, source: str, where: str, measure: Measure | None) -> Tally:
        return self._once((source, where, measure), lambda: self._tallied(source, where, measure))

    def _tallied(self, source: str, where: str, measure: Measure | None) -> Tally:
        events = self._events(source)
        columns = columns_of(self.registry.sources[source])
        kept = events.age >= 0
        if where:
            condition = compile_condition(where, columns, source)
            kept &= events.table.select(condition.fill_null(False)).to_series().to_numpy()
        value, measured = _measured(events, measure, columns)
        row = np.searchsorted(self._parties(source), events.party[kept])
        windows = np.array(sorted(self._windows[source]), dtype=np.int64)
        parts = (events.age[kept], events.other[kept], value[kept], measured[kept])
        return Tally(row, *parts, windows, len(self._parties(source)))

    # The graph itself -----------------------------------------------------------------------------------------------

    def _of_shape(self, feature: RiskFeature) -> tuple[Column, Mask]:
        values = shape_of(self.view, feature.measure.expr if feature.measure else "")
        if feature.scope == SELF:
            return (values[self.positions], _everywhere(self.positions)), _everywhere(self.positions)
        found = self.members(feature.scope)
        near = np.concatenate((values[found.nodes], [0]))
        if feature.aggregation == "members":
            sums = np.concatenate(([0], np.cumsum(near > 0)))
            column = sums[found.indptr[1:]] - sums[found.indptr[:-1]], _everywhere(self.positions)
        else:
            most = np.maximum.reduceat(near, found.indptr[:-1])
            column = most, found.degree > 0
        return column, self._related(feature.scope)

    def _of_relation(self, feature: RiskFeature) -> tuple[Column, Mask]:
        now = self.members(feature.scope)
        if feature.aggregation == "degree":
            return (now.degree, _everywhere(self.positions)), self._related(feature.scope)
        size, rows = len(self.view.projection), len(self.positions)
        then = self.members(feature.scope, feature.window or 0)
        today, before = now.pairs(size), then.pairs(size)
        joined = np.bincount(np.setdiff1d(today, before) // size, minlength=rows)
        left = np.bincount(np.setdiff1d(before, today) // size, minlength=rows)
        ever = now.degree + left
        chosen = {"joined": joined, "left": left, "turnover": (joined + left) / np.maximum(ever, 1)}
        present = ever > 0 if feature.aggregation == "turnover" else _everywhere(self.positions)
        evidenced = self.registry.relations[feature.scope].coverage is Coverage.EVIDENCED
        return (chosen[feature.aggregation], present), ever > 0 if evidenced else _everywhere(self.positions)


def _everywhere(positions: Nodes) -> Mask:
    return np.ones(len(positions), dtype=np.bool_)


def _measured(events: Events, measure: Measure | None, columns: tuple[str, ...]) -> tuple[Values, Mask]:
    """The measure of each record, and which of them say it. Records are counted where nothing is measured."""
    if measure is None:
        return np.ones(len(events), dtype=np.int64), np.ones(len(events), dtype=np.bool_)
    dtype = pl.Int64 if measure.unit.whole else pl.Float64
    expression = compile_condition(measure.expr, columns, measure.id).cast(dtype)
    said = events.table.select(expression.alias("value")).to_series()
    if dtype == pl.Float64:
        said = said.fill_nan(None)
    return said.fill_null(0).to_numpy(), said.is_not_null().to_numpy()

"""The aggregations: from what was tallied around each enterprise to one column. Definitions: ``algorithms.features``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np

from algorithms.features.around import Around
from algorithms.features.tallies import Column, Mask, Values

DOUBLED: Final = frozenset({"trend", "growth"})
"""Aggregations that look at the window before the window too."""
OF_ALL: Final = frozenset({"share", "amount_share"})
"""Aggregations that compare with all records of the source."""


@dataclass(frozen=True, eq=False)
class Wanted:
    """What one column is made of.

    Attributes
    ----------
    around : Around
        Of the feature's own condition.
    whole : Around
        Of all records, for those ``OF_ALL``; the same as ``around`` for others.
    at, before : int
        Columns of the window, and of the window twice as long.
    """

    around: Around
    whole: Around
    at: int
    before: int


Compute: TypeAlias = Callable[[Wanted], Column]


def _always(values: Values) -> Column:
    return values, np.ones(len(values), dtype=np.bool_)


def _ratio(part: Values, whole: Values) -> Column:
    some = whole > 0
    return part / np.where(some, whole, 1), some


def _count(w: Wanted) -> Column:
    return _always(w.around.counts[:, w.at])


def _sum(w: Wanted) -> Column:
    """Records that do not say the measure are left out; where none of them does, there is no sum."""
    said = (w.around.measured_counts[:, w.at] > 0) | (w.around.counts[:, w.at] == 0)
    return w.around.sums[:, w.at], said & w.around.tally.exact


def _max(w: Wanted) -> Column:
    return w.around.greatest[:, w.at], w.around.measured_counts[:, w.at] > 0


def _min(w: Wanted) -> Column:
    return w.around.least[:, w.at], w.around.measured_counts[:, w.at] > 0


def _mean(w: Wanted) -> Column:
    return _ratio(w.around.sums[:, w.at], w.around.measured_counts[:, w.at])


def _days_since_last(w: Wanted) -> Column:
    return w.around.best(w.around.tally.recency(first=False), greatest=False)


def _days_since_first(w: Wanted) -> Column:
    return w.around.best(w.around.tally.recency(first=True), greatest=True)


def _trend(w: Wanted) -> Column:
    return _always(2 * w.around.counts[:, w.at] - w.around.counts[:, w.before])


def _growth(w: Wanted) -> Column:
    now, both = w.around.sums[:, w.at], w.around.sums[:, w.before]
    ratio, some = _ratio(now, both - now)
    growth: Values = ratio - 1.0
    return growth, some & w.around.tally.exact


def _distinct(w: Wanted) -> Column:
    return _always(np.asarray(w.around.matrix @ w.around.tally.distinct[:, w.at]))


def _top_share(w: Wanted) -> Column:
    most, _, some = w.around.tally.over_counterparties
    return np.asarray(w.around.matrix @ most[:, w.at]), w.around.any_of(some[:, w.at])


def _concentration(w: Wanted) -> Column:
    _, index, some = w.around.tally.over_counterparties
    return np.asarray(w.around.matrix @ index[:, w.at]), w.around.any_of(some[:, w.at])


def _share(w: Wanted) -> Column:
    return _ratio(w.around.counts[:, w.at], w.whole.counts[:, w.at])


def _amount_share(w: Wanted) -> Column:
    ratio, some = _ratio(w.around.sums[:, w.at], w.whole.sums[:, w.at])
    return ratio, some & w.whole.tally.exact


def _latest(w: Wanted) -> Column:
    return w.around.best(w.around.tally.latest[0], greatest=True)


def _previous(w: Wanted) -> Column:
    return w.around.best(w.around.tally.latest[1], greatest=True)


def _change(w: Wanted) -> Column:
    (now, has_now), (then, has_then) = _latest(w), _previous(w)
    return now - then, has_now & has_then


def _relative_change(w: Wanted) -> Column:
    (now, has_now), (then, has_then) = _latest(w), _previous(w)
    ratio, some = _ratio(now - then, np.abs(then))
    return ratio, some & has_now & has_then


def _least_latest(w: Wanted) -> Column:
    return w.around.best(w.around.tally.latest[0], greatest=False)


def _total_latest(w: Wanted) -> Column:
    values, present = w.around.tally.latest[0]
    total = np.asarray(w.around.matrix @ np.where(present, values, 0))
    return total, w.around.any_of(present) & w.around.tally.exact


def _members(w: Wanted) -> Column:
    return _always(w.around.members[:, w.at])


def _member_share(w: Wanted) -> Column:
    return _ratio(w.around.members[:, w.at], w.around.degree)


def _no_sum_before(w: Wanted) -> Mask:
    now, both = w.around.sums[:, w.at], w.around.sums[:, w.before]
    said = w.around.measured_counts[:, w.before] > w.around.measured_counts[:, w.at]
    none: Mask = said & (both - now <= 0)
    return none & w.around.tally.exact


def _nothing_before(w: Wanted) -> Mask:
    (_, has_now), (then, has_then) = _latest(w), _previous(w)
    none: Mask = has_now & has_then & (then == 0)
    return none


BASELESS: Final[Mapping[str, Callable[[Wanted], Mask]]] = {
    "growth": _no_sum_before,
    "relative_change": _nothing_before,
}
"""Where an aggregation has no value because what it compares with is there and is nothing."""
COMPUTE: Final[Mapping[str, Compute]] = {
    "count": _count,
    "sum": _sum,
    "max": _max,
    "min": _min,
    "mean": _mean,
    "days_since_last": _days_since_last,
    "days_since_first": _days_since_first,
    "trend": _trend,
    "growth": _growth,
    "distinct": _distinct,
    "top_share": _top_share,
    "concentration": _concentration,
    "share": _share,
    "amount_share": _amount_share,
    "latest": _latest,
    "previous": _previous,
    "change": _change,
    "relative_change": _relative_change,
    "least_latest": _least_latest,
    "total_latest": _total_latest,
    "members": _members,
    "member_share": _member_share,
}

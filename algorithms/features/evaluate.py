"""All features of many enterprises at once, column by column."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import polars as pl

from algorithms.features.evaluation import Evaluation
from algorithms.features.tallies import Column, Mask
from algorithms.projection import View
from algorithms.walks.links import as_nodes
from schema.risk_feature import Registry, RiskFeature

_ROWS = 8_192  # enterprises evaluated together: bounds what their neighbourhoods take


@dataclass(frozen=True, eq=False)
class Evaluated:
    """Features of enterprises.

    Attributes
    ----------
    values : DataFrame
        ``id`` and one column per code: Int64 (counts, fen, days, flags) or Float64 (ratios); null where there is no
        value.
    known : DataFrame
        ``id`` and one Boolean column per code. False: unknown 未知, because the caller may not see the source or it does
        not cover the enterprise. True with a null value: known, and nothing to measure 无可计量.
    """

    values: pl.DataFrame
    known: pl.DataFrame


def evaluate(
    view: View, positions: Iterable[int], features: Sequence[RiskFeature], registry: Registry
) -> Evaluated:
    """Evaluate features for enterprises.

    Parameters
    ----------
    view : View
        The day, and what the caller may see.
    positions : iterable of int
        Node positions of parties; repeats allowed.
    features : sequence of RiskFeature
        Of the registry.
    registry : Registry
        Sources and relations that the features name.

    Returns
    -------
    Evaluated
        One row per position in the order given.

    Notes
    -----
    O(V + E log E) once per view for records and adjacency; then, for n enterprises, the size of their neighbourhoods
    times the number of distinct (source, condition, measure, scope), not times the number of features: all windows and
    aggregations of one of those share its tallies.
    """
    asked = as_nodes(positions)
    starts = range(0, max(len(asked), 1), _ROWS)
    parts = [_part(Evaluation(view, asked[at : at + _ROWS], registry), features) for at in starts]
    values, known = zip(*parts, strict=True)
    return Evaluated(pl.concat(values), pl.concat(known))


def _part(evaluation: Evaluation, features: Sequence[RiskFeature]) -> tuple[pl.DataFrame, pl.DataFrame]:
    evaluation.prepare(features)
    ids = [evaluation.view.projection.ids[p] for p in evaluation.positions.tolist()]
    values, known = ([pl.Series("id", ids, dtype=pl.String)] for _ in range(2))
    for feature in features:
        column, certain = evaluation.column(feature)
        values.append(_series(feature, column, certain))
        known.append(pl.Series(feature.code, certain, dtype=pl.Boolean))
    return pl.DataFrame(values), pl.DataFrame(known)


def _series(feature: RiskFeature, column: Column, known: Mask) -> pl.Series:
    found, present = column
    made = pl.Series(feature.code, found).cast(pl.Int64 if feature.unit.whole else pl.Float64)
    there = present & known
    return made if there.all() else made.set(pl.Series(~there, dtype=pl.Boolean), None)

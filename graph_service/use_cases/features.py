"""Risk features 风险特征: what there are, what one party's are with the facts behind each, and the table of all enterprises."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import polars as pl

from algorithms.evidence import Fact
from algorithms.features import Explained, evaluate, explain_all
from graph_service.asking import Asking
from schema.errors import InputError
from schema.nodes import PARTY, key_label_of
from schema.risk_feature import Registry, RiskFeature, Unit

BOOK = "risk_features"


class FeatureState(StrEnum):
    """Why there is a value, or none."""

    VALUE = "VALUE"
    NOTHING = "NOTHING"  # known, and there is nothing to measure
    UNDEFINED = "UNDEFINED"  # known, and no number: a growth from 0
    UNKNOWN = "UNKNOWN"  # not open to the caller, or not covered by the source


@dataclass(frozen=True)
class FeatureEntry:
    """One feature of the registry; ``window_days`` None means for ever."""

    code: str
    zh: str
    en: str
    expr: str
    source: str
    window_days: int | None
    scope: str
    unit: Unit
    version: str
    sample: bool


@dataclass(frozen=True)
class FeatureValue:
    """One feature of one party: sums of money as ``amount_fen``, everything else as ``value``."""

    feature: FeatureEntry
    state: FeatureState
    value: float | None
    amount_fen: int | None
    facts: tuple[Fact, ...]


def entry_of(feature: RiskFeature) -> FeatureEntry:
    """Return what a reader is told of a feature."""
    return FeatureEntry(
        feature.code,
        feature.zh,
        feature.en,
        feature.expr,
        feature.source,
        feature.window,
        feature.scope,
        feature.unit,
        feature.version,
        feature.sample,
    )


def choose(
    registry: Registry, codes: Sequence[str] | None = None, family: str | None = None
) -> tuple[RiskFeature, ...]:
    """Return the features of these codes in their order, or of a family, or all.

    Raises
    ------
    InputError
        A code or a family that there is not, or both given.
    """
    if codes is not None and family is not None:
        raise InputError("Give either codes or a family.")
    if codes is not None:
        if unknown := [code for code in codes if code not in registry.features]:
            raise InputError(f"There is no feature {unknown[0][:100]!r}: see riskFeatureCatalogue.")
        return tuple(registry.features[code] for code in dict.fromkeys(codes))
    families = dict.fromkeys(f.source for f in registry.features.values())
    if family is not None and family not in families:
        raise InputError(f"There is no such family. There are: {', '.join(families)}.")
    return tuple(f for f in registry.features.values() if family in (None, f.source))


def feature_values(
    asking: Asking, party_id: str, registry: Registry, features: Sequence[RiskFeature]
) -> tuple[FeatureValue, ...]:
    """Return features of one party, each with the facts that it was computed from.

    Raises
    ------
    NotFound
        No such party, for this caller.
    """
    position = asking.party(party_id)
    asking.rulebooks[BOOK] = registry.version
    found = explain_all(asking.view, position, list(features), registry)
    named = {node for each in found for fact in each.facts for node in (fact.start, fact.end)}
    asking.about(*(node for node in named if key_label_of(node) in PARTY))
    return tuple(_value(each) for each in found)


def _value(found: Explained) -> FeatureValue:
    value, fen = found.value, found.feature.unit is Unit.FEN
    return FeatureValue(
        entry_of(found.feature),
        _state(found),
        None if fen or value is None else float(value),
        int(value) if fen and value is not None else None,
        found.facts,
    )


def _state(found: Explained) -> FeatureState:
    if not found.known:
        return FeatureState.UNKNOWN
    if found.value is not None:
        return FeatureState.VALUE
    return FeatureState.UNDEFINED if found.undefined else FeatureState.NOTHING


@dataclass(frozen=True)
class FeatureTable:
    """Features of all enterprises that the caller may look at, on one day.

    Attributes
    ----------
    frame : DataFrame
        ``id``, ``as_of`` and one column per code; null where there is no value. Long: ``id``, ``feature``, ``as_of``, and the
        value as ``whole`` (counts, fen, days) or ``ratio``, one row per value that there is.
    metadata : mapping
        What a Parquet file says of itself: day, graph version, and each feature's definition as JSON.
    """

    frame: pl.DataFrame
    metadata: dict[str, str]


def feature_table(
    asking: Asking, registry: Registry, features: Sequence[RiskFeature], *, long: bool = False
) -> FeatureTable:
    """Evaluate features of every enterprise in the caller's view and region.

    The table is about everybody and names persons nowhere, so it is not noted at each party: the audit row names the day
    and the registry.
    """
    first, last = asking.view.projection.spans["LegalEntity"]
    places = first + np.flatnonzero(asking.view.visible[first:last])
    asking.rulebooks[BOOK] = registry.version
    values = evaluate(asking.view, places, features, registry).values
    day = pl.lit(asking.as_of).alias("as_of")
    frame = _long(values, features, asking.as_of) if long else values.select("id", day, pl.exclude("id"))
    about = {
        "as_of": asking.as_of.isoformat(),
        "graph_version": str(asking.known_run),
        "registry_version": registry.version,
        "features": json.dumps(
            {
                f.code: {
                    "zh": f.zh,
                    "en": f.en,
                    "expr": f.expr,
                    "unit": f.unit,
                    "version": f.version,
                    "sample": f.sample,
                }
                for f in features
            },
            ensure_ascii=False,
        ),
    }
    return FeatureTable(frame, about)


def _long(values: pl.DataFrame, features: Sequence[RiskFeature], day: dt.date) -> pl.DataFrame:
    """One row per enterprise, feature and day: the feature store's key."""
    parts = []
    for name, whole in (("whole", True), ("ratio", False)):
        codes = [f.code for f in features if f.unit.whole is whole]
        part = values.unpivot(codes, index="id", variable_name="feature", value_name=name).drop_nulls()
        parts.append(part.with_columns(pl.lit(day).alias("as_of")))
    both = pl.concat(parts, how="diagonal")
    return both.select("id", "feature", "as_of", "whole", "ratio").sort("id", "feature")

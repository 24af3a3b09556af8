"""Whether nothing stated means none, or unknown: by what the caller may see, and by what a source promises."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import numpy as np
from numpy.typing import NDArray

from algorithms.features.checking import steps_of
from algorithms.features.shapes import SHAPES
from algorithms.projection import View
from algorithms.walks.links import Nodes
from schema.access import Audience
from schema.kinds import KINDS
from schema.risk_feature import RELATION, SELF, STRUCTURE, Registry, Relation, RiskFeature


@cache
def audiences_of(relationship: str, record: str = "") -> frozenset[Audience]:
    """Return the data classes of the facts of a relationship (to one kind of record), as the canonical kinds declare."""
    return frozenset(
        kind.audience
        for kind in KINDS.values()
        if any(rule.relationship == relationship for rule in kind.edges)
        and (not record or (kind.node is not None and kind.node.label == record))
    )


def relation_audiences(relation: Relation) -> frozenset[Audience]:
    """Return the data classes that a walk reads."""
    names = (
        {"OWNS"} if relation.share else {n for path in relation.paths for s in path for n in steps_of(s)[0]}
    )
    return frozenset[Audience]().union(*(audiences_of(name) for name in names))


def feature_audiences(feature: RiskFeature, registry: Registry) -> frozenset[Audience]:
    """Return the data classes that a feature is made of."""
    found = frozenset[Audience]()
    if feature.scope != SELF:
        found |= relation_audiences(registry.relations[feature.scope])
    if feature.source == RELATION:
        return found
    if feature.source == STRUCTURE:
        named = SHAPES[feature.measure.expr].relationships if feature.measure else ()
        return found.union(*(audiences_of(name) for name in named))
    source = registry.sources[feature.source]
    return found | audiences_of(source.fact, source.record)


def open_to(view: View, classes: Iterable[Audience], positions: Nodes, *, alone: bool) -> NDArray[np.bool_]:
    """Return for which enterprises the caller sees all facts of these classes.

    A class that consent opens is open for who consented himself; around him stand others who did not.
    """
    access = view.access
    own_bank = {Audience.BANK_PRIVATE} if access.banks else set()
    shut = set(classes) - access.classes - own_bank
    if not shut:
        return np.ones(len(positions), dtype=np.bool_)
    if not (alone and shut <= access.consented):
        return np.zeros(len(positions), dtype=np.bool_)
    ids = view.projection.ids
    return np.array([ids[p] in access.subjects for p in positions.tolist()], dtype=np.bool_)

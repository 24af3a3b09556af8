"""The queries about risk features."""

from __future__ import annotations

from dataclasses import replace

import strawberry

from algorithms.features import load
from graph_service.api.connections import DEFAULT_FIRST, Connection, Page, page, require_first
from graph_service.api.features import RiskFeature, RiskFeatureValue
from graph_service.api.ids import read_id
from graph_service.api.operations import Argument, operation
from graph_service.asking import Asking
from graph_service.use_cases.features import choose, entry_of, feature_values
from schema.errors import InputError
from schema.nodes import PARTY

MOST_CODES = 1_000


def _codes(codes: list[str] | None) -> tuple[str, ...] | None:
    if codes is not None and not 1 <= len(codes) <= MOST_CODES:
        raise InputError(f"Give 1 to {MOST_CODES} codes.")
    return None if codes is None else tuple(codes)


def _values(
    asking: Asking,
    party: str,
    codes: tuple[str, ...] | None,
    family: str | None,
    first: int,
    after: str | None,
) -> Page:
    require_first(first, asking.principal.role)
    registry = load()
    shown = page(choose(registry, codes, family), first, after)
    values = feature_values(asking, party, registry, [place.node for place in shown.edges])
    return replace(
        shown, edges=[replace(place, node=v) for place, v in zip(shown.edges, values, strict=True)]
    )


def _catalogue(asking: Asking, family: str | None, first: int, after: str | None) -> Page:
    require_first(first, asking.principal.role)
    return page([entry_of(each) for each in choose(load(), None, family)], first, after)


_FAMILY = Argument(str | None, "Only of this source, e.g. penalty 来源.", None)
_FIRST = Argument(int, "How many, 1 to 100 (to 10,000 for INTEGRATION) 条数.", DEFAULT_FIRST)
_AFTER = Argument(str | None, "Cursor of the last one of the page before 游标.", None)


@strawberry.type
class FeaturesQueries:
    """Thousands of numbers about a party, and where each comes from."""

    risk_features: Connection[RiskFeatureValue] | None = operation(
        "riskFeatures",
        _values,
        Connection[RiskFeatureValue] | None,
        "[supervision] Risk features of a party, each with the facts behind it 风险特征.",
        {
            "id": Argument(
                strawberry.ID,
                "Id of the party, opaque or plain 主体标识.",
                read=lambda text: read_id(text, *PARTY),
            ),
            "codes": Argument(
                list[str] | None, "These features, 1 to 1,000; or give a family 特征代码.", None, _codes
            ),
            "family": _FAMILY,
            "first": _FIRST,
            "after": _AFTER,
        },
    )
    risk_feature_catalogue: Connection[RiskFeature] | None = operation(
        "riskFeatureCatalogue",
        _catalogue,
        Connection[RiskFeature] | None,
        "[supervision] The registry of risk features: SAMPLE, to be replaced by a credit centre's own 风险特征目录.",
        {"family": _FAMILY, "first": _FIRST, "after": _AFTER},
    )

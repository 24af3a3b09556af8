"""The limit of a farm household 农户额度: a base by what it grows and keeps, and a bonus for its star grade on top.

``limit = base + bonus``: 优秀 ≥ 良好 > 0, other grades 0; the bonus never lowers the base and is capped (S1-56).
Civility points are not read at all (trap T20).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice
from typing import Any, TypeAlias

from algorithms.lending.judging import classified, truths
from algorithms.portions import exact, floor_fen, portion
from algorithms.rules import Governing
from schema.money import Fen

_SEASON = re.compile(r"(\d{4})-([A-Z]+)")
_BY_HEAD = "LIVESTOCK"
_NOTHING: Mapping[str, Any] = {"asset_kind": None, "species": None, "season": None}
Fired: TypeAlias = Mapping[str, bool | None]


@dataclass(frozen=True)
class HouseholdLimit:
    """The limit with its parts.

    Attributes
    ----------
    base_fen, bonus_fen, total_fen : int
        Base after its cap, bonus after its cap, and their sum.
    bonus_ratio : float
        Part of the base that the star grade gives.
    counted, past, unsized : int
        Assets that counted, whose season is over, and whose area or head count is missing.
    """

    base_fen: Fen
    bonus_fen: Fen
    bonus_ratio: float
    counted: int
    past: int
    unsized: int

    @property
    def total_fen(self) -> Fen:
        """Base and bonus."""
        return self.base_fen + self.bonus_fen


def household_limits(
    households: Sequence[tuple[Sequence[Mapping[str, Any]], str | None]],
    governing: Governing,
    day: dt.date,
) -> list[HouseholdLimit]:
    """Compute households' limits.

    Parameters
    ----------
    households : sequence of (assets, star rating)
        Assets are mappings with ``asset_kind, species, area_mu, head_count, season`` (``YYYY-SEASON``, or None for all
        the year); the rating is EXCELLENT, GOOD, FAIR, NONE or None.
    governing : Governing
        Of the rulebook ``household_limits``.
    day : date
        Seasons of earlier years are over (the winter one at the end of March).

    Returns
    -------
    list of HouseholdLimit
        In the order given.

    Notes
    -----
    Exact; every asset is rounded down to the fen. All assets of all households are one table.
    """
    # The grade is judged once per household, on a row without an asset that stands before those of its assets.
    rows = [_row(asset, star, day) for assets, star in households for asset in (_NOTHING, *assets)]
    judged = iter(truths(governing, rows))
    found = []
    for assets, _ in households:
        ratio = classified(governing, next(judged), "star_") or "0"
        found.append(_limit(list(zip(assets, islice(judged, len(assets)), strict=True)), ratio, governing))
    return found


def _limit(
    assets: Sequence[tuple[Mapping[str, Any], Fired]], ratio: str, governing: Governing
) -> HouseholdLimit:
    base, counted, past, unsized = 0, 0, 0, 0
    for asset, fired in assets:
        size = asset["head_count"] if asset["asset_kind"] == _BY_HEAD else asset["area_mu"]
        if fired["season_over"]:
            past += 1
        elif size is None:
            unsized += 1
        else:
            base, counted = base + _amount(size, fired, governing), counted + 1
    base = min(base, int(governing.constant("base_cap_fen")))
    bonus = min(portion(base, ratio), int(governing.constant("bonus_cap_fen")))
    return HouseholdLimit(base, bonus, float(ratio), counted, past, unsized)


def _row(asset: Mapping[str, Any], star_rating: str | None, day: dt.date) -> dict[str, Any]:
    season = _SEASON.fullmatch(asset["season"] or "")
    return {
        "asset_kind": asset["asset_kind"],
        "species": asset["species"],
        "season_year": int(season[1]) if season else None,
        "season_name": season[2] if season else None,
        "asked_year": day.year,
        "asked_month": day.month,
        "star_rating": star_rating,
    }


def _amount(size: float, fired: Fired, governing: Governing) -> Fen:
    unit = classified(governing, fired, "unit_") or "0"
    season = classified(governing, fired, "season_") or "1"
    return floor_fen(Fraction(str(size)) * exact(unit) * exact(season))

"""Which legal form an enterprise has, and which of the planted ownership patterns it takes part in."""

from __future__ import annotations

from dataclasses import dataclass

from loaders.city.draw import Dice
from loaders.city.spec import CitySpec


@dataclass(frozen=True)
class Form:
    """A legal form: canonical kind, USCC department and class, ending of the name."""

    kind: str
    uscc_class: str
    ending: str


FORMS = {
    "COMPANY": Form("ENTERPRISE", "91", "有限公司"),
    "PARTNERSHIP": Form("ENTERPRISE", "91", "合伙企业（有限合伙）"),
    "SOLE_TRADER": Form("SOLE_TRADER", "92", "经营部"),
    "COOPERATIVE": Form("COOPERATIVE", "93", "专业合作社"),
    "COLLECTIVE": Form("COLLECTIVE", "N2", "股份经济合作联合社"),
}
# Places in each hundred of enterprises that have a pattern; all of them exist in the smallest city, too.
RING = (16, 17, 18)  # cross-holdings: each owns 15 % of the next
LOOP = 20  # owns 6 % of itself
PARTNERSHIP = 22
PARTNERSHIP_OWNED = 23
PYRAMID = (24, 25, 26, 27, 28)  # each owns 60 % of the next
_PLANNED = {*RING, LOOP, PARTNERSHIP_OWNED, *PYRAMID}


def slot(spec: CitySpec, index: int) -> int | None:
    """Return the place in its hundred when all of that hundred's patterns lie among the ordinary enterprises."""
    hundred = index - index % 100
    inside = hundred + RING[0] in spec.ordinary and hundred + PYRAMID[-1] in spec.ordinary
    return index % 100 if inside else None


def form_of(spec: CitySpec, dice: Dice, index: int) -> str:
    """Return a key of `FORMS`; demo cases, cores and planned patterns are companies."""
    if index < spec.ordinary.start or (place := slot(spec, index)) in _PLANNED:
        return "COMPANY"
    if place == PARTNERSHIP:
        return "PARTNERSHIP"
    drawn = dice.below(index, 100)
    if drawn < 62:
        return "COMPANY"
    return "SOLE_TRADER" if drawn < 87 else "COOPERATIVE" if drawn < 96 else "COLLECTIVE"

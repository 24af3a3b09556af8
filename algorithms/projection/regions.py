"""Which nodes lie in a caller's region 数据权限按行政区划 (S0-25): what lies elsewhere is not there for him.

- An enterprise, a household or a branch lies where its division code says, a division is its code. Of what lies above, the
  divisions on the way up to the root are there, and the authorities and banks whose code is one of them.
- Who has no place of his own (every person, and an entity whose source gives no code) is where he is tied to: there when a
  fact of the day, of a class that the caller may see, ties him to somebody inside or to a record about one; his kin, those
  who act with him and whoever may be the same come along, one step far.
- A record about parties is there when one of them is, and none lies elsewhere. An authority or a bank elsewhere acts on a
  record and does not make it one of its own.
- What is about nobody in particular (a contact, a programme, a list) is there with those whom it touches; published
  catalogues are there for everybody.

Only facts inside decide that something is there, so whatever changes elsewhere changes no answer. Masks are made after the
data classes' (``seen``) and can only take away.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from algorithms.projection.access import Access
from algorithms.projection.graph import Projection
from algorithms.projection.sight import Mask, of_labels, records_about
from schema.edges import EDGES
from schema.nodes import ABOUT_PARTIES, NODES, PARTY, PLACED

DIGITS = 12
LEVELS = (0, 2, 4, 6, 9)  # digits of the root, a province, a city, a county, a town
NOWHERE = -1
"""The home of what has none, or whose code is none."""
INSTITUTIONS = ("Agency", "Bank")
CATALOGUES = ("InspectionItem", "LoanProduct", "StatedTotal")
_PLACES = {**PLACED, "Branch": "region_code"}
_ROAMING = (*PARTY, "Branch")
_OTHERS = tuple(n for n in NODES if n not in {*_ROAMING, *ABOUT_PARTIES, *CATALOGUES, "Region"})


def _reaching(labels: Iterable[str]) -> tuple[str, ...]:
    """Relationships that can end or start at one of the labels."""
    wanted = {*labels}
    return tuple(name for name, edge in EDGES.items() if wanted & {*edge.starts, *edge.ends})


_TO_RECORDS, _TO_ROAMING, _TO_OTHERS = map(_reaching, (ABOUT_PARTIES, _ROAMING, _OTHERS))
_TO_KIN = ("FAMILY_OF", "ACTS_WITH", "SAME_AS")


def homes(p: Projection) -> NDArray[np.int64]:
    """Return the twelve-digit code of each node's place as a number, once per graph; ``NOWHERE`` for what has none."""
    return p.kept.get("homes", lambda: _homes(p))


def _homes(p: Projection) -> NDArray[np.int64]:
    found = np.full(len(p), NOWHERE, dtype=np.int64)
    for label, column in _PLACES.items():
        found[slice(*p.spans[label])] = _numbers(p.frames[label][column])
    first, last = p.spans["Region"]
    found[first:last] = _numbers(pl.Series(p.ids[first:last], dtype=pl.String))
    return found


def _numbers(codes: pl.Series) -> NDArray[np.int64]:
    whole = codes.str.pad_end(DIGITS, "0")
    numbers = whole.cast(pl.Int64, strict=False).fill_null(NOWHERE)
    return numbers.to_numpy()


def bounds(region: str) -> tuple[int, int]:
    """Return the first code of a region's subtree, and the first one past it."""
    first = int(region.ljust(DIGITS, "0"))
    return first, first + 10 ** (DIGITS - len(region))


def inside(p: Projection, region: str) -> Mask:
    """Return which nodes have their place in a region: two comparisons."""
    first, end = bounds(region)
    found: Mask = (homes(p) >= first) & (homes(p) < end)
    return found


def consenting(p: Projection, access: Access) -> Access:
    """Return the access without subjects elsewhere: a household there opens none of its members here."""
    if not access.region or not access.subjects:
        return access
    away = (homes(p) >= 0) & ~inside(p, access.region)
    gone = {p.ids[at] for at in p.find(access.subjects).tolist() if away[at]}
    return replace(access, subjects=access.subjects - gone)


def reach(
    p: Projection, region: str | None, seen: Mask, subjects: NDArray[np.int32], open_: Callable[[str], Mask]
) -> Mask:
    """Return what of the nodes seen is there for a caller of a region.

    Parameters
    ----------
    p : Projection
    region : str or None
        Division-code prefix; None: the caller's token names no region, and nothing is there.
    seen : bool array
        Nodes of the classes that the caller may see.
    subjects : int32 array
        Who has himself consented: without a place of his own he is there for whom he has opened himself to.
    open_ : callable
        From a relationship to which of its facts hold on the day and are of a class that the caller may see.

    Notes
    -----
    O(V + E), a handful of passes over the facts, once per view.
    """
    if region is None:
        return np.zeros(len(p), dtype=np.bool_)
    here, above = inside(p, region), _above(p, region)
    homeless = homes(p) < 0
    elsewhere = of_labels(p, PARTY) & ~homeless & ~here & ~_institutions(p)
    record = of_labels(p, ABOUT_PARTIES) & ~records_about(p, elsewhere)
    roaming = of_labels(p, _ROAMING) & homeless
    ties = _Ties(p, seen, open_)
    core = seen & here
    records = ties.touching(core, _TO_RECORDS) & record
    tied = ties.touching(core | records, _TO_ROAMING)
    tied[subjects] = seen[subjects]
    tied &= roaming
    kin = ties.touching(tied, _TO_KIN) & roaming
    records |= ties.touching(tied | records, _TO_RECORDS) & record
    there = core | records | tied | kin
    others = ties.touching(there, _TO_OTHERS) & of_labels(p, _OTHERS)
    return there | others | seen & (above | of_labels(p, CATALOGUES))


@dataclass(frozen=True, eq=False)
class _Ties:
    """What open facts with visible ends tie together."""

    p: Projection
    seen: Mask
    open_: Callable[[str], Mask]
    memo: dict[str, Mask] = field(default_factory=dict)

    def touching(self, near: Mask, relationships: Iterable[str]) -> Mask:
        """Return which visible nodes stand at the other end of a fact of one that is near."""
        found = np.zeros(len(self.p), dtype=np.bool_)
        for name in relationships:
            e = self.p.edges[name]
            if name not in self.memo:
                self.memo[name] = self.open_(name)
            open_ = self.memo[name]
            found[e.end[near[e.start] & open_]] = True
            found[e.start[near[e.end] & open_]] = True
        return found & self.seen


def _above(p: Projection, region: str) -> Mask:
    """Divisions on the way up to the root, and the authorities and banks of these divisions."""
    way = [int(region[:digits].ljust(DIGITS, "0")) for digits in LEVELS if digits < len(region)]
    member: Mask = np.isin(homes(p), way) & (of_labels(p, ("Region",)) | _institutions(p))
    return member


def _institutions(p: Projection) -> Mask:
    member = np.zeros(len(p), dtype=np.bool_)
    kinds = p.frames["LegalEntity"]["kinds"].list.set_intersection([*INSTITUTIONS])
    member[slice(*p.spans["LegalEntity"])] = kinds.list.len().fill_null(0).to_numpy() > 0
    return member

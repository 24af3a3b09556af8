"""From a view to an ownership case: the declared holdings, rights and statements of one day, for one caller."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import sparse

from algorithms.evidence import Fact
from algorithms.ownership.case import ControlStatements, OwnershipCase
from algorithms.ownership.declared import RELATIONSHIP, declared, declared_managers, grounds_between
from algorithms.ownership.matrix import Columns
from algorithms.projection import View
from algorithms.sets import distinct
from algorithms.walks.components import components
from schema.nodes import PARTY

_HELD = ("OWNS", "PARTNER_OF", "APPOINTS")
CARRIERS = (*_HELD, RELATIONSHIP)
# Bodies that belong to nobody by shares: their members or the public stand behind them.
_WITHOUT_OWNERS = ("Collective", "Agency", "SocialOrganisation", "Cooperative")


def parties(view: View) -> int:
    """Return the number of parties: they stand first among the positions, so a position is an index into the case."""
    return view.projection.spans[PARTY[-1]][1]


def ownership_case(view: View) -> OwnershipCase:
    """Collect everything that the caller may know of who owns whom on the day.

    Parameters
    ----------
    view : View

    Returns
    -------
    OwnershipCase
        Index = position in the projection, parties only. A banded share counts with its lower end and its upper; a
        missing share with 0 and 1. Facts between the same two parties add up.

    Notes
    -----
    O(V + E of the ownership relationships), once per view.
    """
    return view.once("ownership case", _collected)


def _collected(view: View) -> OwnershipCase:
    owns = view.properties("OWNS")
    n = parties(view)
    person = np.zeros(n, dtype=np.bool_)
    person[slice(*view.projection.spans["Person"])] = True
    person[slice(*view.projection.spans["Household"])] = True  # a household holds as its head does
    said = declared(view, n)
    equity = _coalesce(owns, "share_ratio", "share_min_ratio", 0.0)
    most = np.maximum(equity, _coalesce(owns, "share_ratio", "share_max_ratio", 1.0))
    return OwnershipCase(
        _matrix(view, "OWNS", equity, n),
        person,
        _matrix(view, "OWNS", most, n),
        _undeclared(view, n),
        _flags(view, "state_owned", n),
        _nominees(view, owns, n),
        _stated(view, "OWNS", "income_ratio", n),
        _stated(view, "OWNS", "voting_ratio", n),
        ControlStatements(
            _board(view, n), said.stated, said.possible, _general_partners(view, n), _groups(view, n)
        ),
        said.rights,
    )


def managers(view: View, company: int) -> tuple[int, ...]:
    """Return who runs the day-to-day business: general managers, else whom a declaration names as that, else the chair."""
    edges = view.projection.edges["HOLDS_POST"]
    places = view.facts_to("HOLDS_POST", company)
    posts = edges.properties["post"].gather(places).to_list()
    general, chair = (
        tuple(int(edges.start[p]) for p, post in zip(places, posts, strict=True) if post == wanted)
        for wanted in ("GENERAL_MANAGER", "CHAIR")
    )
    return general or declared_managers(view, company) or chair


def agencies(view: View) -> NDArray[np.bool_]:
    """Return which parties are state bodies. A state-owned group is none: it does link its companies."""
    flags = np.zeros(parties(view), dtype=np.bool_)
    first, last = view.projection.spans["LegalEntity"]
    kinds = view.projection.frames["LegalEntity"]["kinds"]
    flags[first:last] = kinds.list.contains("Agency").to_numpy()
    return flags


def facts_between(view: View, start: int, end: int) -> tuple[Fact, ...]:
    """Return the facts that say that one holds the other, whatever their relationship."""
    found = []
    for relationship in _HELD:
        ends = view.projection.edges[relationship].end
        places = view.facts_from(relationship, start)
        found += [view.projection.fact(relationship, int(p)) for p in places[ends[places] == end]]
    return tuple(found)


def control_facts(view: View, edges: Iterable[tuple[int, int]]) -> tuple[Fact, ...]:
    """Return the facts that carry control along edges of the case: holdings, seats, and declared interests."""
    return tuple(
        fact
        for start, end in edges
        for fact in (*facts_between(view, start, end), *(g.fact for g in grounds_between(view, start, end)))
    )


def _coalesce(frame: pl.DataFrame, exact: str, bound: str, otherwise: float) -> NDArray[np.float64]:
    chosen = frame.select(pl.coalesce(exact, bound, pl.lit(otherwise)).cast(pl.Float64))
    return chosen.to_series().to_numpy()


def _matrix(view: View, relationship: str, values: NDArray[np.float64], n: int) -> Columns:
    edges, places = view.projection.edges[relationship], view.positions(relationship)
    return sparse.csc_array((values, (edges.start[places], edges.end[places])), shape=(n, n))


def _stated(view: View, relationship: str, column: str, n: int) -> Columns | None:
    """Only what is stated: whoever states nothing follows his capital."""
    edges, places = view.projection.edges[relationship], view.positions(relationship)
    values = edges.properties[column].gather(places)
    said = values.is_not_null().to_numpy()
    if not said.any():
        return None
    kept = places[said]
    stated = values.drop_nulls().to_numpy()
    return sparse.csc_array((stated, (edges.start[kept], edges.end[kept])), shape=(n, n))


def _board(view: View, n: int) -> Columns | None:
    frame = view.properties("APPOINTS")
    if frame.is_empty():
        return None
    part = frame.select((pl.col("seats") / pl.col("board_size")).fill_null(0.0)).to_series().to_numpy()
    return _matrix(view, "APPOINTS", part, n)


def _general_partners(view: View, n: int) -> Columns | None:
    edges, places = view.projection.edges["PARTNER_OF"], view.positions("PARTNER_OF")
    general = places[(edges.properties["role"].gather(places) == "GP").fill_null(False).to_numpy()]
    if not len(general):
        return None
    ones = np.ones(len(general))
    return sparse.csc_array((ones, (edges.start[general], edges.end[general])), shape=(n, n))


def _groups(view: View, n: int) -> Columns:
    """Concert parties and families, joined where they share a member: one column per set that acts as one."""
    ties = [view.projection.edges[r] for r in ("ACTS_WITH", "FAMILY_OF")]
    held = [view.positions(e.relationship) for e in ties]
    starts = np.concatenate([e.start[p] for e, p in zip(ties, held, strict=True)])
    ends = np.concatenate([e.end[p] for e, p in zip(ties, held, strict=True)])
    labels = components(starts, ends, n)
    tied = distinct(np.concatenate((starts, ends)))
    groups, column = np.unique(labels[tied], return_inverse=True)
    return sparse.csr_array((np.ones(len(tied)), (tied, column)), shape=(n, len(groups)))


def _undeclared(view: View, n: int) -> NDArray[np.float64]:
    """Declared shares speak for themselves (NaN: what they leave open); bodies without owners leave nothing open."""
    frame, (first, last) = view.projection.frames["LegalEntity"], view.projection.spans["LegalEntity"]
    rest = np.full(n, np.nan)
    ownerless = frame["kinds"].list.set_intersection(list(_WITHOUT_OWNERS)).list.len().to_numpy() > 0
    rest[first:last][ownerless] = 0.0
    return rest


def _flags(view: View, column: str, n: int) -> NDArray[np.bool_]:
    flags = np.zeros(n, dtype=np.bool_)
    first, last = view.projection.spans["LegalEntity"]
    flags[first:last] = view.projection.frames["LegalEntity"][column].fill_null(False).to_numpy()
    return flags


def _nominees(view: View, owns: pl.DataFrame, n: int) -> NDArray[np.bool_]:
    flags = np.zeros(n, dtype=np.bool_)
    places = view.positions("OWNS")[owns["nominee"].fill_null(False).to_numpy()]
    flags[view.projection.edges["OWNS"].start[places]] = True
    return flags

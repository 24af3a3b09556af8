"""The functional API over a view: arrays as the graph states them, parties by id, and what is stated nowhere."""

from __future__ import annotations

import inspect

import numpy as np
import pytest

import algorithms
from algorithms import over_view
from algorithms.projection import Access, View
from schema.access import Audience
from schema.errors import InputError, NotFound
from tests.unit.lending.builder import Graph
from tests.unit.risk.test_stress_view import BAKER, BANK, DAY, FARM, MILL, PARENT, UNCLE, town, view_of


def owned() -> Graph:
    graph = town()
    graph.fact("OWNS", UNCLE, PARENT, share_ratio=0.6)
    graph.fact("OWNS", BAKER, PARENT, share_ratio=None)
    graph.fact("OWNS", MILL, PARENT, share_ratio=0.3)
    return graph


def at(found: over_view.OverView, view: View, party: str) -> int:
    return int(np.searchsorted(found.nodes, view.projection.position(party)))


def test_ownership_and_control_by_id() -> None:
    view = view_of(owned())
    shares = over_view.integrated_ownership(view)
    uncle, mill = at(shares, view, UNCLE), at(shares, view, MILL)
    assert shares.result.value[uncle, mill] == pytest.approx(0.6 / 0.7)
    assert shares.missing == {"OWNS.share_ratio": 1}
    ruled = over_view.control(view, [UNCLE])
    assert {view.projection.ids[shares.nodes[i]] for i in np.flatnonzero(ruled.result.value)} == {
        MILL,
        PARENT,
    }
    assert over_view.close_links(view).result.value[uncle, mill]
    assert over_view.power_index(view, [MILL]).result.value[uncle, 0] == 1
    owners = over_view.beneficial_owners(view, MILL).result
    assert view.projection.position(UNCLE) in owners.value


def test_exposures_liabilities_supplies_and_guarantees() -> None:
    view = view_of(town())
    size = len(over_view.integrated_ownership(view).nodes)
    shock, equity = np.zeros(size), np.full(size, 10_000.0)
    found = over_view.debtrank(view, equity, shock)
    mill, farm, bank = (at(found, view, each) for each in (MILL, FARM, BANK))
    shock[mill] = 1
    found = over_view.debtrank(view, equity, shock, "2015")
    assert found.result.value[[farm, bank]].tolist() == pytest.approx([0.45, 0.8])
    assert found.missing == {"OWED_BY": 1}
    paid = over_view.clearing_vector(view, np.where(shock, 6_250, 6_000), np.zeros(size)).result
    assert (paid.obligations[mill], paid.value[mill]) == (12_500, 12_250)
    lost = over_view.esri(view, shock)
    assert float(lost.result.value) == 1
    assert lost.missing == {"SUPPLIES": 1}
    called = over_view.guarantee_calls(view, equity, 0.5, [MILL], "joint_and_several")
    # Without the debts themselves, what is guaranteed is taken as the debt: half of 16,000 is lost.
    assert called.result.value[[at(called, view, UNCLE), at(called, view, PARENT)]].tolist() == [4_000, 4_000]


def test_a_circle_of_guarantees_of_unknown_amount_is_a_circle() -> None:
    graph = town()
    pledge = graph.node("Guarantee:g3", amount_fen=None)
    graph.fact("GUARANTOR", MILL, pledge, "MEMBER")
    graph.fact("BENEFICIARY", pledge, PARENT, "MEMBER")
    view = view_of(graph)
    found = over_view.guarantee_circles(view)
    (circle,) = found.result.value
    assert {view.projection.ids[found.nodes[i]] for i in circle} == {MILL, PARENT}


def test_who_may_not_be_seen_has_no_index_and_cannot_be_named() -> None:
    public = Access(frozenset({Audience.PUBLIC}))
    view = owned().project().view(DAY, public)
    farm = view.projection.position(FARM)
    assert farm not in over_view.integrated_ownership(view).nodes
    with pytest.raises(InputError, match="may be seen"):
        over_view.control(view, [FARM])
    with pytest.raises(NotFound):
        over_view.control(view, ["E:nobody"])


def test_every_method_over_arrays_is_there_over_a_view() -> None:
    """Beside propagate, which takes a view itself, and stress_test, which is ``risk.stress_view.stress_of_view``."""
    functions = {name for name in algorithms.__all__ if inspect.isfunction(getattr(algorithms, name))}
    assert {name for name in functions if not hasattr(over_view, name)} == {"propagate", "stress_test"}

"""Every set of published or reproduced numbers has its test, and every number in it that no method gives is named.

The sets lie beside the checkout while the service is built (``VECTORS_DIR``); the tests hold their own copies with citation,
so nothing here is needed to run them. Where the sets are, each is also read and computed again by the functional API.
"""

from __future__ import annotations

import ast
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from algorithms import clearing_vector, close_links, control, debtrank, esri, integrated_ownership

HERE = Path(__file__).parent
VECTORS = Path(os.environ.get("VECTORS_DIR") or HERE.parents[2] / "shared" / "vectors")
TESTED: dict[str, list[str]] = {
    "control/close_links.json": ["test_close_links.py::test_nine_published_pairs_and_their_shares"],
    "control/vadalog14.json": [
        "test_control.py::test_published_control_relation_of_51_pairs",
        "test_control.py::test_published_votes_held_together",
    ],
    "credit/working_capital.json": [
        "test_working_capital.py::test_golden_working_capital_need_and_new_limit"
    ],
    "debtrank/bdf_ex4.json": ["test_debtrank.py::test_exercise_4_equities"],
    "debtrank/fig5_half.json": [
        "test_debtrank.py::test_figure_5",
        "test_debtrank.py::test_figure_5_published_decimals",
    ],
    "debtrank/neva_cycle.json": [
        "test_clearing.py::test_neva_eisenberg_noe",
        "test_debtrank.py::test_neva_linear_debtrank",
        "test_debtrank.py::test_neva_furfine",
    ],
    "eisenberg_noe/rv3.json": [
        "test_clearing.py::test_eisenberg_noe",
        "test_clearing.py::test_rogers_veraart",
        "test_clearing.py::test_threshold_cascade_without_recovery",
    ],
    "esri/gl11_linear.json": ["test_esri.py::test_eleven_firms_total_downstream_and_upstream"],
    "ownership/cross2.json": ["test_ownership.py::test_cross_holding_closed_form_and_invariant"],
    "ownership/vitali6.json": [
        "test_ownership.py::test_vitali_network_row_sums_are_exact_rationals",
        "test_ownership.py::test_vitali_network_entries",
    ],
    "ubo/pboc_cases.json": [
        "test_beneficial_owners.py::test_pboc_boundary25_is_inclusive",
        "test_beneficial_owners.py::test_pboc_multipath_sums_products",
        "test_beneficial_owners.py::test_pboc_income_right_split",
        "test_beneficial_owners.py::test_pboc_income_right_beside_small_capital",
        "test_beneficial_owners.py::test_pboc_acting_in_concert",
        "test_beneficial_owners.py::test_pboc_general_partner_with_one_percent",
        "test_beneficial_owners.py::test_pboc_state_minority_need_not_be_traced",
    ],
}
# Numbers of methods that algorithms.md does not offer: skipped by name, with the reason.
SKIPPED = {
    "test_debtrank.py::test_neva_furfine",
    "test_clearing.py::test_threshold_cascade_without_recovery",
}


def _functions(file: str) -> dict[str, ast.FunctionDef]:
    tree = ast.parse((HERE / file).read_text(encoding="utf-8"))
    return {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize("vector", TESTED)
def test_every_set_has_tests_and_skips_only_what_is_named(vector: str) -> None:
    for name in TESTED[vector]:
        file, _, test = name.partition("::")
        found = _functions(file)
        assert test in found, name
        skips = [n for n in ast.walk(found[test]) if isinstance(n, ast.Attribute) and n.attr == "skip"]
        assert bool(skips) is (name in SKIPPED), name


def _load(vector: str) -> dict[str, Any]:
    if not (VECTORS / vector).is_file():
        pytest.skip(f"the set {vector} is not here; VECTORS_DIR names its folder")
    found: dict[str, Any] = json.loads((VECTORS / vector).read_text(encoding="utf-8"))
    return found


def test_no_set_is_without_a_test() -> None:
    if not VECTORS.is_dir():
        pytest.skip("the sets are not here; VECTORS_DIR names their folder")
    there = {path.relative_to(VECTORS).as_posix() for path in VECTORS.rglob("*.json")}
    assert there == set(TESTED)


def _close(found: Any, expected: Any, decimals: float = 1e-9) -> None:
    np.testing.assert_allclose(found, expected, rtol=0, atol=decimals)


def _ownership(told: dict[str, Any]) -> None:
    Y = integrated_ownership(told["A"]).value
    _close(Y, told["Y"])
    if "Y_self_loop_corrected" in told:
        _close(Y / (1 + np.diag(Y))[:, None], told["Y_self_loop_corrected"])


def _shares(own: list[list[Any]]) -> tuple[list[Any], np.ndarray]:
    names = sorted({name for holder, held, _ in own for name in (holder, held)})
    A = np.zeros((len(names), len(names)))
    for holder, held, share in own:
        A[names.index(holder), names.index(held)] = share
    return names, A


def _control(told: dict[str, Any]) -> None:
    names, A = _shares(told["own"])
    found = {}
    for seed, name in enumerate(names):
        result = control(A, seed)
        found |= {(name, names[j]): result.votes[j] for j in np.flatnonzero(result.value)}
    expected = {(a, b): votes for a, b, votes in told["control"]}
    assert found.keys() == expected.keys()
    _close([found[pair] for pair in expected], list(expected.values()))


def _close_links(told: dict[str, Any]) -> None:
    names, A = _shares(told["own"])
    result = close_links(A)
    expected = {(names.index(a), names.index(b)): share for a, b, share in told["close_link"]}
    assert {(int(i), int(j)) for i, j in np.argwhere(result.value)} == set(expected)
    _close([result.shares[pair] for pair in expected], list(expected.values()))


def _figure_5(told: dict[str, Any]) -> None:
    lent = np.array(told["W_impact_i_on_j"]).T
    for variant in ("2012", "2015"):
        found = debtrank(lent, np.ones(8), told["h0"], variant, economic_value=told["v"])
        _close(found.value, told[f"h_{variant}"])
        _close(found.R, told[f"R_{variant}"])


def _exercise_4(told: dict[str, Any]) -> None:
    owed, assets = np.array(told["L_rows_debtor_cols_creditor"]), np.array(told["ext_assets"])
    equity = assets + owed.sum(axis=0) - told["ext_liab"] - owed.sum(axis=1)
    _close(equity, told["equity_before"])
    loss = told["uniform_shock"] * assets
    found = debtrank(owed.T, equity, np.minimum(1, loss / equity), "2015")
    _close(equity - loss - found.losses, told["equity_final"])


def _neva(told: dict[str, Any]) -> None:
    lent, assets = np.array(told["exposures_lender_row"]), np.array(told["ext_assets"])
    equity = assets + lent.sum(axis=1) - told["ext_liab"] - lent.sum(axis=0)
    for case in told["cases"]:
        if case["method"] == "eisenberg_noe":
            found = clearing_vector(lent.T, assets - case["shock"], told["ext_liab"])
            _close(found.final_equity, case["equity"], 5e-9)  # eight decimals are all that is given
        elif case["method"] == "linear_dr":
            shock = np.minimum(1.0, case["shock"] / equity)
            found = debtrank(lent, equity, shock, "2015")
            _close(equity - case["shock"] - found.losses, case["equity"])
        else:
            assert case["method"] == "furfine"  # no method offered, see SKIPPED


def _clearing(told: dict[str, Any]) -> None:
    sheet = told["L"], told["ext_assets"], told["ext_liab"]
    for found, key in (
        (clearing_vector(*sheet), "EN"),
        (clearing_vector(*sheet, alpha=0.5, beta=0.7), "RogersVeraart_alpha05_beta07"),
    ):
        _close(found.value, told[key]["p"])
        assert found.defaulted.astype(int).tolist() == told[key]["default"]


def _esri(told: dict[str, Any]) -> None:
    size = len(told["sector"])
    weights = np.zeros((size, size))
    for supplier, buyer, weight in told["edges_supplier_buyer_w"]:
        weights[supplier - 1, buyer - 1] = weight
    found = esri(weights, told["sector"], np.ones((6, 6)), substitution=False)
    _close(np.column_stack((found.value, found.downstream, found.upstream)), told["esri_total_down_up"])


READ_AGAIN: dict[str, Callable[[dict[str, Any]], None]] = {
    "control/close_links.json": _close_links,
    "control/vadalog14.json": _control,
    "debtrank/bdf_ex4.json": _exercise_4,
    "debtrank/fig5_half.json": _figure_5,
    "debtrank/neva_cycle.json": _neva,
    "eisenberg_noe/rv3.json": _clearing,
    "esri/gl11_linear.json": _esri,
    "ownership/cross2.json": _ownership,
    "ownership/vitali6.json": _ownership,
}


@pytest.mark.parametrize("vector", READ_AGAIN)
def test_the_functional_api_gives_the_numbers_of_the_set_itself(vector: str) -> None:
    READ_AGAIN[vector](_load(vector))

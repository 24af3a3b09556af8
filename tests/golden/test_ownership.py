"""Published and analytic numbers of integrated ownership."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import numpy as np
import pytest
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from algorithms.ownership.integrated import (
    integrated_ownership,
    integrated_ownership_of,
    self_loop_corrected,
)
from algorithms.ownership.paths import simple_path_sums
from tests.reference import ownership as reference

# The worked network of Vitali, Glattfelder and Battiston (2011) as CSI-ADS/OptimControl restates it
# (src/test_networks.py at 40c5513, vitali_network). The outputs are no published decimals: they were computed
# densely and are exact rationals.
VITALI = np.array(
    [
        [0.0, 0.1, 0.0, 0.0, 0.0, 0.0],
        [0.0, 0.0, 0.5, 0.5, 0.2, 0.0],
        [0.0, 0.3, 0.0, 0.0, 0.2, 0.0],
        [0.0, 0.3, 0.0, 0.0, 0.6, 0.0],
        [0.0, 0.3, 0.5, 0.5, 0.0, 1.0],
        [0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
    ]
)
# Two companies that hold each other: X has 30 % of Y, Y has 20 % of X; outside owners P, Q (of X) and R (of Y).
# Closed form after Brioschi, Buzzacchi and Colombo (1989): everything over 1 − 0.3 · 0.2 = 0.94.
CROSS = np.zeros((5, 5))
CROSS[0, 3], CROSS[1, 3], CROSS[4, 3], CROSS[2, 4], CROSS[3, 4] = 0.6, 0.2, 0.2, 0.7, 0.3


def test_vitali_network_row_sums_are_exact_rationals():
    result = integrated_ownership(VITALI)
    assert result.converged
    assert result.residual < 1e-12
    np.testing.assert_allclose(result.value.sum(axis=1), [5, 49, 26, 48, 54, 0], atol=1e-9)
    corrected = self_loop_corrected(result).sum(axis=1)
    np.testing.assert_allclose(corrected, [5, 49 / 10, 156 / 37, 32 / 7, 162 / 35, 0], atol=1e-9)


def test_vitali_network_entries():
    Y = integrated_ownership(VITALI).value.toarray()
    np.testing.assert_allclose(Y[0], [0, 1, 1, 1, 1, 1], atol=1e-9)
    np.testing.assert_allclose(Y[1], [0, 9, 10, 10, 10, 10], atol=1e-9)
    np.testing.assert_allclose(Y[2], [0, 5, 31 / 6, 31 / 6, 16 / 3, 16 / 3], atol=1e-9)


def test_cross_holding_closed_form_and_invariant():
    Y = integrated_ownership(CROSS).value.toarray()
    expected = {
        (0, 3): 0.6 / 0.94,
        (0, 4): 0.6 * 0.3 / 0.94,
        (1, 3): 0.2 / 0.94,
        (1, 4): 0.2 * 0.3 / 0.94,
        (2, 3): 0.7 * 0.2 / 0.94,
        (2, 4): 0.7 / 0.94,
    }
    for edge, share in expected.items():
        assert Y[edge] == pytest.approx(share, abs=1e-12)
    np.testing.assert_allclose(Y[:3, 3:].sum(axis=0), 1.0, atol=1e-12)


def test_cross_holding_simple_paths_fall_short():
    assert simple_path_sums(CROSS, 3).value[:3].tolist() == pytest.approx([0.6, 0.2, 0.14])
    assert simple_path_sums(CROSS, 4).value[:3].tolist() == pytest.approx([0.18, 0.06, 0.7])


def test_24_percent_direct_with_a_6_percent_loop_is_25_5_percent():
    A = np.array([[0.0, 0.24], [0.0, 0.06]])
    sums = simple_path_sums(A, 1)
    assert sums.value[0] == pytest.approx(0.24, abs=1e-12)
    assert sums.walks[0] == pytest.approx(0.24 / 0.94, abs=1e-12)
    assert round(float(sums.walks[0]), 3) == 0.255
    assert sums.straddles(0.25).tolist() == [True, False]
    assert not sums.straddles(0.20).any()


def test_24_percent_through_another_company_that_holds_6_percent_of_nothing_outside():
    # The same loop through two companies: 1 → 2 → 1 gives back 0.3 · 0.2 = 6 %.
    A = np.array([[0.0, 0.24, 0.0], [0.0, 0.0, 0.3], [0.0, 0.2, 0.0]])
    sums = simple_path_sums(A, 1)
    assert sums.walks[0] == pytest.approx(0.24 / 0.94, abs=1e-12)
    assert sums.value[0] == pytest.approx(0.24, abs=1e-12)
    assert sums.straddles(0.25)[0]


def test_circle_without_outside_owner_never_looks_good():
    A = np.zeros((5, 5))
    A[0, 1] = A[1, 0] = 1.0  # 0 and 1 own each other whole
    A[1, 2], A[3, 2] = 0.4, 0.3
    A[3, 4] = 0.5
    for result in (integrated_ownership(A), integrated_ownership_of(A, range(5))):
        Y = result.value.toarray()
        assert not result.converged
        assert result.residual == float("inf")
        assert result.undefined.tolist() == [0, 1, 2]
        assert np.isnan(Y[[0, 1], 2]).all()
        # Who has nothing to do with the circle keeps his number.
        assert Y[3].tolist() == [0.0, 0.0, 0.3, 0.0, 0.5]


def test_more_than_100_percent_is_named_even_where_the_sum_exists():
    result = integrated_ownership(np.array([[0.0, 0.0, 0.7], [0.0, 0.0, 0.6], [0.0, 0.0, 0.0]]))
    assert result.converged
    assert result.overdeclared.tolist() == [2]


# The FinBench driver's company and person investments (LDBC FinBench, scale factor 0.1): 963 companies, one circle
# of 457. The files are not part of the repository.
FINBENCH = Path(
    os.environ.get("FINBENCH_DIR", Path(__file__).parents[3] / "shared" / "data" / "finbench_driver")
)


def _finbench() -> sparse.csc_array:
    rows, cols, data, index = [], [], [], {}
    for name, kind in (("CompanyInvestCompany.csv", "E"), ("PersonInvestCompany.csv", "P")):
        if not (FINBENCH / name).is_file():
            pytest.skip(f"the FinBench file {name} is not here; set FINBENCH_DIR to its folder")
        with (FINBENCH / name).open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file, delimiter="|"):
                rows.append(index.setdefault((kind, row["investorId"]), len(index)))
                cols.append(index.setdefault(("E", row["companyId"]), len(index)))
                data.append(float(row["ratio"]))
    return sparse.csc_array((data, (rows, cols)), shape=(len(index), len(index)))


def test_finbench_circle_of_457_companies_equals_a_dense_solve():
    A = _finbench()
    _, component = connected_components(A, connection="strong")
    circle = np.flatnonzero(component == np.bincount(component).argmax())
    assert len(circle) == 457
    dense = reference.integrated_ownership(A.toarray())
    result = integrated_ownership(A)
    assert result.converged
    np.testing.assert_allclose(result.value.toarray(), dense, rtol=0, atol=1e-9)
    few = integrated_ownership_of(A, circle[:5])
    np.testing.assert_allclose(few.value.toarray(), dense[:, circle[:5]], rtol=0, atol=1e-9)


def test_finbench_simple_paths_stay_bounded_in_the_circle():
    A = _finbench()
    _, component = connected_components(A, connection="strong")
    company = int(np.flatnonzero(component == np.bincount(component).argmax())[0])
    loose, tight = (simple_path_sums(A, company, prune=p) for p in (1e-4, 1e-9))
    assert tight.residual < 1e-6 < loose.residual
    # The rough sum and its bound enclose the fine one, which never exceeds the sum over walks.
    assert np.all(loose.value <= tight.value + 1e-12)
    assert np.all(tight.value <= loose.upper + 1e-12)
    assert np.all(tight.value <= tight.walks + 1e-12)
    capped = simple_path_sums(A, company, most=10)
    assert not capped.converged
    assert capped.iterations == 10
    assert np.all(tight.value <= capped.upper + 1e-12)

"""Published numbers of the economic systemic risk index."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from algorithms.risk.esri import esri

# ch-diem/misestimation_from_aggregation at f48e677, example data of GLcascade 0.9.3.1: eleven firms after figure 1 of
# Diem et al. (2022), run in R. All inputs are non-essential and nobody can be replaced. Firms and sectors from 1.
EDGES = [(2, 1), (2, 3), (7, 4), (9, 5), (3, 7), (6, 7), (10, 7), (9, 10), (7, 11), (8, 11)]
SECTORS = [1, 2, 1, 3, 4, 2, 4, 1, 2, 3, 5]
TOTAL_DOWN_UP = [
    (0.1, 0.0, 0.1),
    (0.366666666666667, 0.366666666666667, 0.2),
    (0.266666666666667, 0.166666666666667, 0.2),
    (0.35, 0.0, 0.35),
    (0.1, 0.0, 0.1),
    (0.166666666666667, 0.166666666666667, 0.1),
    (0.7, 0.2, 0.7),
    (0.1, 0.1, 0.1),
    (0.366666666666667, 0.366666666666667, 0.2),
    (0.266666666666667, 0.166666666666667, 0.2),
    (0.45, 0.0, 0.45),
]


def _supply() -> np.ndarray:
    weights = np.zeros((11, 11))
    for supplier, buyer in EDGES:
        weights[supplier - 1, buyer - 1] = 1.0
    return weights


@pytest.mark.parametrize("form", [np.asarray, sparse.csr_array, sparse.csc_array])
def test_eleven_firms_total_downstream_and_upstream(form):
    result = esri(form(_supply()), SECTORS, np.ones((6, 6), dtype=int), substitution=False)
    assert result.converged
    found = np.column_stack((result.value, result.downstream, result.upstream))
    np.testing.assert_allclose(found, TOTAL_DOWN_UP, rtol=0, atol=1e-9)


def test_a_shock_that_stops_one_firm_is_its_index():
    for firm, (total, down, up) in enumerate(TOTAL_DOWN_UP):
        result = esri(_supply(), SECTORS, np.ones((6, 6)), shock=np.eye(11)[firm], substitution=False)
        assert float(result.value) == pytest.approx(total, abs=1e-9)
        assert float(result.downstream) == pytest.approx(down, abs=1e-9)
        assert float(result.upstream) == pytest.approx(up, abs=1e-9)
        assert result.production[firm] == 0.0

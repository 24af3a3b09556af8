"""Published and reproduced numbers of clearing payments."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from algorithms.risk.clearing import clearing_vector

# cran/systemicrisk at cb44589, R/lib_Network_Evaluations.R, the example of default_clearing: run in R 4.2.2.
OWED = np.array([[0.0, 0.5, 0.5], [0.5, 0.0, 0.5], [0.5, 0.5, 0.0]])
ASSETS = np.array([0.5, 0.625, 0.75])
OUTSIDE = np.array([1.5, 0.5, 0.5])


@pytest.mark.parametrize("form", [np.asarray, sparse.csr_array, sparse.coo_matrix])
def test_eisenberg_noe(form):
    result = clearing_vector(form(OWED), ASSETS, OUTSIDE)
    assert result.converged
    np.testing.assert_allclose(result.value, [1.4732142857142858, 1.4196428571428572, 1.5], rtol=0, atol=1e-9)
    assert result.defaulted.tolist() == [True, True, False]


def test_rogers_veraart():
    result = clearing_vector(OWED, ASSETS, OUTSIDE, alpha=0.5, beta=0.7)
    assert result.converged
    np.testing.assert_allclose(
        result.value, [0.502019961977186, 0.514704937827561, 0.565380613503237], rtol=0, atol=1e-9
    )
    assert result.defaulted.all()


def test_threshold_cascade_without_recovery():
    pytest.skip("systemicrisk's threshold cascade with recovery 0 (all three default) is no method offered")


def test_a_cascade_without_recovery_is_rogers_veraart_with_nothing_left():
    # What the skipped vector says of who defaults, by the offered method: alpha = beta = 0 recovers nothing.
    result = clearing_vector(OWED, ASSETS, OUTSIDE, alpha=0.0, beta=0.0)
    assert result.defaulted.all()
    assert result.value.tolist() == [0, 0, 0]


def test_neva_eisenberg_noe():
    # marcobardoscia/neva at 6ced7f7, data/balance_sheets.csv and exposures_table.csv: a loss of 1.2 at bank 0.
    lent = np.array([[0.0, 0.5, 0.0], [0.0, 0.0, 0.5], [0.5, 0.0, 0.0]])
    assets, debts = np.array([10.0, 5, 3]) - [1.2, 0, 0], np.array([9.0, 4, 2])
    result = clearing_vector(lent.T, assets, debts)
    # Eight decimals are all that is given.
    np.testing.assert_allclose(result.final_equity, [-0.2, 1, 0.98947368], rtol=0, atol=5e-9)

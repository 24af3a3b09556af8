"""Published and reproduced numbers of DebtRank."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from algorithms.risk.debtrank import debtrank

# vvoutilainen.github.io at 212bb00, assets/notebooks/debtrank_example.html: the network of Battiston et al. (2012),
# supplementary figure 5, with half an impact along each edge. h and R of 2012 are published there; those of 2015
# were computed beside them by iteration.
IMPACT = [(0, 1), (0, 2), (0, 3), (1, 4), (3, 5), (4, 1), (4, 6), (5, 4), (5, 7)]
VALUE = np.array([0, 3, 3, 1.5, 2.5, 1, 2.5, 3.5]) / 17
FAILED = np.eye(8)[0]
PUBLISHED = {
    "2012": ([1.0, 0.625, 0.5, 0.5, 0.375, 0.25, 0.125, 0.125], 0.3566176470588236),
    "2015": (
        [1.0, 0.7499999999999929, 0.5, 0.5, 0.4999999999999929, 0.25, 0.2499999999999929, 0.125],
        0.415441176470585,
    ),
}


def _figure_5() -> np.ndarray:
    """The impact of i on j is what j lent to i over the equity of j, here 1."""
    exposures = np.zeros((8, 8))
    for i, j in IMPACT:
        exposures[j, i] = 0.5
    return exposures


@pytest.mark.parametrize("variant", PUBLISHED)
@pytest.mark.parametrize("form", [np.asarray, sparse.csr_array, sparse.csc_matrix])
def test_figure_5(variant, form):
    h, lost = PUBLISHED[variant]
    result = debtrank(form(_figure_5()), np.ones(8), FAILED, variant, economic_value=VALUE)
    assert result.converged
    np.testing.assert_allclose(result.value, h, rtol=0, atol=1e-9)
    assert abs(result.R - lost) < 1e-9


def test_figure_5_published_decimals():
    assert round(debtrank(_figure_5(), np.ones(8), FAILED, economic_value=VALUE).R, 3) == 0.357


def test_economic_value_is_the_part_of_all_lending_unless_told():
    # Equities under which the published v is each node's part of all that is lent; node 0 lends nothing.
    equity = np.array([1.0, 3, 6, 3, 2.5, 2, 5, 7])
    exposures = _figure_5() * equity[:, None]
    for variant, (h, lost) in PUBLISHED.items():
        result = debtrank(exposures, equity, FAILED, variant)
        np.testing.assert_allclose(result.value, h, rtol=0, atol=1e-9)
        assert abs(result.R - lost) < 1e-9


def test_exercise_4_equities():
    # paolobarucca/debtrank at 7f65ca6, Exercise4.m: three banks, 10 % off all external assets. The direct loss of
    # bank 0 is twice its equity, so its h(0) is cut to 1 and its equity counted from what the loss left.
    owed = np.array([[0.0, 4, 0], [0, 0, 3], [2, 0, 0]])
    assets, debts = np.array([20.0, 20, 10]), np.array([17.0, 18, 8])
    equity = assets + owed.sum(axis=0) - debts - owed.sum(axis=1)
    assert equity.tolist() == [1, 3, 3]
    after = equity - 0.1 * assets
    assert after.tolist() == [-1, 1, 2]
    result = debtrank(owed.T, equity, np.minimum(1.0, 0.1 * assets / equity), variant="2015")
    assert result.converged
    np.testing.assert_allclose(after - result.losses, [-3, -3, -1], rtol=0, atol=1e-9)
    np.testing.assert_allclose(result.final_equity[1:], [-3, -1], rtol=0, atol=1e-9)


# marcobardoscia/neva at 6ced7f7, data/balance_sheets.csv and exposures_table.csv, run with tolerance 1e-12: a circle
# of three banks with equity 1, the losses of external assets in money.
CIRCLE = np.array([[0.0, 0.5, 0.0], [0.0, 0.0, 0.5], [0.5, 0.0, 0.0]])


@pytest.mark.parametrize(
    ("loss", "equity"),
    [
        ([1.0, 0, 0], [-0.125, 0.75, 0.5]),
        ([1.2, 0, 0], [-0.325, 0.75, 0.5]),
        ([0.5, 0.5, 0.5], [0, 0, 0]),
    ],
)
def test_neva_linear_debtrank(loss, equity):
    result = debtrank(CIRCLE, np.ones(3), np.minimum(1.0, loss), variant="2015")
    assert result.converged
    np.testing.assert_allclose(1.0 - np.array(loss) - result.losses, equity, rtol=0, atol=1e-9)


def test_neva_furfine():
    pytest.skip(
        "neva's furfine case (equities -0.2, 1, 1): Furfine's sequential defaults are no method offered"
    )

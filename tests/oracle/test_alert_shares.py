"""Final shares of a few holders equal the integrated ownership of everybody, also where they hold each other."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from algorithms.ownership.integrated import integrated_ownership
from algorithms.risk.alerts.relations import final_shares_of


@pytest.mark.parametrize("seed", range(60))
def test_shares_of_a_few_are_those_of_the_whole(seed: int) -> None:
    dice = np.random.default_rng(seed)
    size = int(dice.integers(2, 25))
    drawn = dice.random((size, size)) * (dice.random((size, size)) < 0.25)
    equity = drawn / np.maximum(drawn.sum(axis=0) * dice.uniform(1.02, 2.0, size), 1e-12)
    holders = np.unique(dice.integers(0, size, 6))
    whole = integrated_ownership(equity).value.toarray()
    found = final_shares_of(sparse.csc_array(equity), holders, 0.0).toarray()[:, :size]
    assert np.allclose(found, whole[holders], atol=1e-9)
    line = 0.25
    above = final_shares_of(sparse.csc_array(equity), holders, line)
    assert set(zip(above.row.tolist(), above.col.tolist(), strict=True)) == {
        (row, column) for row, column in np.argwhere(whole[holders] >= line - 1e-9).tolist()
    }

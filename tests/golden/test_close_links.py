"""Published close links."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from algorithms.ownership.close_links import close_links

# prometheuxresearch/docs at 31f3cf6, docs/examples/finance/company-control.md, section on close links: shares, and
# the published pairs with their sums over simple paths (≥ 0.2).
NAMES = "ABCD"
OWN = [("A", "B", 0.2), ("B", "A", 0.8), ("B", "C", 0.2), ("C", "D", 0.6), ("D", "A", 0.9), ("A", "C", 0.2)]
PUBLISHED = {
    ("A", "B"): 0.2,
    ("A", "C"): 0.24,
    ("B", "A"): 0.908,
    ("B", "C"): 0.36,
    ("B", "D"): 0.216,
    ("C", "D"): 0.6,
    ("C", "A"): 0.54,
    ("D", "A"): 0.9,
    ("D", "C"): 0.216,
}


def _published() -> np.ndarray:
    A = np.zeros((4, 4))
    for holder, held, share in OWN:
        A[NAMES.index(holder), NAMES.index(held)] = share
    return A


@pytest.mark.parametrize("form", [np.asarray, sparse.csr_array, sparse.csc_array])
def test_nine_published_pairs_and_their_shares(form):
    result = close_links(form(_published()))
    found = {(NAMES[i], NAMES[j]) for i, j in zip(*result.value.nonzero(), strict=True)}
    assert found == set(PUBLISHED)
    assert result.converged
    for (holder, held), share in PUBLISHED.items():
        assert result.shares[NAMES.index(holder), NAMES.index(held)] == pytest.approx(share, abs=1e-9)
    assert result.at_boundary.tolist() == [[0, 1]]  # exactly 20 %, and inclusive


def test_a_common_holder_adds_what_nobody_of_the_two_holds():
    # C holds 60 % of D and 54 % of A, so D and A are linked both ways; A alone held nothing of D.
    result = close_links(_published(), common_holder=True)
    assert result.value[0, 3]
    assert not close_links(_published()).value[0, 3]
    assert result.common_holders(0, 3).tolist() == [1, 2]


def test_19_9_percent_is_no_link():
    assert close_links(np.array([[0.0, 0.199], [0.0, 0.0]])).value.nnz == 0

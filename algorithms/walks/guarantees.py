"""The guarantee network of a view: guarantor → guaranteed, one edge per guarantee agreement."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from algorithms.projection import View


@dataclass(frozen=True)
class GuaranteeNetwork:
    """Pairs of parties joined through a Guarantee node, in order of guarantor and guaranteed.

    Attributes
    ----------
    guarantor, guaranteed : int32 arrays of shape (m,)
        Node positions.
    by, of : int64 arrays of shape (m,)
        Places of the GUARANTOR and BENEFICIARY facts that make the pair.
    """

    guarantor: NDArray[np.int32]
    guaranteed: NDArray[np.int32]
    by: NDArray[np.int64]
    of: NDArray[np.int64]

    def between(self, guarantor: int, guaranteed: int) -> range:
        """Return where the agreements of one pair stand. O(log m)."""
        first, last = (int(np.searchsorted(self.guarantor, guarantor, side)) for side in ("left", "right"))
        within = self.guaranteed[first:last]
        low, high = (int(np.searchsorted(within, guaranteed, side)) for side in ("left", "right"))
        return range(first + low, first + high)

    def adjacency(self, size: int) -> sparse.csr_array:
        """Return the network as sparse rows, a repeated pair once."""
        ones = np.ones(len(self.guarantor), dtype=np.int8)
        graph = sparse.csr_array((ones, (self.guarantor, self.guaranteed)), shape=(size, size))
        graph.sum_duplicates()
        return graph


def guarantee_network(view: View) -> GuaranteeNetwork:
    """Join guarantors and beneficiaries of each guarantee. O(g log g) for g guarantees, once per view."""
    return view.once("guarantee pairs", _joined)


def _joined(view: View) -> GuaranteeNetwork:
    p = view.projection
    by, of = view.positions("GUARANTOR"), view.positions("BENEFICIARY")
    of = of[np.argsort(p.edges["BENEFICIARY"].start[of], kind="stable")]
    agreements, wanted = p.edges["BENEFICIARY"].start[of], p.edges["GUARANTOR"].end[by]
    first = np.searchsorted(agreements, wanted, side="left")
    count = np.searchsorted(agreements, wanted, side="right") - first
    offsets = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    by, of = np.repeat(by, count), of[np.repeat(first, count) + offsets]
    guarantor, guaranteed = p.edges["GUARANTOR"].start[by], p.edges["BENEFICIARY"].end[of]
    order = np.lexsort((guaranteed, guarantor))
    return GuaranteeNetwork(guarantor[order], guaranteed[order], by[order], of[order])


def loans_of(view: View, parties: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return the distinct loans that parties applied for or owe, as sorted node positions."""
    p = view.projection
    first, last = p.spans["Loan"]
    asked, owed = p.edges["APPLIED_FOR"], p.edges["LENT_TO"]
    applied, lent = view.positions("APPLIED_FOR"), view.positions("LENT_TO")
    applied, lent = (
        applied[np.isin(asked.start[applied], parties)],
        lent[np.isin(owed.end[lent], parties)],
    )
    found = np.concatenate((asked.end[applied], owed.start[lent]))
    return np.unique(found[(first <= found) & (found < last)])

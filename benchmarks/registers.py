"""Made-up registers of holdings, shaped like real ones: mostly trees, a corporate tenth, a few hundred in circles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

UK_NODES, UK_EDGES, UK_CORE = 7_970_000, 5_100_000, 498


@dataclass(frozen=True, eq=False)
class Register:
    """Holdings by column, and who is a person; companies come last."""

    shares: Any
    person: NDArray[np.bool_]

    @property
    def companies(self) -> int:
        """How many nodes are companies."""
        return int(np.count_nonzero(~self.person))


def register(nodes: int, edges: int, core: int, seed: int = 0) -> Register:
    """Make a register like that of the UK's persons with significant control.

    Parameters
    ----------
    nodes, edges : int
        About 46 % of the nodes are companies with holders, the rest persons and companies without any.
    core : int
        Companies in circles: one of half that many, the rest in pairs and threes.

    Notes
    -----
    Every company's shares sum to at most 1. A tenth of the holdings are held by companies, each founded before what it
    holds, so that outside the core there is no circle.
    """
    random = np.random.default_rng(seed)
    companies = int(0.46 * nodes)
    first = nodes - companies
    held = np.concatenate((np.arange(companies), random.integers(0, companies, edges - companies)))
    corporate = random.random(len(held)) < 0.1
    corporate &= held > 0
    holder = random.integers(0, first, len(held))
    holder[corporate] = first + (random.random(np.count_nonzero(corporate)) * held[corporate]).astype(
        np.int64
    )
    start, end = _circles(first, companies, core, random)
    rows, cols = (np.concatenate(pair).astype(np.int32) for pair in ((holder, start), (held + first, end)))
    weight = random.random(len(rows)) + 0.05
    whole = np.bincount(cols, weights=weight, minlength=nodes)
    shares = sparse.coo_array((weight / whole[cols], (rows, cols)), shape=(nodes, nodes)).tocsc()
    return Register(shares, np.arange(nodes) < first)


def _circles(
    first: int, companies: int, core: int, random: np.random.Generator
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    if core < 4:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    members = first + random.choice(companies, core, replace=False)
    sizes = [core // 2, *([2, 3] * (core // 10))]
    cuts = np.cumsum(sizes)
    rings = [m for m in np.split(members, cuts)[:-1] if len(m) > 1]
    return np.concatenate(rings), np.concatenate([np.roll(ring, -1) for ring in rings])

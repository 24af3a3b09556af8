"""What propagation hands back."""

from __future__ import annotations

from dataclasses import dataclass

from algorithms.result import Result
from algorithms.risk.arrays import FloatArray


@dataclass(frozen=True, eq=False)
class Propagation(Result[FloatArray]):
    """Risk of every node after it has travelled.

    Attributes
    ----------
    value : float array of shape (n,)
        r, in [0, 1]; exactly 0 where no seed reaches.
    residual : float
        ``max |s + (1 − s) ∘ (M r) − r|``.
    iterations : int
        Products with the whole matrix.
    converged : bool
        Whether ``error_bound`` is at most the tolerance that was asked for.
    error_bound : float
        No entry is further from the fixed point than this.
    reached : int
        Nodes with a risk above 0, seeds included.
    scaled_rows : int
        Nodes whose incoming ties summed to more than α and were scaled down.
    strongest_factor : float
        The smallest of those factors, in (0, 1]; 1 when nothing was scaled.
    """

    error_bound: float
    reached: int
    scaled_rows: int
    strongest_factor: float

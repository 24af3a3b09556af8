"""What every numerical method hands back: the number, and how far it may be trusted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Result(Generic[T]):
    """The common part of all results; methods add their own fields.

    Attributes
    ----------
    value : T
        The answer, usually an array. Where it is undefined it holds NaN, so that it cannot be mistaken for a number.
    residual : float
        How far ``value`` is from satisfying its own equation (same unit as ``value``); ``inf`` when undefined.
    iterations : int
        Sweeps, rounds or expansions that were done.
    converged : bool
        False when a bound stopped the work or the statements contradict each other.
    """

    value: T
    residual: float
    iterations: int
    converged: bool

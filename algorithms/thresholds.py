"""Comparison with a legal line when the number is a product of floating ratios.

Products of exact percentages fall on both sides of the line they sit on (0.5 × 0.5 is exact, 0.1 × 2.5 is not),
so the line is :data:`TOLERANCE` thick: "≥ t 以上(含)" means ``≥ t − 1e-9`` and "> t" means ``> t + 1e-9``.
"""

from __future__ import annotations

from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

TOLERANCE = 1e-9


@overload
def at_least(x: float, t: float) -> bool: ...
@overload
def at_least(x: NDArray[np.float64], t: float) -> NDArray[np.bool_]: ...
def at_least(x: Any, t: float) -> Any:
    """``x ≥ t``, the line included 含本数. NaN is never at least anything."""
    return x >= t - TOLERANCE


@overload
def above(x: float, t: float) -> bool: ...
@overload
def above(x: NDArray[np.float64], t: float) -> NDArray[np.bool_]: ...
def above(x: Any, t: float) -> Any:
    """``x > t``, the line excluded 不含本数. NaN is never above anything."""
    return x > t + TOLERANCE


@overload
def at_boundary(x: float, t: float) -> bool: ...
@overload
def at_boundary(x: NDArray[np.float64], t: float) -> NDArray[np.bool_]: ...
def at_boundary(x: Any, t: float) -> Any:
    """Whether ``x`` sits on the line itself, so that a rounding in a source would change the answer."""
    return abs(x - t) <= TOLERANCE

"""How large the large benchmarks are: whole by default, smaller on a machine that others use too."""

from __future__ import annotations

import os

SCALE = float(os.environ.get("XINLIAN_SCALE", "1"))


def scaled(count: int) -> int:
    """Return a count at the scale asked for."""
    return max(1, round(count * SCALE))


def scaled_words() -> str:
    """Say the scale, when it is not the whole."""
    return "" if SCALE == 1 else f" (at {SCALE:g} of its size)"

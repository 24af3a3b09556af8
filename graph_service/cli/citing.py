"""How a printed answer cites: the first few fact ids, and how many more there are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

FEW: Final = 3


def cited(fact_ids: Sequence[str]) -> str:
    """Return a few fact ids as text; ``none`` when there are none."""
    more = f" and {len(fact_ids) - FEW} more" if len(fact_ids) > FEW else ""
    return ", ".join(fact_ids[:FEW]) + more or "none"

"""What a check hands over: values of one column, and the facts behind them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from algorithms.walks.links import Place


@dataclass(frozen=True, eq=False)
class Column:
    """One column of the member table.

    Attributes
    ----------
    name : str
        As the rulebook declares it.
    values : sequence
        One per member, in the pool's order; None is unknown.
    places : mapping
        Index of a member → facts behind its value, as far as the caller may see them.
    """

    name: str
    values: Sequence[Any]
    places: Mapping[int, Sequence[Place]] = field(default_factory=dict)


def found(name: str, places: Sequence[Sequence[Place]]) -> Column:
    """Return the column that is true where facts were found."""
    return Column(name, [bool(p) for p in places], dict(enumerate(places)))

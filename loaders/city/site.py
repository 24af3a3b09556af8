"""What every part of the generator works with: the size, the ids and the open files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from loaders.city.delivery import Cell, Delivery
from loaders.city.draw import stream
from loaders.city.registry import Registry
from loaders.city.spec import CitySpec


@dataclass(frozen=True)
class Site:
    """A city under construction."""

    spec: CitySpec
    seed: int
    ids: Registry
    delivery: Delivery

    def put(self, kind: str, **cells: Cell) -> str:
        """Write one row of a kind and return its record id."""
        return self.delivery.put(kind, **cells)

    def stream(self, name: str) -> Random:
        """Return the generator of one part."""
        return stream(self.seed, name)

    def ago(self, days: int) -> date:
        """Return the day that many days before the city's as-of day (after it when negative)."""
        return self.spec.as_of - timedelta(days=days)

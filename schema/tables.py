"""A plain columnar table: what stores hand out and algorithms take in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Table:
    """Columns of equal length.

    Parameters
    ----------
    columns : tuple of str
        Names, in order.
    data : tuple of sequences
        One sequence per name, all of the same length.
    truncated : bool
        True when a bound cut rows off.
    """

    columns: tuple[str, ...]
    data: tuple[Sequence[Any], ...]
    truncated: bool = False

    def __post_init__(self) -> None:
        if len(self.columns) != len(self.data) or len({len(c) for c in self.data}) > 1:
            raise ValueError(
                f"columns of unequal length: { {n: len(c) for n, c in zip(self.columns, self.data, strict=False)} }"
            )

    def __len__(self) -> int:
        return len(self.data[0]) if self.data else 0

    def __getitem__(self, name: str) -> Sequence[Any]:
        """Return one column; KeyError when there is none of that name."""
        try:
            return self.data[self.columns.index(name)]
        except ValueError:
            raise KeyError(name) from None

    def rows(self) -> Iterator[dict[str, Any]]:
        """Yield the rows as dictionaries: for a handful of rows, not for a hot path."""
        for values in zip(*self.data, strict=True):
            yield dict(zip(self.columns, values, strict=True))

    @classmethod
    def of_rows(cls, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> Table:
        """Build a table from row tuples."""
        data = tuple(zip(*rows, strict=True)) if rows else tuple(() for _ in columns)
        return cls(tuple(columns), data)

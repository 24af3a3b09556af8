"""A long list whose items are described only when they are read: a page costs a page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar, overload

T = TypeVar("T")


class Described(Sequence[T]):
    """What was found, in order; whoever reads an item notes whom it is about.

    Parameters
    ----------
    found : sequence of int
        Numbers of what was found.
    describe : callable
        Number → item.
    """

    def __init__(self, found: Sequence[int], describe: Callable[[int], T]) -> None:
        self._found, self._describe = found, describe

    def __len__(self) -> int:
        return len(self._found)

    @overload
    def __getitem__(self, place: int) -> T: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[T]: ...
    def __getitem__(self, place: int | slice) -> T | Sequence[T]:
        if isinstance(place, slice):
            return Described(self._found[place], self._describe)
        return self._describe(self._found[place])

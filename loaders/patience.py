"""Patience 等待: one writer at a time writes a store, so the next one waits for its turn, politely and not for ever."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeVar

from schema.errors import GraphServiceError

T = TypeVar("T")

_FIRST, _LONGEST, _TOLD_EVERY = 0.2, 2.0, 10.0
"""Seconds: the first pause, the longest one, and how often somebody who watches is told that we still wait."""


def _quiet(_: str) -> None:
    """Tell nobody."""


@dataclass(frozen=True)
class Patience:
    """How long to wait for another writer.

    Parameters
    ----------
    seconds : float
        0: not at all.
    tell : callable
        Told at once whom we wait for, and then every ten seconds.
    """

    seconds: float = 0.0
    tell: Callable[[str], None] = _quiet

    def outlast(self, attempt: Callable[[], T], held: type[GraphServiceError]) -> T:
        """Try until it works; raise the last ``held`` when the time is over, and any other error at once."""
        began = told = time.monotonic()
        pause = _FIRST
        while True:
            try:
                return attempt()
            except held as refused:
                left = began + self.seconds - time.monotonic()
                if left <= 0:
                    raise
                if pause == _FIRST or time.monotonic() - told >= _TOLD_EVERY:
                    told = time.monotonic()
                    self.tell(f"{refused.detail} Waiting up to {left:.0f} s more 等待中.")
            # Those who wait together must not come back together.
            time.sleep(min(left, pause * random.uniform(0.5, 1.0)))
            pause = min(2 * pause, _LONGEST)


IMPATIENT: Final = Patience()

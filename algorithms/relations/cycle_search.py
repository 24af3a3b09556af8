"""Listing the simple cycles of one ring of trades up to a length, within bounds that are stated."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np
import polars as pl

from algorithms.relations.shared_contacts import Ints
from algorithms.relations.trades import Trades

_STARTS_AT_LEAST = 10  # one busy member may not use up all the steps


@dataclass(frozen=True)
class Limits:
    """How far the listing goes.

    Attributes
    ----------
    length : int
        Cycles of up to so many parties are listed.
    cycles, steps : int
        At most so many cycles of a ring are listed, after looking at so many sales; a tenth of these from one member.
    """

    length: int
    cycles: int
    steps: int


class CycleSearch:
    """Simple cycles of one ring: each from its busiest member, so that a bound cuts the least.

    A sale is followed only where its buyer can still get back to the start in time, so little is tried in vain.

    Parameters
    ----------
    of : Trades
    pairs : int64 array
        The sales of the ring, sorted by seller and buyer.
    limits : Limits

    Attributes
    ----------
    starts_left : int
        Members from which cycles were not listed to the end.
    """

    def __init__(self, of: Trades, pairs: Ints, limits: Limits) -> None:
        self.limits, self.starts_left = limits, 0
        self._spent, self._allowed, self._exhausted = 0, 0, False
        self._pairs, self._buyer = pairs, of.buyer[pairs]
        self._by_buyer = np.argsort(self._buyer, kind="stable")
        self._seller = of.seller[pairs]
        self._order = _busiest(of, pairs)
        self._rank = {party: place for place, party in enumerate(self._order)}

    @property
    def truncated(self) -> bool:
        """Whether a bound stopped the listing anywhere."""
        return self.starts_left > 0

    def cycles(self) -> list[list[int]]:
        """List cycles as lists of pairs, until a bound stops it."""
        found: list[list[int]] = []
        for place, start in enumerate(self._order):
            if self._spent >= self.limits.steps or len(found) >= self.limits.cycles:
                self.starts_left += len(self._order) - place
                break
            more = self._from(start)
            room = self.limits.cycles - len(found)
            found += islice(more, room)
            self.starts_left += next(more, None) is not None or self._exhausted
        return found

    def _from(self, start: int) -> Iterator[list[int]]:
        """Cycles through a start that visit nobody busier; looking back and looking on have a half of its steps each."""
        share = max(1, self.limits.steps // _STARTS_AT_LEAST)
        self._exhausted = False
        self._allowed = self._spent + share // 2
        back = self._distances(start)
        self._allowed = self._spent + share - share // 2
        path: list[int] = []
        nodes, stack = [start], [self._sales(start)]
        while stack:
            buyer, pair = next(stack[-1], (-1, -1))
            if pair < 0:
                stack.pop()
                nodes.pop()
                del path[-1:]
            elif buyer == start:
                yield [*path, pair]
            elif buyer in back and buyer not in nodes and len(nodes) + back[buyer] <= self.limits.length:
                path.append(pair)
                nodes.append(buyer)
                stack.append(self._sales(buyer))

    def _distances(self, start: int) -> dict[int, int]:
        """Fewest sales that lead back to the start, for whoever is less busy and gets there in time."""
        found, frontier = {start: 0}, [start]
        for distance in range(1, self.limits.length):
            reached = []
            for node in frontier:
                for seller in self._sellers(node):
                    if seller not in found and self._rank[seller] > self._rank[start]:
                        found[seller] = distance
                        reached.append(seller)
            frontier = reached
        return found

    def _sales(self, seller: int) -> Iterator[tuple[int, int]]:
        low, high = np.searchsorted(self._seller, [seller, seller + 1])
        for at in range(low, high):
            if not self._step():
                return
            yield int(self._buyer[at]), int(self._pairs[at])

    def _sellers(self, buyer: int) -> Iterator[int]:
        low, high = np.searchsorted(self._buyer, [buyer, buyer + 1], sorter=self._by_buyer)
        for at in self._by_buyer[low:high]:
            if not self._step():
                return
            yield int(self._seller[at])

    def _step(self) -> bool:
        """Look at one more sale, if that is still allowed."""
        if self._spent >= self._allowed:
            self._exhausted = True
            return False
        self._spent += 1
        return True


def _busiest(of: Trades, pairs: Ints) -> list[int]:
    """Members by what they sell and buy, most first, then by position."""
    amount = of.amounts.gather(pairs).cast(pl.Float64).fill_null(0.0)
    ends = (of.seller[pairs], of.buyer[pairs])
    both = pl.concat([pl.DataFrame({"party": end, "amount": amount}) for end in ends])
    turnover = both.group_by("party").agg(pl.col("amount").sum())
    return turnover.sort("amount", "party", descending=[True, False])["party"].to_list()

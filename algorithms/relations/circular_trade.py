"""Circular trade 循环贸易: goods that come back to their seller inside a time window, and how far the money nets out.

A ring is a strongly connected component of the trades: everybody in it sells, through others, to himself. Its netting ratio
is 1 − Σ|net position| / Σ gross turnover, so 1 means that all sales of its members to each other cancel out. A cycle is one
simple way round; what circulates on it is its smallest sale, and its netting ratio the part of the amounts on it that this
is: ``min × length / Σ``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from algorithms.projection import View
from algorithms.relations.cycle_search import CycleSearch, Limits
from algorithms.relations.shared_contacts import Ints
from algorithms.relations.trades import Trades, trades


@dataclass(frozen=True)
class Cycle:
    """One way round.

    Attributes
    ----------
    nodes : tuple of int
        Sellers in order; the last one sells to the first. It begins with the smallest position.
    pairs : tuple of int
        The sale of each node to the next, as places among the trades.
    amounts : tuple of int or None
        Fen per sale; None where no record states one.
    circulated : int or None
        Fen that go all the way round; None with any amount unknown.
    netting : float or None
        ``circulated × length / Σ amounts`` in [0, 1]; None where unknown or all is 0.
    """

    nodes: tuple[int, ...]
    pairs: tuple[int, ...]
    amounts: tuple[int | None, ...]
    circulated: int | None
    netting: float | None


@dataclass(frozen=True, eq=False)
class Ring:
    """Everybody who sells, through others, to himself.

    Attributes
    ----------
    members : int64 array
        Sorted.
    pairs : int64 array
        Sales among the members, as places among the trades.
    gross : int or None
        Fen sold inside the ring, once per sale; None where no record states any.
    netting : float or None
        1 − Σ|net| / Σ gross turnover over known amounts, in [0, 1]; None where unknown or all is 0.
    pairs_without_amount : int
        Sales of which at least one record that counts states no amount: ``gross`` is then a lower bound.
    cycles : tuple of Cycle
        Shortest first.
    truncated : bool
        A bound stopped the listing, so there may be more cycles of this length.
    starts_left : int
        Members from which cycles were not listed to the end.
    pairs_on_no_listed_cycle : int
        The remainder: every sale in a ring lies on some cycle, these only on longer ones or on cycles not listed.
    """

    members: Ints
    pairs: Ints
    gross: int | None
    netting: float | None
    pairs_without_amount: int
    cycles: tuple[Cycle, ...]
    truncated: bool
    starts_left: int
    pairs_on_no_listed_cycle: int


@dataclass(frozen=True, eq=False)
class Rings:
    """All rings of a view; each is described when it is asked for.

    Attributes
    ----------
    trades : Trades
    limits : Limits
    members : tuple of int64 arrays
        Most sold inside first, then by smallest member.
    pairs : tuple of int64 arrays
        Sales inside each ring.
    ring_of : dict
        Party → its ring.
    """

    trades: Trades
    limits: Limits
    members: tuple[Ints, ...]
    pairs: tuple[Ints, ...]
    ring_of: dict[int, int]

    def ring(self, number: int) -> Ring:
        """Describe one ring: exact amounts, netting, cycles. O(its sales) and at most ``Limits.steps`` more."""
        pairs, t = self.pairs[number], self.trades
        search = CycleSearch(t, pairs, self.limits)
        found = sorted(search.cycles(), key=lambda c: (len(c), [int(t.seller[k]) for k in c]))
        cycles = tuple(_cycle(t, c) for c in found)
        amounts = t.amounts.gather(pairs)
        listed = {k for c in cycles for k in c.pairs}
        return Ring(
            self.members[number],
            pairs,
            int(amounts.sum()) if amounts.null_count() < len(amounts) else None,
            _netting(t, pairs),
            int(np.count_nonzero(t.missing[pairs])),
            cycles,
            search.truncated,
            search.starts_left,
            len(pairs) - len(listed),
        )


def rings(view: View, window_days: int, limits: Limits) -> Rings:
    """Find the rings of a view, once per view.

    Notes
    -----
    Tarjan's components in O(V + E). Listing the cycles of a ring is exponential in their length, so it is bounded; each
    step follows a sale only where its buyer can still get back in time.

    References
    ----------
    Tarjan (1972), Depth-first search and linear graph algorithms, SIAM J. Comput. 1(2); Johnson (1975), Finding all the
    elementary circuits of a directed graph, SIAM J. Comput. 4(1), whose circuits these are up to the length. The bounds are
    SAMPLE numbers of the rulebook ``trade_circles``.
    """
    return view.once(("rings", window_days, limits), lambda v: _found(trades(v, window_days), limits))


def _found(of: Trades, limits: Limits) -> Rings:
    parties, ends = np.unique(np.concatenate((of.seller, of.buyer)), return_inverse=True)
    seller, buyer = np.split(ends, 2)
    graph = sparse.csr_array((np.ones(len(seller)), (seller, buyer)), shape=(len(parties), len(parties)))
    count, label = connected_components(graph, directed=True, connection="strong")
    sizes = np.bincount(label, minlength=count)
    inside = np.flatnonzero((label[seller] == label[buyer]) & (sizes[label[seller]] > 1))
    weight = of.amounts.gather(inside).cast(pl.Float64).fill_null(0.0).to_numpy()
    gross = np.bincount(label[seller[inside]], weights=weight, minlength=count)
    circular = np.flatnonzero(sizes > 1)
    smallest = np.full(count, np.iinfo(np.int64).max)
    np.minimum.at(smallest, label, parties)
    order = circular[np.lexsort((smallest[circular], -gross[circular]))]
    rank = np.full(count, -1, dtype=np.int64)
    rank[order] = np.arange(len(order))
    of_party, of_pair = rank[label], rank[label[seller[inside]]]
    members = _split(parties[of_party >= 0], of_party[of_party >= 0], len(order))
    pairs = _split(inside, of_pair, len(order))
    return Rings(of, limits, members, pairs, {p: n for n, ring in enumerate(members) for p in ring.tolist()})


def _split(items: Ints, group: Ints, count: int) -> tuple[Ints, ...]:
    ordered = items[np.argsort(group, kind="stable")].astype(np.int64)
    return tuple(np.split(ordered, np.cumsum(np.bincount(group, minlength=count))[:-1])) if count else ()


def _cycle(of: Trades, pairs: list[int]) -> Cycle:
    first = min(range(len(pairs)), key=lambda at: int(of.seller[pairs[at]]))
    turned = (*pairs[first:], *pairs[:first])
    told = tuple(of.amounts.gather(list(turned)).to_list())
    known = [a for a in told if a is not None]
    circulated = min(known) if len(known) == len(told) else None
    total = sum(known)
    netting = None if circulated is None or not total else circulated * len(told) / total
    return Cycle(tuple(int(of.seller[k]) for k in turned), turned, told, circulated, netting)


def _netting(of: Trades, pairs: Ints) -> float | None:
    """1 − Σ|net| / Σ gross turnover, from exact sums."""
    amount = of.amounts.gather(pairs)
    sales = pl.DataFrame(
        {"seller": of.seller[pairs], "buyer": of.buyer[pairs], "amount": amount}
    ).drop_nulls()
    sold, bought = (sales.select("amount", party=end) for end in ("seller", "buyer"))
    negative = bought.with_columns(amount=pl.lit(0, dtype=pl.Int128) - pl.col("amount"))
    net = pl.concat([sold, negative.select(sold.columns)]).group_by("party").agg(pl.col("amount").sum())
    turnover = 2 * int(sales["amount"].sum())
    return 1 - int(net["amount"].abs().sum()) / turnover if turnover else None

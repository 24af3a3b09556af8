"""Groups by control 控制: everyone who stands at the head of one, alone, as a family or in concert, and all he controls.

Control makes a group symmetrically: one controls the other, or a third party controls both. Who is controlled by two
heads (votes by one, the board by the other) stands in both groups.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from algorithms.ownership.holders import Holdings
from algorithms.ownership.matrix import Columns, upstream
from algorithms.ownership.projected import CARRIERS
from algorithms.projection import View
from algorithms.sets import among, distinct
from algorithms.thresholds import above
from algorithms.walks.adjacency import entries, spans
from algorithms.walks.links import Nodes, Place, as_nodes, incoming

Set = tuple[int, ...]


@dataclass(frozen=True, eq=False)
class ControlGroups:
    """Groups of two or more parties.

    Attributes
    ----------
    heads : tuple of tuple of int
        Per group, who controls it: one party (the first of parties that control each other), a family, a concert group.
    group, member : int64 arrays of shape (k,)
        Who belongs where, heads included, sorted by group and member.
    round : int64 array of shape (k,)
        0 for a head, else the round in which control reached the member: explained by earlier rounds alone.
    """

    heads: tuple[Set, ...]
    group: Nodes
    member: Nodes
    round: Nodes

    def members(self, group: int) -> Nodes:
        """Return a group's members, sorted."""
        return self.member[self._span(group)]

    def of(self, parties: Nodes) -> tuple[Nodes, Nodes]:
        """Return (index of the party asked for, group), one row per group that a party stands in."""
        listed, groups = self._by_member
        first, last = (np.searchsorted(listed, parties, side) for side in ("left", "right"))
        return np.repeat(np.arange(len(parties)), last - first), groups[spans(first, last - first)]

    @cached_property
    def _by_member(self) -> tuple[Nodes, Nodes]:
        order = np.argsort(self.member, kind="stable")
        return self.member[order], self.group[order]

    def places(self, view: View, group: int, member: int) -> list[Place]:
        """Return the facts that carry control from the heads down to a member, nearest last; empty for a head."""
        rounds = dict(zip(self.members(group).tolist(), self.round[self._span(group)].tolist(), strict=True))
        found: dict[Place, None] = {}
        todo, done = [member], {member}
        while todo:
            held = todo.pop()
            for carrier in CARRIERS:
                for _, holder, place in incoming(view, carrier, as_nodes([held])).triples():
                    if rounds.get(holder, rounds[held]) < rounds[held]:
                        found[place] = None
                        todo += [holder] if holder not in done else []
                        done.add(holder)
        return list(reversed(found))

    def _span(self, group: int) -> slice:
        return slice(*np.searchsorted(self.group, [group, group + 1]).tolist())


def control_groups(holdings: Holdings, parties: Nodes) -> ControlGroups:
    """Return every group by control that one of the parties stands in.

    Parameters
    ----------
    holdings : Holdings
        Of the caller's view. State bodies head no group: enterprises are not related merely because both belong to the
        state (公司法（2023修订）第二百六十五条第四项).
    parties : int64 array

    Returns
    -------
    ControlGroups
        Also groups that a party's controllers head elsewhere; a party that controls nothing and that nobody controls
        is in none.

    Notes
    -----
    Only heads are followed: alone one has to start with a direct majority, so the sources among strongly connected
    majority holders are heads, and families and concert groups are (they may control what none of them does). All
    fixpoints advance together, one sparse step per round: O(E) to begin with, then the rights held inside each group
    once, and the sums of the groups still growing once per round.

    References
    ----------
    商业银行大额风险暴露管理办法（2018年第1号令）附件1; 商业银行集团客户授信业务风险管理指引（2010年修订）第三条
    (close family jointly in control), both from knowledge; Basel LEX10.
    """
    rights = holdings.view.once(("rights to control", holdings.control_ratio), lambda _: _rights(holdings))
    seeds = _heads(rights, distinct(parties), holdings.control_ratio)
    keys, rounds = _fixpoints(rights.rows, seeds, holdings.control_ratio)
    return _made(*_participants(rights.rows, keys, rounds), rights.rows[0].shape[0])


@dataclass(frozen=True, eq=False)
class _Rights:
    """Votes, seats and general partners by columns and by rows, without what state bodies hold; and who acts as one.

    ``sets``: (n, g) by rows and by columns, an entry for each member of a family or concert group.
    """

    columns: tuple[Columns, ...]
    rows: tuple[Columns, ...]
    sets: tuple[Columns, Columns]


def _rights(holdings: Holdings) -> _Rights:
    size = holdings.channels[0].shape[0]
    private = np.ones(size)
    private[sorted(holdings.agencies)] = 0.0
    kept = [_scaled(private, matrix) for matrix in holdings.channels]
    stated = holdings.case.control.groups
    sets = _scaled(private, stated if sparse.issparse(stated) else sparse.csr_array((size, 0)))
    return _Rights(tuple(sparse.csc_array(m) for m in kept), tuple(kept), (sets, sparse.csc_array(sets)))


def _scaled(private: NDArray[np.float64], matrix: Columns) -> Columns:
    scaled = sparse.csr_array(sparse.diags_array(private) @ matrix)
    scaled.eliminate_zeros()
    return scaled


def _heads(rights: _Rights, asked: Nodes, line: float) -> Nodes:
    """Seeds as keys ``set × size + member``; sets in order of their lowest member."""
    nodes = upstream(list(rights.columns), asked)
    by_row, by_set = rights.sets
    near = distinct(by_row.indices[entries(by_row.indptr, nodes)[0]].astype(np.int64))
    places, lengths = entries(by_set.indptr, near)
    joint = by_set.indices[places].astype(np.int64)
    alone = _sources(rights.columns, (nodes, asked), line)
    alone = alone[~among(alone, distinct(joint))]
    member = np.concatenate((joint, alone))
    number = np.concatenate((np.repeat(np.arange(len(near)), lengths), len(near) + np.arange(len(alone))))
    lowest = np.full(len(near) + len(alone), np.iinfo(np.int64).max)
    np.minimum.at(lowest, number, member)
    rank = np.empty(len(lowest), dtype=np.int64)
    rank[np.argsort(lowest, kind="stable")] = np.arange(len(lowest))
    return np.sort(rank[number] * rights.rows[0].shape[0] + member)


def _sources(channels: Sequence[Columns], near: tuple[Nodes, Nodes], line: float) -> Nodes:
    """Whom nobody holds a majority of: majority holders, and who is asked about; of a circle of holders, the first.

    ``near``: everybody upstream of the parties asked about, and these themselves.
    """
    nodes, asked = near
    holders, held = [], []
    for matrix in channels:
        places, lengths = entries(matrix.indptr, nodes)
        major = above(matrix.data[places], line)
        holders.append(np.searchsorted(nodes, matrix.indices[places][major]))
        held.append(np.repeat(np.arange(len(nodes)), lengths)[major])
    start, end = np.concatenate(holders), np.concatenate(held)
    start, end = start[start != end], end[start != end]
    graph = sparse.csr_array((np.ones(len(start)), (start, end)), shape=(len(nodes), len(nodes)))
    labels = connected_components(graph, directed=True, connection="strong")[1]
    below = distinct(labels[end][labels[start] != labels[end]])
    heads = distinct(np.concatenate((labels[start], labels[np.searchsorted(nodes, asked)])))
    first = np.unique(labels, return_index=True)[1]
    return np.sort(nodes[first[heads[~among(heads, below)]]]).astype(np.int64)


def _fixpoints(rows: Sequence[Columns], seeds: Nodes, line: float) -> tuple[Nodes, Nodes]:
    """What each seed set controls, as keys ``set × size + member`` with the round; seeds have round 0."""
    size = rows[0].shape[0]
    frontier = inside = seeds
    done = [(seeds, np.zeros(len(seeds), dtype=np.int64))]
    held = [(seeds[:0], np.zeros(0)) for _ in rows]
    while len(frontier):
        held = [_added(sums, *_held_by(m, frontier, size)) for m, sums in zip(rows, held, strict=True)]
        over = distinct(np.concatenate([keys[above(sums, line)] for keys, sums in held]))
        frontier = over[~among(over, inside)]
        done.append((frontier, np.full(len(frontier), len(done), dtype=np.int64)))
        growing = distinct(frontier // size)  # a set that gained nobody is finished
        inside = inside[among(inside // size, growing)]
        inside = np.sort(np.concatenate((inside, frontier)))
        kept = [among(keys // size, growing) for keys, _ in held]
        held = [(keys[k], sums[k]) for (keys, sums), k in zip(held, kept, strict=True)]
    keys, rounds = (np.concatenate(parts) for parts in zip(*done, strict=True))
    order = np.argsort(keys, kind="stable")
    return keys[order], rounds[order]


def _held_by(matrix: Columns, frontier: Nodes, size: int) -> tuple[Nodes, NDArray[np.float64]]:
    places, lengths = entries(matrix.indptr, frontier % size)
    sets = np.repeat(frontier // size, lengths)
    return sets * size + matrix.indices[places], matrix.data[places]


def _added(
    sums: tuple[Nodes, NDArray[np.float64]], keys: Nodes, values: NDArray[np.float64]
) -> tuple[Nodes, NDArray[np.float64]]:
    every, place = np.unique(np.concatenate((sums[0], keys)), return_inverse=True)
    added = np.bincount(place, weights=np.concatenate((sums[1], values)), minlength=len(every))
    return every, added.astype(np.float64)


def _participants(rows: Sequence[Columns], keys: Nodes, rounds: Nodes) -> tuple[Nodes, Nodes]:
    """Leave out heads who hold nothing of what their set controls: a relative without a share is no client of it."""
    size = rows[0].shape[0]
    seeds = keys[rounds == 0]
    takes_part = np.zeros(len(seeds), dtype=np.bool_)
    for matrix in rows:
        places, lengths = entries(matrix.indptr, seeds % size)
        owner = np.repeat(np.arange(len(seeds)), lengths)
        within = among(seeds[owner] // size * size + matrix.indices[places], keys[rounds > 0])
        takes_part[owner[within]] = True
    kept = (rounds > 0) | among(keys, seeds[takes_part])
    return keys[kept], rounds[kept]


def _made(keys: Nodes, rounds: Nodes, size: int) -> ControlGroups:
    """Number the sets that control anybody, but for those whose heads another set controls."""
    sets, member = keys // size, keys % size
    dominated = np.array(_dominated(sets, member, rounds), dtype=np.int64)
    kept = among(sets, distinct(sets[rounds > 0])) & ~among(sets, np.sort(dominated))
    group = np.unique(sets[kept], return_inverse=True)[1].astype(np.int64)
    member, rounds = member[kept], rounds[kept]
    heads: list[list[int]] = [[] for _ in range(int(group[-1]) + 1 if len(group) else 0)]
    for number, head in zip(group[rounds == 0].tolist(), member[rounds == 0].tolist(), strict=True):
        heads[number].append(head)
    return ControlGroups(tuple(tuple(h) for h in heads), group, member, rounds)


def _dominated(sets: Nodes, member: Nodes, rounds: Nodes) -> list[int]:
    """Sets of which all heads stand under another set: a holding without a majority holder, controlled all the same."""
    below = distinct(member[rounds > 0])
    doubtful = distinct(sets[(rounds == 0) & among(member, below)])
    watched = among(member, distinct(member[(rounds == 0) & among(sets, doubtful)]))
    inside: dict[int, set[int]] = {}
    for number, party in zip(sets[watched].tolist(), member[watched].tolist(), strict=True):
        inside.setdefault(party, set()).add(number)
    found: list[int] = []
    for number in doubtful.tolist():
        span = slice(*np.searchsorted(sets, [number, number + 1]).tolist())
        heads = member[span][rounds[span] == 0].tolist()
        over = set.intersection(*(inside[h] for h in heads)) - {number, *found}
        found += [number] if over else []
    return found

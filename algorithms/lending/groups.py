"""Connected clients 关联客户 by control, for the large-exposure limits of a bank.

Control makes a group symmetrically: one controls the other, or a third party controls both. Economic dependence is
one-way and makes overlapping groups; it has its own method, and here only joins dependent members to their core
(``joined``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from algorithms.ownership.holders import Holdings
from algorithms.walks.links import Nodes

Group = frozenset[int]


def connected_groups(holdings: Holdings, parties: Nodes) -> dict[int, Group]:
    """Return each party's group: itself, who controls it, and everything that these control.

    Parameters
    ----------
    holdings : Holdings
        Of the caller's view.
    parties : int64 array
        Any parties; a farm household or a person is a group with what it controls.

    References
    ----------
    Measures on large exposures of commercial banks 商业银行大额风险暴露管理办法 (2018), annex 1; Basel LEX10.
    """
    distinct = np.unique(parties)
    control = holdings.controllers(distinct)
    reach = holdings.controlled({*distinct.tolist(), *(h for found in control.values() for h in found)})
    # Whoever controls a controller controls all that it does, so no ultimate head has to be found first.
    return {
        party: frozenset({party}).union(*({holder} | reach[holder] for holder in (party, *control[party])))
        for party in distinct.tolist()
    }


def joined(group: Group, dependents: Iterable[int]) -> Group:
    """Return a core's group with the members that depend on it (one-way: the core does not join theirs)."""
    return group | frozenset(dependents)


def shared(groups: Mapping[int, Group]) -> list[list[int]]:
    """Return the sets of parties that stand in one and the same group, those of two or more, in order."""
    found: dict[Group, list[int]] = {}
    for party in sorted(groups):
        found.setdefault(groups[party], []).append(party)
    return [parties for parties in found.values() if len(parties) > 1]

"""What if 假设分析: the scores that would change if facts or seeds were added or removed."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from algorithms.projection import View
from algorithms.risk.arrays import FloatArray, IntArray, Rows
from algorithms.risk.propagation.channels import attenuations, channels_of
from algorithms.risk.propagation.facts import Added, NearFacts, touched
from algorithms.risk.propagation.network import combine
from algorithms.risk.propagation.scores import TOLERANCE, Picture, risk_picture
from algorithms.risk.propagation.seeds import base_severity
from algorithms.risk.propagation.update import Replacement, Update, seed_change, update
from algorithms.walks.links import Place


@dataclass(frozen=True)
class AddedSeed:
    """A fresh record against a party: ``kind`` is a rule of ``risk_seeds``."""

    party: int
    kind: str


@dataclass(frozen=True)
class Changes:
    """What would be different; parties by their number in the picture.

    Attributes
    ----------
    removed : tuple of Place
        Facts that would not be there, of those that the view shows.
    added : tuple of Added
        OWNS, SUPPLIES, GUARANTEES (guarantor → guaranteed), or any relationship that carries a channel.
    seeds : tuple of AddedSeed
    """

    removed: tuple[Place, ...] = ()
    added: tuple[Added, ...] = ()
    seeds: tuple[AddedSeed, ...] = field(default=())


def what_if(view: View, changes: Changes, tol: float = TOLERANCE) -> Update:
    """Return the scores that would change, equal to those of the changed graph.

    Parameters
    ----------
    view : View
        Who may be seen stays as it is, whatever is removed.
    changes : Changes
    tol : float
        Bound of the added error, > 0.

    Raises
    ------
    InputError
        A kind of seed that is not in force.

    Notes
    -----
    Every weight depends only on the facts of its own target, so the rows of the parties that the changed facts name are
    built anew and the difference is pushed forward (``update``). O(V + E) the first time, for the indexes of the view.
    """
    picture = risk_picture(view)
    nodes = _concerned(picture, changes)
    severity = _severity(picture, nodes, changes)
    if changes.removed or changes.added:
        change = Replacement(nodes, _rows(picture, nodes, changes), severity)
    else:
        change = seed_change(picture.network, nodes, severity)
    return update(picture.network, picture.severity, picture.scores, change, tol)


def _concerned(picture: Picture, changes: Changes) -> IntArray:
    from_facts = touched(picture.members, changes.removed, changes.added)
    return np.union1d(from_facts, np.array([each.party for each in changes.seeds], dtype=np.int64))


def _severity(picture: Picture, nodes: IntArray, changes: Changes) -> FloatArray:
    gone = frozenset(changes.removed)
    left = {node: 1.0 - picture.seeds.without(node, gone) for node in nodes.tolist()}
    for each in changes.seeds:
        left[each.party] *= 1.0 - base_severity(picture.books.seeds, each.kind)
    return 1.0 - np.array([left[node] for node in nodes.tolist()])


def _rows(picture: Picture, nodes: IntArray, changes: Changes) -> Rows:
    books, size = picture.books, len(picture.members)
    near = NearFacts(picture.members, nodes, frozenset(changes.removed), changes.added)
    parts = attenuations(books.channels)
    channels = channels_of(near, books.control_ratio, parts, (size, nodes))
    return combine(channels, books.alpha, (len(nodes), size)).rows


def place_of(view: View, key: int, run: int) -> Place | None:
    """Return where the visible fact of a series and run stands, if anywhere. O(E)."""
    for name, edges in view.projection.edges.items():
        places = view.positions(name)
        hits = places[(edges.key[places] == key) & (edges.run[places] == run)]
        if len(hits):
            return name, int(hits[0])
    return None

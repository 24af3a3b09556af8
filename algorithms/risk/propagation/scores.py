"""Risk of a whole view: its network, its seeds and its scores, built once and kept with the view."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np

from algorithms.projection import View
from algorithms.risk.arrays import FloatArray
from algorithms.risk.propagation.channels import attenuations, channels_of
from algorithms.risk.propagation.facts import Members, ViewFacts
from algorithms.risk.propagation.network import Network, combine
from algorithms.risk.propagation.result import Propagation
from algorithms.risk.propagation.seeds import Seeds, seeds_of
from algorithms.risk.propagation.solve import solve
from algorithms.rules import Governing, govern, load

CHANNELS, SEEDS, PUBLICATION = "risk_channels", "risk_seeds", "penalty_publication"
TOLERANCE = 1e-10
SWEEPS_AT_MOST = 500


@dataclass(frozen=True, eq=False)
class Books:
    """The rulebooks of risk as in force on one day."""

    channels: Governing
    seeds: Governing
    publication: Governing

    @property
    def alpha(self) -> float:
        """The bound on what reaches one party over all channels."""
        return float(self.channels.constant("alpha"))

    @property
    def control_ratio(self) -> float:
        """More than this part of votes or seats controls."""
        return float(self.channels.constant("control_ratio"))

    @property
    def versions(self) -> dict[str, str]:
        """Rulebook id → version."""
        return {g.rulebook.id: g.rulebook.version for g in (self.channels, self.seeds, self.publication)}


def books_on(day: dt.date) -> Books:
    """Return the shipped rulebooks as in force on a day."""
    return Books(*(govern(load(name), day) for name in (CHANNELS, SEEDS, PUBLICATION)))


@dataclass(frozen=True, eq=False)
class Picture:
    """Everything about risk in one view.

    Attributes
    ----------
    members : Members
        The parties, numbered: index of every array here.
    books : Books
    network : Network
    seeds : Seeds
    scores : Propagation
        Every party's risk, to 1e-10.
    """

    members: Members
    books: Books
    network: Network
    seeds: Seeds
    scores: Propagation

    @property
    def severity(self) -> FloatArray:
        """S of every party."""
        return self.seeds.severity


def risk_picture(view: View) -> Picture:
    """Return the risk of a view; built the first time it is asked for. O(V + E) and some thirty products with M."""
    return view.once(("risk_picture",), _picture)


def risk_scores(view: View) -> Propagation:
    """Return the risk of every party of a view, in the order of ``risk_picture(view).members``."""
    return risk_picture(view).scores


def riskiest(view: View, n: int) -> list[tuple[str, float]]:
    """Return the ids and scores of the n riskiest parties, gravest first, then by id. Parties without risk are left out."""
    picture = risk_picture(view)
    value = picture.scores.value
    reached = np.flatnonzero(value > 0)
    if len(reached) > n:
        line = np.partition(value[reached], len(reached) - n)[len(reached) - n]
        reached = reached[value[reached] >= line]
    ranked = sorted((-float(value[i]), picture.members.id(int(i))) for i in reached)
    return [(node_id, -score) for score, node_id in ranked[:n]]


def network_of(view: View, members: Members, books: Books) -> Network:
    """Build the network of a view."""
    parts = attenuations(books.channels)
    channels = channels_of(ViewFacts(members), books.control_ratio, parts, (len(members), None))
    return combine(channels, books.alpha, (len(members), len(members)))


def propagated(network: Network, severity: FloatArray, tol: float, max_iter: int) -> Propagation:
    """Solve, and say what is known of the solution."""
    solved = solve(network, severity, tol, max_iter)
    return Propagation(
        value=solved.value,
        residual=solved.residual,
        iterations=solved.sweeps,
        converged=solved.error_bound <= tol,
        error_bound=solved.error_bound,
        reached=int(np.count_nonzero(solved.value)),
        scaled_rows=network.scaled_rows,
        strongest_factor=network.strongest_factor,
    )


def _picture(view: View) -> Picture:
    members, books = Members(view), books_on(view.as_of)
    network = network_of(view, members, books)
    seeds = seeds_of(members, (books.seeds, books.publication))
    scores = propagated(network, seeds.severity, TOLERANCE, SWEEPS_AT_MOST)
    return Picture(members, books, network, seeds, scores)

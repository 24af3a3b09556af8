"""Propagation over a view, or over plain matrices: the functional front door."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from algorithms.projection import View
from algorithms.risk.arrays import FloatArray, Matrix, as_indices, as_rows, as_vector
from algorithms.risk.propagation.channels import attenuations, channels_of
from algorithms.risk.propagation.facts import Members, ViewFacts
from algorithms.risk.propagation.network import Channel, Network, combine
from algorithms.risk.propagation.result import Propagation
from algorithms.risk.propagation.scores import SWEEPS_AT_MOST, Books, books_on, propagated
from schema.errors import InputError, NotFound

Seeding = Any  # array of severities, mapping to severities, or a sequence of indices or node ids
_MOST_CHANNELS = 255


def propagate(
    projection: View | Mapping[str, Matrix],
    seeds: Seeding,
    channels: Mapping[str, float] | None = None,
    *,
    alpha: float | None = None,
    tol: float = 1e-9,
    max_iter: int = SWEEPS_AT_MOST,
) -> Propagation:
    """Let risk travel: ``r = s + (1 − s) ∘ (M r)`` with ``M = Σ_c α_c W_c``, each row scaled to sum to at most α.

    Parameters
    ----------
    projection : View or mapping
        A view, whose channels the rulebook ``risk_channels`` defines; or channel name → W_c (NumPy array or SciPy
        sparse, n × n), ``W_c[i, j]`` = how much of j's risk reaches i, finite and ≥ 0.
    seeds : array, mapping or sequence
        Severities of all n nodes (floats); or a mapping from index (node id for a view) to severity; or the indices
        (node ids) alone, each of severity 1. Severities lie in [0, 1].
    channels : mapping, optional
        Channel name → attenuation α_c in [0, 1]; of a view, other channels are left out. By default the rulebook's.
    alpha : float, optional
        In (0, 1); by default the rulebook's.
    tol : float
        Wanted bound of the error of every entry, > 0.
    max_iter : int
        Products with M at most, ≥ 1; ``converged`` says whether they did.

    Returns
    -------
    Propagation
        ``value`` per node; for a view, per party that it shows, in the order of their positions.

    Raises
    ------
    InputError
        A shape, name, index or number is not as described.
    NotFound
        A node id that the view does not show.

    Notes
    -----
    r is the unique fixed point, in [0, 1], rises with every seed, is 0 without seeds, does not depend on labels, and is
    the sum over all walks from seeds, ``Σ_k ((I − S) M)^k s``. The matrix is combined once, O(entries); see ``solve``
    for the iteration and its proven bound.

    References
    ----------
    Katz (1953), "A new status index derived from sociometric analysis", Psychometrika 18, for the sum over walks;
    Brin and Page (1998) for the damping; Anderson (1965), J. ACM 12, for the extrapolation.

    Examples
    --------
    >>> lent = np.array([[0.0, 1.0], [0.0, 0.0]])
    >>> propagate({"loan": lent}, [1], {"loan": 0.5}, alpha=0.8).value.tolist()
    [0.5, 1.0]
    """
    if not tol > 0 or max_iter < 1:
        raise InputError(f"tol is above 0 and max_iter at least 1, not {tol} and {max_iter}")
    if isinstance(projection, View):
        members = Members(projection)
        network = _of_view(members, channels, alpha)
        severity = _severity(_numbered(seeds, members), len(members))
    else:
        network = _of_matrices(projection, channels, alpha)
        severity = _severity(seeds, network.size)
    return propagated(network, severity, tol, max_iter)


def _of_view(members: Members, channels: Mapping[str, float] | None, alpha: float | None) -> Network:
    books = books_on(members.view.as_of)
    parts = _parts(attenuations(books.channels), channels)
    size = len(members)
    built = channels_of(ViewFacts(members), books.control_ratio, parts, (size, None))
    return combine(built, _alpha(alpha, books), (size, size))


def _of_matrices(
    weights: Mapping[str, Matrix], channels: Mapping[str, float] | None, alpha: float | None
) -> Network:
    books = books_on(dt.date.max)  # the newest: plain matrices have no day
    rows = {name: as_rows(matrix, f"channel {name}") for name, matrix in weights.items()}
    sizes = {matrix.shape[0] for matrix in rows.values()}
    if len(sizes) != 1 or len(rows) > _MOST_CHANNELS:
        raise InputError(
            f"give 1 to {_MOST_CHANNELS} channels, all over the same nodes, not of sizes {sizes}"
        )
    known = attenuations(books.channels) if channels is None else channels
    alone = set(rows) - set(known) if channels is None else set(rows) ^ set(known)
    if alone:
        raise InputError(f"matrices and attenuations must name the same channels: {min(alone)} stands alone")
    parts = _parts(dict.fromkeys(rows, 0.0), {name: known[name] for name in rows})
    size = sizes.pop()
    return combine(
        [Channel(name, parts[name], matrix) for name, matrix in rows.items()],
        _alpha(alpha, books),
        (size, size),
    )


def _parts(offered: Mapping[str, float], chosen: Mapping[str, float] | None) -> dict[str, float]:
    """Return the attenuations to use, checked."""
    if chosen is None:
        return dict(offered)
    if foreign := sorted(set(chosen) - set(offered)):
        raise InputError(f"there is no channel {foreign[0]}; there are {', '.join(offered)}")
    for name, part in chosen.items():
        if not 0.0 <= part <= 1.0:
            raise InputError(f"the attenuation of {name} is {part}; it must lie in [0, 1]")
    return {name: float(chosen[name]) for name in offered if name in chosen}


def _alpha(alpha: float | None, books: Books) -> float:
    chosen = books.alpha if alpha is None else alpha
    if not 0.0 < chosen < 1.0:
        raise InputError(f"alpha is {chosen}; it must lie between 0 and 1, so that the walks sum")
    return chosen


def _numbered(seeds: Seeding, members: Members) -> Seeding:
    """Turn node ids into numbers; anything else is left as it is."""
    if isinstance(seeds, Mapping):
        return {_number(members, key): severity for key, severity in seeds.items()}
    if isinstance(seeds, Sequence) and any(isinstance(each, str) for each in seeds):
        return [_number(members, each) for each in seeds]
    return seeds


def _number(members: Members, key: Any) -> Any:
    if not isinstance(key, str):
        return key
    if not members.view.sees(key):
        raise NotFound("There is no such party, for this caller.")
    return members.number(members.view.projection.position(key))


def _severity(seeds: Seeding, size: int) -> FloatArray:
    if isinstance(seeds, Mapping):
        severity = np.zeros(size)
        keys = list(seeds)
        if len(as_indices(keys, size, "seeds")) != len(keys):
            raise InputError("seeds name a node twice")
        severity[np.asarray(keys, dtype=np.int64)] = as_vector(
            list(seeds.values()), len(keys), "severity", 0.0, 1.0
        )
        return severity
    if np.size(seeds) and np.issubdtype(np.asarray(seeds).dtype, np.floating):
        return as_vector(np.atleast_1d(seeds), size, "seeds", 0.0, 1.0)
    severity = np.zeros(size)
    severity[as_indices(seeds, size, "seeds")] = 1.0
    return severity

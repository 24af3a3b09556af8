"""Voting control 表决权控制 as a least fixpoint from a set of seeds: a person, a family, a concert group 一致行动人.

``y ∈ C(S)`` exactly when the seeds and the companies they control hold more than half of its votes together:
``Σ_{z ∈ S ∪ C(S)} A[z, y] > 0.5``. A family may control what none of its members does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from scipy import sparse

from algorithms.ownership.fixpoint import Channel, closure
from algorithms.ownership.matrix import (
    BoolArray,
    Columns,
    FloatArray,
    IntArray,
    Matrix,
    as_columns,
    checked,
    indices_of,
)
from algorithms.result import Result


@dataclass(frozen=True, eq=False)
class ControlResult(Result[BoolArray]):
    """What a seed set controls.

    Attributes
    ----------
    value : bool array of shape (n,)
        Controlled companies; seeds are False.
    residual : float
        Always 0: a finite least fixpoint is exact.
    iterations : int
        Rounds until nothing joined.
    converged : bool
        Always True.
    seeds : int64 array
        The seed set, sorted.
    votes : float array of shape (n,)
        Votes of each company that seeds and controlled companies hold together (also below the threshold).
    rounds : int64 array of shape (n,)
        0 for seeds, the round in which a company joined, −1 for the rest.
    """

    seeds: IntArray
    votes: FloatArray
    rounds: IntArray


def control(A_vote: Matrix, seeds: Any, threshold: float = 0.5) -> ControlResult:
    """Everything that a seed set controls.

    Parameters
    ----------
    A_vote : array or sparse of shape (n, n)
        ``A_vote[i, j]`` = part of j's votes held by i.
    seeds : int or sequence of int
        Holders who act as one.
    threshold : float
        Strict majority: exactly this much does not control.

    Returns
    -------
    ControlResult

    Raises
    ------
    InputError
        When the matrix is not square, a share is no ratio, or a seed no index.

    Notes
    -----
    Complexity: O(n + nnz) once per call (nnz for the row form), then each entry of a controlled holder once.

    Examples
    --------
    >>> votes = np.zeros((4, 4)); votes[0, 2] = votes[1, 2] = 0.3; votes[2, 3] = 0.6
    >>> control(votes, [0]).value.tolist(), control(votes, [0, 1]).value.tolist()
    ([False, False, False, False], [False, False, True, True])
    """
    rows = sparse.csr_array(checked(as_columns(A_vote)))
    return _control(rows, indices_of(seeds, rows.shape[0], "seeds"), threshold)


def control_evidence(A_vote: Matrix, result: ControlResult, company: int) -> tuple[tuple[int, int], ...]:
    """Edges ``(holder, held)`` that bring ``company`` under control, down from the seeds.

    Parameters
    ----------
    A_vote : array or sparse
        The matrix that ``result`` was computed from.
    result : ControlResult
        Of :func:`control`.
    company : int
        A controlled company; for any other the answer is empty.

    Notes
    -----
    A company is explained by holders who joined in earlier rounds, so the evidence never argues in a circle.
    """
    columns = as_columns(A_vote)
    return evidence([columns], result.rounds, company)


def evidence(matrices: list[Columns], rounds: IntArray, company: int) -> tuple[tuple[int, int], ...]:
    """Edges of any of ``matrices`` through which ``company`` joined, from holders of earlier rounds."""
    edges: dict[tuple[int, int], None] = {}
    todo, done = [company] if rounds[company] > 0 else [], set()
    while todo:
        held = todo.pop()
        if held in done:
            continue
        done.add(held)
        for columns in matrices:
            holders = columns.indices[columns.indptr[held] : columns.indptr[held + 1]]
            earlier = [int(h) for h in holders if 0 <= rounds[h] < rounds[held]]
            edges.update(dict.fromkeys((h, held) for h in earlier))
            todo += [h for h in earlier if rounds[h] > 0]
    return tuple(sorted(edges))


def _control(rows: Columns, seeds: IntArray, threshold: float) -> ControlResult:
    found = closure((Channel("votes", rows, threshold),), seeds)
    return ControlResult(
        value=found.rounds > 0,
        residual=0.0,
        iterations=found.last,
        converged=True,
        seeds=seeds,
        votes=found.held[0],
        rounds=found.rounds,
    )

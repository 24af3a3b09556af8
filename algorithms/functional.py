"""The methods over plain arrays, as the package ``algorithms`` exports them 函数式接口.

One convention for all: an array answers in the form in which it was asked, so a NumPy array (or nested lists) gives a NumPy
array and a SciPy sparse matrix or array gives a SciPy sparse array. ``A[i, j]`` = share of j held by i;
``exposures[i, j]`` = what i has lent to j; ``liabilities[i, j]`` = what i owes j; ``weights[i, j]`` = what i supplies to j.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, TypeVar

import numpy as np
from scipy import sparse

from algorithms.ownership import beneficial_owners as owners
from algorithms.ownership import close_links as links
from algorithms.ownership import control as voting
from algorithms.ownership import integrated, power
from algorithms.ownership.beneficial_owners import BeneficialOwnerOptions
from algorithms.ownership.case import OwnershipCase
from algorithms.ownership.close_links import CloseLinks
from algorithms.ownership.control import ControlResult
from algorithms.ownership.findings import BeneficialOwners
from algorithms.ownership.integrated import OwnershipResult
from algorithms.ownership.power import PowerResult
from algorithms.relations import guarantee_circles as circles
from algorithms.relations.guarantee_circles import GuaranteeCircles
from algorithms.result import Result
from algorithms.risk.arrays import Matrix, Vector, as_indices, as_rows
from schema.errors import InputError

R = TypeVar("R", bound=Result[Any])


def integrated_ownership(A: Matrix) -> OwnershipResult:
    """Final share of every holder in every company, over all walks 最终持股: ``Y = (I − A)⁻¹ A``.

    Parameters
    ----------
    A : array or sparse of shape (n, n)
        ``A[i, j]`` = share of j held by i, ≥ 0. Declared sums above 1 are answered and named (``overdeclared``).

    Returns
    -------
    OwnershipResult
        ``value`` is Y; NaN where a circle has no outside owner, and then ``converged`` is False.

    Raises
    ------
    InputError
        When A is not square, or a share is negative or not finite.

    See Also
    --------
    algorithms.ownership.integrated.integrated_ownership : complexity and references.

    Examples
    --------
    >>> integrated_ownership([[0.0, 0.24], [0.0, 0.06]]).value.round(4).tolist()
    [[0.0, 0.2553], [0.0, 0.0638]]
    """
    return _as_asked(integrated.integrated_ownership(as_rows(A, "A")), A)


def control(A: Matrix, seeds: Vector, threshold: float = 0.5) -> ControlResult:
    """Everything that a seed set (a person, a family, a concert group 一致行动人) controls by votes.

    Parameters
    ----------
    A : array or sparse of shape (n, n)
        ``A[i, j]`` = part of j's votes held by i, ≥ 0.
    seeds : int or sequence of int
        Holders who act as one, as indices (a mask is refused).
    threshold : float in [0, 1)
        More than this controls; exactly this does not.

    Returns
    -------
    ControlResult
        ``value`` is the mask of controlled companies; seeds are False.

    Raises
    ------
    InputError
        When A is not square, a share is negative or not finite, a seed is no index, or the threshold out of range.

    Examples
    --------
    >>> votes = [[0, 0, 0.3, 0], [0, 0, 0.3, 0], [0, 0, 0, 0.6], [0, 0, 0, 0]]
    >>> control(votes, [0]).value.tolist(), control(votes, [0, 1]).value.tolist()
    ([False, False, False, False], [False, False, True, True])
    """
    if not 0 <= threshold < 1:
        raise InputError(f"threshold is {threshold}; it is a part of all votes, at least 0 and below 1")
    rows = as_rows(A, "A")
    return voting.control(rows, as_indices(seeds, rows.shape[0], "seeds"), threshold)


def close_links(A: Matrix, threshold: float = 0.2, common_holder: bool = False) -> CloseLinks:
    """Close links 密切联系: who holds at least a fifth of whom, over simple paths.

    Parameters
    ----------
    A : array or sparse of shape (n, n)
        ``A[i, j]`` = share of j held by i, ≥ 0.
    threshold : float in (0, 1]
        Inclusive.
    common_holder : bool
        Whether two companies of which a third party holds the threshold each are linked, both ways.

    Returns
    -------
    CloseLinks
        ``value`` is the boolean matrix of links.

    Raises
    ------
    InputError
        When A is not square, a share is negative or not finite, or the threshold out of range.

    Examples
    --------
    >>> close_links([[0, 0.5, 0], [0, 0, 0.4], [0, 0, 0]]).value.astype(int).tolist()
    [[0, 1, 1], [0, 0, 1], [0, 0, 0]]
    """
    return _as_asked(links.close_links(as_rows(A, "A"), threshold, common_holder), A)


def power_index(
    A: Matrix, targets: Vector | None = None, threshold: float = 0.5, samples: int = 20_000, seed: int = 0
) -> PowerResult:
    """Network power index 表决权力指数: chance that a holder stands behind a company's decision.

    Parameters
    ----------
    A : array or sparse of shape (n, n)
        ``A[i, j]`` = part of j's votes held by i, ≥ 0.
    targets : int or sequence of int, optional
        Companies asked for, the columns of ``value``; by default all.
    threshold : float in [0, 1)
        More than this part of all votes decides.
    samples, seed : int
        Draws where the exact number is out of reach, and what makes them repeatable.

    Returns
    -------
    PowerResult
        ``converged`` is False, and ``residual`` the largest standard error, when a number was drawn.

    Raises
    ------
    InputError
        When A is not square, a share is negative or not finite, a target is no index, or an option out of range.

    Examples
    --------
    >>> power_index([[0, 0, 0, 0.5], [0, 0, 0, 0.3], [0, 0, 0, 0.2], [0, 0, 0, 0]]).value[:3, 3].round(4).tolist()
    [0.6667, 0.1667, 0.1667]
    """
    rows = as_rows(A, "A")
    wanted = None if targets is None else as_indices(targets, rows.shape[0], "targets")
    return _as_asked(power.power_index(rows, wanted, threshold, samples, seed), A)


def beneficial_owners(
    case: OwnershipCase, target: int, options: BeneficialOwnerOptions | None = None
) -> BeneficialOwners:
    """Beneficial owners 受益所有人 of one company, with every standard that was met and what cannot be told.

    Parameters
    ----------
    case : OwnershipCase
        Capital, votes, income rights and statements of control, as arrays of one indexing.
    target : int
        The company.
    options : BeneficialOwnerOptions, optional
        Managers, and whether control by agreement is settled.

    Returns
    -------
    BeneficialOwners
        ``value`` holds the indices of the persons who are; ``decision`` is yes, no or unknown.

    Raises
    ------
    InputError
        When arrays differ in size, a share is no ratio, or an index is none.

    Examples
    --------
    >>> A = np.zeros((3, 3)); A[0, 2], A[1, 2] = 0.75, 0.25
    >>> beneficial_owners(OwnershipCase(A, person=np.array([True, True, False])), 2).value.tolist()
    [0, 1]
    """
    if not isinstance(case, OwnershipCase):
        raise InputError("case must be an OwnershipCase: OwnershipCase(A, person=mask) is the shortest one")
    size = as_rows(case.equity, "equity").shape[0]
    (company,) = as_indices([target], size, "target")
    return owners.beneficial_owners(replace(case, **_masks(case, size)), int(company), options)


def guarantee_circles(
    A: Matrix, max_length: int | None = circles.MAX_LENGTH, limit: int = circles.LIMIT
) -> GuaranteeCircles:
    """Guarantee circles 担保圈: who guarantees himself through others.

    Parameters
    ----------
    A : array or sparse of shape (n, n)
        ``A[i, j]`` = amount that i guarantees for j, ≥ 0; a stored zero of a sparse A is a guarantee of unknown amount.
    max_length : int or None
        Longest circle to list, in guarantees, ≥ 2; None: any.
    limit : int
        Most circles to list, ≥ 1.

    Returns
    -------
    GuaranteeCircles
        ``value`` holds the circles as tuples of indices, shortest first; ``components`` says exactly who is on one.

    Raises
    ------
    InputError
        When A is not square, an amount is negative or not finite, or a bound is out of range.

    Examples
    --------
    >>> guarantee_circles([[0, 5, 0], [0, 0, 5], [5, 0, 0]]).value
    ((0, 1, 2),)
    """
    as_rows(A, "A")  # refuses what is no amount; stored zeros stay guarantees
    return circles.guarantee_circles(A if sparse.issparse(A) else np.asarray(A), max_length, limit)


def _masks(case: OwnershipCase, size: int) -> dict[str, Any]:
    masks = {name: getattr(case, name) for name in ("person", "state", "nominee")}
    found = {name: np.asarray(mask) for name, mask in masks.items() if mask is not None}
    for name, mask in found.items():
        if mask.shape != (size,) or not (mask.dtype == np.bool_ or size == 0):
            raise InputError(f"{name} must be one True or False for each of {size} parties")
    return {name: mask.astype(np.bool_) for name, mask in found.items()}


def _as_asked(result: R, given: Matrix) -> R:
    """Hand a matrix back dense when it was asked dense."""
    return result if sparse.issparse(given) else replace(result, value=result.value.toarray())

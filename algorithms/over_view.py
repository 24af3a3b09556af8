"""The methods of the functional API over a view: the same names, with the arrays read from the graph.

Every function takes a view first and answers with an :class:`OverView`: the result, which party each index stands for,
and how many amounts the method could not use because nobody states them. An unknown amount is never a zero: its fact is
left out and counted. Parties may be named by node id or by position.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import numpy as np
from scipy import sparse

from algorithms import functional
from algorithms.ownership.beneficial_owners import BeneficialOwnerOptions
from algorithms.ownership.close_links import CloseLinks
from algorithms.ownership.control import ControlResult
from algorithms.ownership.findings import BeneficialOwners
from algorithms.ownership.holders import Holdings
from algorithms.ownership.integrated import OwnershipResult
from algorithms.ownership.power import PowerResult
from algorithms.ownership.projected import managers, ownership_case, parties
from algorithms.projection import View
from algorithms.relations.guarantee_circles import LIMIT, MAX_LENGTH, GuaranteeCircles
from algorithms.result import Result
from algorithms.risk import clearing
from algorithms.risk import debtrank as distress
from algorithms.risk import esri as production
from algorithms.risk import guarantees as calling
from algorithms.risk.arrays import IntArray, Rows, Vector
from algorithms.risk.clearing import ClearingResult
from algorithms.risk.debtrank import DebtRankResult
from algorithms.risk.esri import EsriResult
from algorithms.risk.flows import Flow, claims, guarantees, loans, supplies
from algorithms.risk.guarantees import GuaranteeCalls
from algorithms.risk.sectors import sectors
from algorithms.rules import govern, load
from algorithms.walks.guarantees import guarantee_network
from schema.errors import InputError

R = TypeVar("R", bound=Result[Any])
Party = int | str


@dataclass(frozen=True, eq=False)
class OverView(Generic[R]):
    """A method's answer about a view.

    Attributes
    ----------
    result : Result
    nodes : int64 array (n,)
        Positions of the parties; index i of every array of the result is the party ``nodes[i]``.
    missing : mapping of str to int
        What was left out because it is stated nowhere → how many facts.
    """

    result: R
    nodes: IntArray
    missing: Mapping[str, int]


def integrated_ownership(view: View) -> OverView[OwnershipResult]:
    """Final shares of everybody in everything; a banded share counts with its lower end."""
    nodes = _parties(view)
    return OverView(functional.integrated_ownership(_capital(view, nodes)), nodes, _shares(view))


def control(view: View, seeds: Iterable[Party], threshold: float = 0.5) -> OverView[ControlResult]:
    """Control by votes from a seed set; votes follow the capital where nothing else is stated."""
    nodes = _parties(view)
    votes = Holdings(view, threshold).channels[0]
    at = _indices(view, nodes, seeds)
    return OverView(functional.control(_cut(votes, nodes), at, threshold), nodes, _shares(view))


def close_links(view: View, threshold: float = 0.2, common_holder: bool = False) -> OverView[CloseLinks]:
    """Close links by capital."""
    nodes = _parties(view)
    found = functional.close_links(_capital(view, nodes), threshold, common_holder)
    return OverView(found, nodes, _shares(view))


def power_index(
    view: View, targets: Iterable[Party], threshold: float = 0.5, samples: int = 20_000, seed: int = 0
) -> OverView[PowerResult]:
    """Network power index of some companies."""
    nodes = _parties(view)
    votes, wanted = Holdings(view, threshold).channels[0], _indices(view, nodes, targets)
    found = functional.power_index(_cut(votes, nodes), wanted, threshold, samples, seed)
    return OverView(found, nodes, _shares(view))


def beneficial_owners(view: View, target: Party) -> OverView[BeneficialOwners]:
    """Beneficial owners of one company; indices are positions."""
    everybody = np.arange(parties(view))
    (company,) = _indices(view, everybody, [target])
    options = BeneficialOwnerOptions(managers(view, int(company)))
    found = functional.beneficial_owners(ownership_case(view), int(company), options)
    return OverView(found, everybody, _shares(view))


def debtrank(view: View, equity: Vector, shock: Vector, variant: str = "2012") -> OverView[DebtRankResult]:
    """DebtRank over loans and claims; equity is stated nowhere in the graph, so the caller brings it, in fen."""
    nodes = _parties(view)
    lent = sparse.csr_array(_owed(view, nodes).T)
    return OverView(
        distress.debtrank(lent, equity, shock, variant), nodes, _unknown(claims(view), loans(view))
    )


def clearing_vector(
    view: View, external_assets: Vector, external_liabilities: Vector, alpha: float = 1.0, beta: float = 1.0
) -> OverView[ClearingResult]:
    """Clearing payments on claims and loans; what is owned and owed outside the caller brings, in fen."""
    nodes = _parties(view)
    found = clearing.clearing_vector(_owed(view, nodes), external_assets, external_liabilities, alpha, beta)
    return OverView(found, nodes, _unknown(claims(view), loans(view)))


def esri(view: View, shock: Vector | None = None, substitution: bool = True) -> OverView[EsriResult]:
    """ESRI over supplies by amount; sectors and essential inputs as the rulebook ``stress_test`` has them on the day."""
    nodes, book = _parties(view), govern(load("stress_test"), view.as_of)
    of = sectors(view, nodes, str(book.constant("household_division")))
    weights = supplies(view).among(nodes).matrix(len(nodes))
    found = production.esri(weights, of.index, of.essential(book), shock, substitution)
    trading = np.bincount(supplies(view).among(nodes).start, minlength=len(nodes)) > 0
    nowhere = of.unknown(trading)
    missing = {"LegalEntity.industry_code": nowhere} if nowhere else {}
    return OverView(found, nodes, {**_unknown(supplies(view)), **missing})


def guarantee_calls(
    view: View, equity: Vector, lgd: Vector, seeds: Iterable[Party], variant: str = "pro_rata"
) -> OverView[GuaranteeCalls]:
    """Follow defaults through guarantees; equity the caller brings, in fen."""
    nodes = _parties(view)
    stands = guarantees(view).among(nodes).matrix(len(nodes))
    found = calling.guarantee_calls(stands, equity, lgd, _indices(view, nodes, seeds), variant)
    return OverView(found, nodes, _unknown(guarantees(view)))


def guarantee_circles(
    view: View, max_length: int | None = MAX_LENGTH, limit: int = LIMIT
) -> OverView[GuaranteeCircles]:
    """Circles of guarantees, those of unknown amount included."""
    nodes = _parties(view)
    stands = guarantee_network(view).adjacency(len(view.projection))
    found = functional.guarantee_circles(_cut(stands, nodes), max_length, limit)
    return OverView(found, nodes, {})


def _parties(view: View) -> IntArray:
    """Whom the caller sees; others must not even change how sums are rounded."""
    return np.flatnonzero(view.visible[: parties(view)])


def _indices(view: View, nodes: IntArray, wanted: Iterable[Party]) -> IntArray:
    positions = [view.projection.position(each) if isinstance(each, str) else each for each in wanted]
    found = np.array(positions, dtype=np.int64)
    if not np.isin(found, nodes).all():
        raise InputError("A party is named by its node id or position, and only one that may be seen.")
    return np.searchsorted(nodes, found)


def _cut(matrix: Any, nodes: IntArray) -> Any:
    return sparse.csc_array(sparse.csr_array(matrix)[nodes][:, nodes])


def _capital(view: View, nodes: IntArray) -> Any:
    return _cut(ownership_case(view).equity, nodes)


def _shares(view: View) -> dict[str, int]:
    stated = view.properties("OWNS")
    unknown = stated["share_ratio"].is_null() & stated["share_min_ratio"].is_null()
    return {"OWNS.share_ratio": int(unknown.sum())} if unknown.any() else {}


def _owed(view: View, nodes: IntArray) -> Rows:
    """``liabilities[i, j]``: claims and loans together."""
    size = len(nodes)
    return sparse.csr_array(claims(view).among(nodes).matrix(size) + loans(view).among(nodes).matrix(size))


def _unknown(*flows: Flow) -> dict[str, int]:
    return {flow.places[0][0]: flow.missing for flow in flows if flow.missing}

"""Who is behind this enterprise 谁是它背后的人: the tree of holders, the beneficial owners, the actual controller."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from algorithms.evidence import Fact
from algorithms.ownership.actual_controller import ActualController, actual_controller
from algorithms.ownership.beneficial_owners import BeneficialOwnerOptions, beneficial_owners
from algorithms.ownership.declared import MANAGER, DeclaredGround, grounds_between
from algorithms.ownership.findings import BeneficialOwner, Finding, Standard
from algorithms.ownership.paths import Path
from algorithms.ownership.projected import control_facts, facts_between, managers, ownership_case
from graph_service.asking import Asking
from graph_service.use_cases.parties import NodeAnswer, describe
from schema.errors import InputError, NotFound

CITATION = "受益所有人信息管理办法（中国人民银行、市场监管总局令〔2024〕第3号）第六条；2025年第12号公告第八条"
CONTROLLER_CITATION = "上市公司收购管理办法第八十四条；公司法（2023修订）第二百六十五条第三项"
DEEPEST, MOST_EDGES = 10, 2_000
SHARES = frozenset({"equity", "income", "voting"})
BEYOND_REGION = "beyond_region"
"""Why somebody may be missing: he may stand beyond the border of the caller's region."""


@dataclass(frozen=True)
class Chain:
    """One chain of holdings: the product of its shares, and the facts that carry it, link by link."""

    weight: float
    nodes: tuple[str, ...]
    facts: tuple[Fact, ...]


@dataclass(frozen=True)
class OwnerFinding:
    """One standard tried on one person: the share compared, its bounds, and the chains behind it."""

    standard: int
    ground: str
    answer: str
    value: float | None
    least: float
    most: float
    at_boundary: bool
    chains: tuple[Chain, ...]
    declared: tuple[DeclaredGround, ...]


@dataclass(frozen=True)
class OwnerAnswer:
    """One person: beneficial owner, not, or not to be told; ``walks`` decides, ``simple`` is shown beside it."""

    party: NodeAnswer
    decision: str
    standards: tuple[int, ...]
    findings: tuple[OwnerFinding, ...]
    walks: float | None
    simple: float
    straddles: tuple[float, ...]


@dataclass(frozen=True)
class ControllerAnswer:
    """A candidate for actual controller: the four numbers side by side and the rules that fired."""

    parties: tuple[NodeAnswer, ...]
    concert: bool
    rules: tuple[str, ...]
    channel: str
    equity: float | None
    shares: float
    votes: float
    seats: float
    controls: bool
    facts: tuple[Fact, ...]
    declared: tuple[DeclaredGround, ...]


@dataclass(frozen=True)
class BeneficialOwnersAnswer:
    """Who is behind an enterprise, with every reason.

    With a ``border`` the chains end there, and what is held from beyond it counts as undeclared: the two look alike.
    """

    enterprise: NodeAnswer
    decision: str
    owners: tuple[OwnerAnswer, ...]
    controllers: tuple[ControllerAnswer, ...]
    controller_decision: str
    unnamed_most: float | None
    unknown_because: tuple[str, ...]
    enhanced_check: tuple[str, ...]
    converged: bool
    residual: float | None
    citation: str
    controller_citation: str
    border: str | None


@dataclass(frozen=True)
class Holding:
    """One edge of the tree."""

    fact: Fact
    depth: int
    properties: Mapping[str, Any]


@dataclass(frozen=True)
class OwnershipTree:
    """Holders upwards (or holdings downwards), level by level; ``truncated`` says that there is more on this side of the border."""

    root: NodeAnswer
    direction: str
    nodes: tuple[NodeAnswer, ...]
    holdings: tuple[Holding, ...]
    truncated: bool
    border: str | None


def find_beneficial_owners(asking: Asking, enterprise_id: str) -> BeneficialOwnersAnswer:
    """Say who the beneficial owners 受益所有人 and the actual controller 实际控制人 of an enterprise are, and why.

    Raises
    ------
    NotFound
        No such enterprise, for this caller.
    """
    target = enterprise_of(asking, enterprise_id)
    case = ownership_case(asking.view)
    found = beneficial_owners(case, target, BeneficialOwnerOptions(managers(asking.view, target)))
    control = actual_controller(case, target)
    owners = tuple(_owner(asking, o, target) for o in found.owners)
    asking.about(*(o.party.id for o in owners))
    return BeneficialOwnersAnswer(
        describe(asking, target),
        str(found.decision),
        owners,
        tuple(_controller(asking, c) for c in control.candidates),
        str(control.decision),
        finite(found.unnamed_most),
        _unknown_because(asking, found.unknown_because),
        tuple(str(reason) for reason in found.enhanced_check),
        found.converged,
        finite(found.residual),
        CITATION,
        CONTROLLER_CITATION,
        asking.border,
    )


def ownership_tree(
    asking: Asking, enterprise_id: str, direction: str = "UP", depth: int = 5
) -> OwnershipTree:
    """Walk the holdings level by level from an enterprise: holders upwards, or what it holds downwards.

    Parameters
    ----------
    direction : {"UP", "DOWN"}
    depth : int
        1 to 10 levels. At most 2,000 holdings are listed; beyond either bound the answer says ``truncated``.

    Raises
    ------
    InputError
        A depth or direction outside its range.
    NotFound
        No such enterprise, for this caller.
    """
    if not 1 <= depth <= DEEPEST or direction not in ("UP", "DOWN"):
        raise InputError(f"The depth is 1 to {DEEPEST} and the direction UP or DOWN.")
    root = enterprise_of(asking, enterprise_id)
    places, depths, seen, open_ends = _levels(asking, root, direction, depth)
    cut = len(places) > MOST_EDGES or open_ends
    edges = asking.projection.edges["OWNS"]
    holdings = tuple(
        Holding(asking.projection.fact("OWNS", place), level, _known(edges.properties.row(place, named=True)))
        for place, level in zip(places[:MOST_EDGES], depths[:MOST_EDGES], strict=True)
    )
    nodes = tuple(describe(asking, n) for n in seen[: MOST_EDGES + 1])
    asking.about(*(n.id for n in nodes))
    return OwnershipTree(describe(asking, root), direction, nodes, holdings, cut, asking.border)


def _unknown_because(asking: Asking, reasons: tuple[str, ...]) -> tuple[str, ...]:
    """Whether a holder is undeclared or stands beyond the border is not told apart."""
    unnamed = any(reason.startswith("unnamed_holder") for reason in reasons)
    return (*reasons, BEYOND_REGION) if unnamed and asking.border else reasons


def enterprise_of(asking: Asking, node_id: str) -> int:
    """Return the position of an enterprise that the caller may see; NotFound for anything else."""
    position = asking.party(node_id)
    if asking.projection.label(position) != "LegalEntity":
        raise NotFound("There is no such enterprise, for this caller.")
    return position


def _levels(
    asking: Asking, root: int, direction: str, depth: int
) -> tuple[list[int], list[int], list[int], bool]:
    adjacency = asking.view.adjacency("OWNS", reverse=direction == "UP")
    places, depths, seen, level = [], [], {root: None}, [root]
    for step in range(1, depth + 1):
        found = np.concatenate([adjacency.facts(n) for n in level]) if level else np.empty(0, np.int64)
        ends = np.concatenate([adjacency.neighbours(n) for n in level]) if level else np.empty(0, np.int32)
        places += found.tolist()
        depths += [step] * len(found)
        level = [n for n in dict.fromkeys(ends.tolist()) if n not in seen]
        seen.update(dict.fromkeys(level))
        if len(places) > MOST_EDGES:
            break
    return places, depths, list(seen), any(len(adjacency.neighbours(n)) for n in level)


def _owner(asking: Asking, owner: BeneficialOwner, target: int) -> OwnerAnswer:
    return OwnerAnswer(
        describe(asking, owner.person),
        str(owner.decision),
        tuple(int(s) for s in owner.standards),
        tuple(_finding(asking, f, (owner.person, target)) for f in owner.findings),
        finite(owner.walks),
        owner.simple,
        owner.straddles,
    )


def _finding(asking: Asking, finding: Finding, pair: tuple[int, int]) -> OwnerFinding:
    by_share = finding.standard in (Standard.EQUITY, Standard.RIGHTS) and finding.ground in SHARES
    edges = [] if by_share else [e for path in finding.paths for e in path.edges]
    if finding.standard is Standard.MANAGER:
        edges = [pair]
    return OwnerFinding(
        int(finding.standard),
        finding.ground,
        str(finding.answer),
        finite(finding.value),
        finding.least,
        finding.most,
        finding.at_boundary,
        tuple(chain(asking, path, by_share=by_share) for path in finding.paths),
        _grounds(asking, edges, of_manager=finding.standard is Standard.MANAGER),
    )


def _grounds(
    asking: Asking, edges: Iterable[tuple[int, int]], *, of_manager: bool = False
) -> tuple[DeclaredGround, ...]:
    """Return the declared interests on some edges: those that are about control or a right, or those of a manager."""
    found = (ground for start, end in edges for ground in grounds_between(asking.view, start, end))
    return tuple(ground for ground in found if (ground.interest == MANAGER) == of_manager)


def chain(asking: Asking, path: Path, *, by_share: bool = True) -> Chain:
    """Return a path with the facts that carry it, link by link; control is carried by statements too."""
    ids = asking.projection.ids
    nodes = tuple(dict.fromkeys(n for edge in path.edges for n in edge))
    facts = (
        tuple(fact for start, end in path.edges for fact in facts_between(asking.view, start, end))
        if by_share
        else control_facts(asking.view, path.edges)
    )
    return Chain(path.weight, tuple(ids[n] for n in nodes), facts)


def _controller(asking: Asking, candidate: ActualController) -> ControllerAnswer:
    return ControllerAnswer(
        tuple(describe(asking, p) for p in candidate.parties),
        candidate.concert,
        tuple(str(rule) for rule in candidate.rules),
        candidate.channel,
        finite(candidate.equity),
        candidate.shares,
        candidate.votes,
        candidate.seats,
        candidate.controls,
        control_facts(asking.view, candidate.edges),
        _grounds(asking, candidate.edges),
    )


def finite(value: float) -> float | None:
    """Return the number; one that is none (undefined, unbounded) leaves the house as unknown, never as NaN."""
    return float(value) if np.isfinite(value) else None


def _known(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if value is not None}

"""Everything at once 全量分析: recompute every structure of one day, and show the riskiest parties with their reasons."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

import numpy as np

from algorithms.ownership.final_owners import final_owners_all
from algorithms.ownership.holders import Holdings
from algorithms.risk.propagation.scores import risk_picture, riskiest
from graph_service.asking import Asking
from graph_service.use_cases.close_links import (
    CrossHoldingAnswer,
    explain_cross_holding,
    find_cross_holdings,
)
from graph_service.use_cases.guarantee_networks import CircleOfGuarantees, guarantee_circles_of
from graph_service.use_cases.hidden_ties import (
    PseudoIndependentCluster,
    TradeCircle,
    find_clusters,
    find_trade_circles,
)
from graph_service.use_cases.risk import RiskProfileAnswer, risk_profile
from schema.errors import InputError

MOST_LISTED, REASONS = 100, 3
BENEFICIAL, MAJORITY = 0.25, 0.5
Step = Callable[[str], AbstractContextManager[object]]


@dataclass(frozen=True)
class OwnershipCount:
    """How many final holdings of a quarter and more there are, and how many (holder, company) pairs of control.

    ``undefined`` counts final shares behind circles without an outside owner.
    """

    holdings: int
    undefined: int
    controlled: int
    converged: bool


@dataclass(frozen=True)
class Analysis:
    """What one day looks like; of each structure the number of all, and the gravest few with their facts."""

    as_of: dt.date
    known_run: int
    parties: int
    at_risk: int
    error_bound: float
    converged: bool
    riskiest: tuple[RiskProfileAnswer, ...]
    ownership: OwnershipCount
    cross_holding_count: int
    cross_holdings: tuple[CrossHoldingAnswer, ...]
    guarantee_circle_count: int
    guarantee_circles: tuple[CircleOfGuarantees, ...]
    cluster_count: int
    clusters: tuple[PseudoIndependentCluster, ...]
    trade_circle_count: int
    trade_circles: tuple[TradeCircle, ...]
    rulebooks: dict[str, str]


def analyse(asking: Asking, top: int = 10, step: Step = nullcontext) -> Analysis:
    """Recompute everything that the graph says of one day.

    Parameters
    ----------
    top : int
        How many of each to list, 1 to 100.
    step : callable
        Entered around each part with its name, to tell progress or take the time.

    Raises
    ------
    InputError
        ``top`` outside its range.
    """
    if not 1 <= top <= MOST_LISTED:
        raise InputError(f"`top` is 1 to {MOST_LISTED}.")
    with step("projection 投影"):
        view = asking.view
    with step("risk propagation 风险传导"):
        scores = risk_picture(view).scores
        worst = tuple(risk_profile(asking, party, REASONS) for party, _ in riskiest(view, top))
    with step("ownership and control 股权与控制"):
        ownership = _ownership(Holdings(view, MAJORITY))
    with step("cross-holdings 交叉持股"):
        crossed = find_cross_holdings(asking)
        cross_holdings = tuple(explain_cross_holding(asking, each) for each in crossed[:top])
    with step("guarantee circles 担保圈"):
        circles = guarantee_circles_of(asking)
    with step("pseudo-independent clusters 疑似关联"):
        ties = find_clusters(asking).clusters
    with step("circular trade 循环贸易"):
        trade = find_trade_circles(asking).circles
    return Analysis(
        asking.as_of,
        asking.known_run,
        len(scores.value),
        int(np.count_nonzero(scores.value)),
        scores.error_bound,
        scores.converged,
        worst,
        ownership,
        len(crossed),
        cross_holdings,
        len(circles),
        tuple(circles[:top]),
        len(ties),
        tuple(ties[:top]),
        len(trade),
        tuple(trade[:top]),
        dict(sorted(asking.rulebooks.items())),
    )


def _ownership(holdings: Holdings) -> OwnershipCount:
    """Final shares of everybody and control by everybody, for the counts; one party's own come with its reasons."""
    case = holdings.case
    owners = final_owners_all(case.equity, case.person, BENEFICIAL)
    undefined = int(np.count_nonzero(np.isnan(owners.value.data)))
    pairs = holdings.everyone()
    return OwnershipCount(owners.value.nnz - undefined, undefined, len(pairs.holder), owners.converged)

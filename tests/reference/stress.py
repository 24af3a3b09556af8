"""The coupled stress test claim by claim: every debt, loan and call is paid one by one, over and over from payment in full."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tests.reference import esri

Dense = NDArray[np.float64]


@dataclass
class Town:
    """Dense matrices in the conventions of ``StressCase``."""

    supplies: Dense
    sectors: list[int]
    essential: Dense
    receivables: Dense
    loans: Dense
    guarantees: Dense
    assets: Dense
    outside: Dense


@dataclass
class Rules:
    dilution: float = 1.0
    margin: float = 0.2
    asset_loss: float = 1.0
    joint: bool = True
    alpha: float = 1.0
    beta: float = 1.0
    substitution: bool = True


@dataclass
class State:
    """What is paid, and what each has lost against the face value of its claims."""

    part: list[float]
    lost: list[float]
    calls: list[float]
    unpaid_duties: list[float]
    outside_lost: float = 0.0


def increments(town: Town, shock: Dense, rules: Rules) -> tuple[Dense, Dense, float]:
    """Loss of each, duties that each does not pay, and what outside lenders lose, because of the shock."""
    none = np.zeros(len(shock))
    calm = _state(town, none, (none, none), rules)
    h = esri.lost(town.supplies, town.sectors, town.essential, shock, rules.substitution)[1]
    given = town.supplies, town.sectors, town.essential
    undelivered = 1 - esri.downstream(*given, 1 - shock, rules.substitution)
    hit = _state(town, shock, (1 - h, undelivered), rules)
    return (
        np.array(hit.lost) - calm.lost,
        np.array(hit.unpaid_duties) - calm.unpaid_duties,
        hit.outside_lost - calm.outside_lost,
    )


def _state(town: Town, shock: Dense, lost: tuple[Dense, Dense], rules: Rules) -> State:
    size, (output, undelivered) = len(shock), lost
    taken = [rules.asset_loss * shock[i] * town.assets[i] for i in range(size)]
    sales = town.supplies.sum(axis=1)
    own = [
        taken[i] + min(rules.margin * output[i] * sales[i], town.assets[i] - taken[i]) for i in range(size)
    ]
    left = [town.assets[i] - own[i] for i in range(size)]
    part = [1.0] * size
    for _ in range(20_000):
        again = [_pays(town, rules, (part, undelivered, left), i) for i in range(size)]
        if max((a - b for a, b in zip(part, again, strict=True)), default=0.0) < 1e-15:
            break
        part = again
    return _ledger(town, rules, (part, undelivered, left), own)


def _called(town: Town, rules: Rules, part: list[float], debtor: int) -> float:
    """Part of every guarantee for a debtor that is called."""
    size = len(part)
    short = (1 - part[debtor]) * (town.loans[debtor].sum() + town.outside[debtor])
    behind = [k for k in range(size) if k != debtor and town.guarantees[k, debtor] > 0]
    if short <= 0 or not behind:
        return 0.0
    cover = sum(town.guarantees[k, debtor] * (part[k] if rules.joint else 1.0) for k in behind)
    return min(1.0, short / cover) if cover > 0 else 1.0


def _income(town: Town, rules: Rules, state: tuple[list[float], Dense, list[float]], i: int) -> float:
    part, undelivered, _ = state
    size, income = len(part), 0.0
    for k in range(size):
        income += part[k] * town.receivables[k, i] * (1 - min(1.0, rules.dilution * undelivered[i]))
        income += part[k] * town.loans[k, i]
        borrowed = town.loans[k].sum() + town.outside[k]
        if town.loans[k, i] > 0:
            theta = _called(town, rules, part, k)
            for g in range(size):
                if g != k:
                    income += part[g] * theta * town.guarantees[g, k] * town.loans[k, i] / borrowed
    return income


def _calls(town: Town, rules: Rules, part: list[float], i: int) -> float:
    return sum(_called(town, rules, part, k) * town.guarantees[i, k] for k in range(len(part)) if k != i)


def _owed(town: Town, i: int) -> float:
    return float(town.receivables[i].sum() + town.loans[i].sum() + town.outside[i])


def _pays(town: Town, rules: Rules, state: tuple[list[float], Dense, list[float]], i: int) -> float:
    duties = _owed(town, i) + _calls(town, rules, state[0], i)
    income, own = _income(town, rules, state, i), state[2][i]
    if own + income >= duties * (1 - 1e-12):
        return 1.0
    return min(1.0, (rules.alpha * own + rules.beta * income) / duties)


def _ledger(
    town: Town, rules: Rules, state: tuple[list[float], Dense, list[float]], own: list[float]
) -> State:
    part, _, left = state
    found = State(part, [], [], [])
    for i in range(len(part)):
        income, calls = _income(town, rules, state, i), _calls(town, rules, part, i)
        cost = 0.0
        if part[i] < 1.0:
            cost = (1 - rules.alpha) * left[i] + (1 - rules.beta) * income
        face = town.receivables[:, i].sum() + town.loans[:, i].sum()
        found.lost.append(own[i] + cost + face - income + calls)
        found.calls.append(calls)
        found.unpaid_duties.append((1 - part[i]) * (_owed(town, i) + calls))
        borrowed = town.loans[i].sum() + town.outside[i]
        if town.outside[i] > 0:
            got = part[i] * town.outside[i]
            for g in range(len(part)):
                if g != i:
                    theta = _called(town, rules, part, i)
                    got += part[g] * theta * town.guarantees[g, i] * town.outside[i] / borrowed
            found.outside_lost += town.outside[i] - got
    return found

"""The slow, obvious twin of the chain-credit limit: plain Python over plain records, one formula after the other.

It knows nothing of projections, views or rulebooks: numbers of the shipped rulebooks are written out again.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal

CORE_SHARE, BONUS = Decimal("0.70"), {"EXCELLENT": Decimal("0.20"), "GOOD": Decimal("0.10")}
ADVANCE, ORDER_RATE, PER_MU = Decimal("0.85"), Decimal("0.60"), 800_000
BASE_CAP, BONUS_CAP = 30_000_000, 5_000_000


@dataclass(frozen=True)
class Debt:
    """A receivable on the core."""

    fen: int
    confirmed: bool = True
    disputed: bool = False
    days_overdue: int = 0


@dataclass(frozen=True)
class Farm:
    """A household with a shrimp pond, and what it has with the core and the bank."""

    id: str
    mu: int
    star: str
    debts: tuple[Debt, ...]
    order: tuple[int, str, int] | None = None  # amount, deposit ratio, cost to complete
    loan: int = 0
    under_programme: bool = False
    listed: bool = False
    consents: bool = True


@dataclass(frozen=True)
class World:
    """One programme at one bank."""

    farms: tuple[Farm, ...]
    cap: int
    core_draw: int
    net_capital: int
    tier1: int
    product_cap: int


@dataclass(frozen=True)
class Expected:
    """Decision (``ELIGIBLE`` or ``REFUSED``), standalone limit and terms of one farm."""

    decision: str
    standalone: int
    terms: dict[str, int]


def expect(world: World) -> dict[str, Expected]:
    """Return what every consenting farm should be told."""
    return {farm.id: _expect(world, farm) for farm in world.farms if farm.consents}


def available(world: World) -> int:
    """Return what the pool may still draw after the core."""
    return max(0, min(_core(world), _programme(world), _core_group(world)) - world.core_draw)


def share(total: int, wishes: dict[str, int]) -> dict[str, int]:
    """Largest remainders, the obvious way: floor everybody, then hand out one fen at a time."""
    whole = sum(wishes.values())
    if whole <= total:
        return dict(wishes)
    given = {i: total * w // whole for i, w in wishes.items()}
    left = {i: Decimal(total) * w / whole - given[i] for i, w in wishes.items()}
    for _ in range(total - sum(given.values())):
        lucky = min(left, key=lambda i: (-left[i], i))
        given[lucky] += 1
        left[lucky] = Decimal(-1)
    return given


def control_by_search(votes: dict[tuple[str, str], float], seed: str) -> set[str]:
    """Everything that a seed controls: add whoever more than half of is held, until nobody is added."""
    companies = {held for _, held in votes}
    controlled: set[str] = set()
    while True:
        behind = {seed, *controlled}
        new = {
            c
            for c in companies - behind
            if sum(v for (holder, held), v in votes.items() if held == c and holder in behind) > 0.5 + 1e-9
        }
        if not new:
            return controlled
        controlled |= new


def _expect(world: World, farm: Farm) -> Expected:
    bonus = min(_floor(_base(farm) * BONUS.get(farm.star, Decimal(0))), BONUS_CAP)
    terms = {
        "claims": _claims(farm),
        "core": _core(world),
        "group": min(
            _core_group(world),
            max(0, _floor(world.net_capital * Decimal("0.10")) - farm.loan),
            max(0, _floor(world.tier1 * Decimal("0.15")) - farm.loan),
            max(0, _floor(world.tier1 * Decimal("0.20")) - farm.loan),
        ),
        "need": max(0, _base(farm) + bonus - farm.loan),
        "product": world.product_cap,
        "programme": _programme(world),
    }
    if farm.listed:
        return Expected("REFUSED", 0, terms)
    limit = min(terms.values())
    return Expected("ELIGIBLE" if limit else "REFUSED", limit, terms)


def _base(farm: Farm) -> int:
    return min(farm.mu * PER_MU, BASE_CAP)


def _claims(farm: Farm) -> int:
    whole = sum(d.fen for d in farm.debts)
    late = sum(d.fen for d in farm.debts if d.days_overdue > 90)
    eligible = 0
    if 2 * late <= whole:
        eligible = sum(d.fen for d in farm.debts if d.confirmed and not d.disputed and d.days_overdue <= 90)
    finance = 0
    if farm.order:
        amount, deposit, cost = farm.order
        finance = min(_floor(amount * (1 - Decimal(deposit)) * ORDER_RATE), cost)
    return _floor(eligible * ADVANCE) + finance


def _core(world: World) -> int:
    seen = [f for f in world.farms if f.consents]  # a household without consent is not there for the lender
    owed = sum(d.fen for f in seen for d in f.debts if d.confirmed and not d.disputed)
    return max(0, _floor(owed * CORE_SHARE) - _drawn(world))


def _programme(world: World) -> int:
    return max(0, world.cap - _drawn(world))


def _core_group(world: World) -> int:
    return _floor(world.tier1 * Decimal("0.20"))


def _drawn(world: World) -> int:
    return sum(f.loan for f in world.farms if f.under_programme)


def _floor(value: Decimal) -> int:
    return int(value.to_integral_value(ROUND_FLOOR))

"""The demo cases: a few parties with fixed facts, the same in every city.

::

    shareholder K ── 70 % ──> core <── supplies ── eligible, sanctioned, unknown, unconfirmed, double-financed …
                 └── 60 % ──> affiliated ── supplies ──> core          (common control: refused)

    A ─ 40 % ─> first ─ 60 % ─> owned enterprise <─ 20 % ─ second <─ 50 % ─ B, 38 % ─ C
    B ─ 30 % ─>   └───<─ 30 % ─ second <─ 12 % ─ owned enterprise (a cycle)      D ─ 20 % ─> owned enterprise

Of the enterprise with owners, the sum over all walks gives A 25.15 %, B 38.77 %, C 15.13 % and D 20.96 %. Without
the cycle A would have 24 %: who counts simple paths misses a beneficial owner.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from loaders.city.registry import Registry, household_record
from loaders.city.spec import SOURCE


class Demo(IntEnum):
    """Indices of the enterprises of demo cases."""

    CORE = 0
    ELIGIBLE = 1
    AFFILIATED = 2
    SANCTIONED = 3
    UNKNOWN = 4
    UNCONFIRMED = 5
    OWNED = 6
    FIRST_HOLDING = 7
    SECOND_HOLDING = 8
    DOUBLE_FINANCED = 9


ELIGIBLE_HOUSEHOLD, HOUSEHOLD_WITHOUT_CONSENT, REVOKED_HOUSEHOLD, UNCONFIRMED_HOUSEHOLD = range(4)
CONTROLLER = 0  # shareholder K
OWNER_BY_CYCLE, OWNER_DIRECT, SMALL_OWNER, SMALL_SHAREHOLDER = 4, 5, 6, 7

PERSONS_HOLD: dict[int, tuple[tuple[int, int], ...]] = {
    Demo.CORE: ((CONTROLLER, 7000), (1, 3000)),
    Demo.ELIGIBLE: ((2, 6000), (3, 4000)),
    Demo.AFFILIATED: ((CONTROLLER, 6000), (11, 4000)),
    Demo.SANCTIONED: ((8, 10_000),),
    Demo.UNKNOWN: ((9, 10_000),),
    Demo.UNCONFIRMED: ((10, 10_000),),
    Demo.OWNED: ((SMALL_SHAREHOLDER, 2000),),
    Demo.FIRST_HOLDING: ((OWNER_BY_CYCLE, 4000), (OWNER_DIRECT, 3000)),
    Demo.SECOND_HOLDING: ((OWNER_DIRECT, 5000), (SMALL_OWNER, 3800)),
    Demo.DOUBLE_FINANCED: ((12, 10_000),),
}
"""Enterprise → (person, basis points)."""

COMPANIES_HOLD: dict[int, tuple[tuple[int, int], ...]] = {
    Demo.OWNED: ((Demo.FIRST_HOLDING, 6000), (Demo.SECOND_HOLDING, 2000)),
    Demo.FIRST_HOLDING: ((Demo.SECOND_HOLDING, 3000),),
    Demo.SECOND_HOLDING: ((Demo.OWNED, 1200),),
}
"""Enterprise → (enterprise, basis points)."""


@dataclass(frozen=True)
class Case:
    """A party or agreement of a demo case.

    Parameters
    ----------
    id : str
        As canonical files name it: USCC, identity number or record id.
    graph_id : str or None
        The node's id; None for persons, whose id depends on the operator's key.
    """

    id: str
    graph_id: str | None


def cases(ids: Registry) -> dict[str, Case]:
    """Return the demo cases by name."""
    spec = ids.spec
    household = {
        "household_eligible": ELIGIBLE_HOUSEHOLD,
        "household_without_consent": HOUSEHOLD_WITHOUT_CONSENT,
        "household_consent_revoked": REVOKED_HOUSEHOLD,
        "household_unconfirmed": UNCONFIRMED_HOUSEHOLD,
        "household_not_existing": spec.households,
    }
    company = {
        "core": Demo.CORE,
        "enterprise_member_eligible": Demo.ELIGIBLE,
        "member_affiliated": Demo.AFFILIATED,
        "member_sanctioned": Demo.SANCTIONED,
        "member_unknown": Demo.UNKNOWN,
        "member_unconfirmed": Demo.UNCONFIRMED,
        "member_double_financed": Demo.DOUBLE_FINANCED,
        "enterprise_with_owners": Demo.OWNED,
    }
    person = {
        "household_head": ids.members(ELIGIBLE_HOUSEHOLD)[0],
        "core_controller": CONTROLLER,
        "beneficial_owner_by_cycle": OWNER_BY_CYCLE,
        "beneficial_owner_direct": OWNER_DIRECT,
        "owner_below_threshold": SMALL_OWNER,
    }
    bank = {"bank": 0, "other_bank": 1}
    return {
        **{n: Case(household_record(h), ids.household_id(h)) for n, h in household.items()},
        **{n: Case(ids.enterprise(e), ids.company_id(e)) for n, e in company.items()},
        **{n: Case(ids.bank(b), ids.bank_id(b)) for n, b in bank.items()},
        **{n: Case(ids.identity_number(p), None) for n, p in person.items()},
        "programme": Case(programme_record(0), f"{SOURCE}:{programme_record(0)}"),
    }


def programme_record(index: int) -> str:
    """Return the record id of a programme."""
    return f"programmes-{index + 1:07d}"

"""Live sanctions on the member, an owner, a controller or a guarantor; wage arrears; penalties."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from math import isnan

from algorithms.lending.checks.columns import Column
from algorithms.lending.checks.guarantees import Named, guarantors_of
from algorithms.lending.checks.standing import Standing, listed, penalised
from algorithms.lending.pool import Pool
from algorithms.lending.study import Study
from algorithms.ownership.holders import Shares, holding_places
from algorithms.relations.persons import household_members
from algorithms.thresholds import above
from algorithms.walks.links import Nodes, Place, as_nodes

_DISQUALIFYING, _WAGES, _ATTENTION = "DISQUALIFYING", "WAGES", "ATTENTION"
_SERIOUS, _GENERAL = "SERIOUS", "GENERAL"


def sanctions(study: Study) -> tuple[Column, ...]:
    """Lists: of the member, of who owns more than the line, of who controls, and of its guarantors."""
    pool = study.pool
    entities = as_nodes(m for m in pool.rows.tolist() if pool.is_entity(m))
    surely, perhaps = study.owned.owners(entities), study.owned.possible_owners(entities)
    line = study.number("sanctioned_owner_ratio")
    owners = {m: _above(surely.get(m, {}), line, undefined=False) for m in pool.rows.tolist()}
    possible = {m: _above(perhaps.get(m, {}), line, undefined=True) for m in pool.rows.tolist()}
    control = _controllers(study, entities)
    guarantors = guarantors_of(pool)
    everyone = {*pool.rows.tolist(), *_all(possible), *_all(owners), *_all(control), *_all(guarantors)}
    lists = listed(pool.view, as_nodes(sorted(everyone)), pool.regime)
    return (
        _of_member("member_sanctioned", pool, lists, _DISQUALIFYING),
        _of_member("wage_arrears", pool, lists, _WAGES),
        _of_member("listed_for_attention", pool, lists, _ATTENTION),
        _of_others("owner_sanctioned", pool, lists, (owners, possible), _ownership(pool)),
        _of_others("controller_sanctioned", pool, lists, (control, control), _control(pool)),
        _of_others("guarantor_sanctioned", pool, lists, (guarantors, guarantors), _stated(guarantors)),
    )


def penalties(study: Study) -> tuple[Column, ...]:
    """Penalties of the member that are published and usable on the day."""
    pool = study.pool
    live = penalised(pool.view, pool.rows, pool.regime)
    return (
        _of_member("serious_penalty", pool, live, _SERIOUS),
        _of_member("general_penalty", pool, live, _GENERAL),
    )


def _of_member(name: str, pool: Pool, standing: Standing, effect: str) -> Column:
    members = pool.rows.tolist()
    places = [standing.of(m, effect) for m in members]
    values = [
        bool(p) or (None if (m, effect) in standing.unknown else False)
        for m, p in zip(members, places, strict=True)
    ]
    return Column(name, values, dict(enumerate(places)))


def _of_others(
    name: str,
    pool: Pool,
    lists: Standing,
    parties: tuple[Mapping[int, Iterable[int]], Mapping[int, Iterable[int]]],
    naming: Callable[[int, int], list[Place]],
) -> Column:
    """True for a listed party that certainly stands behind a member, unknown for one that may."""
    surely, perhaps = parties
    values: list[bool | None] = []
    places: dict[int, list[Place]] = {}
    for index, member in enumerate(pool.rows.tolist()):
        listed_ones = [p for p in sorted(surely.get(member, ())) if lists.of(p, _DISQUALIFYING)]
        places[index] = [f for p in listed_ones for f in (*naming(member, p), *lists.of(p, _DISQUALIFYING))]
        doubtful = any(
            lists.of(p, _DISQUALIFYING) or (p, _DISQUALIFYING) in lists.unknown
            for p in perhaps.get(member, ())
        )
        values.append(True if listed_ones else None if doubtful else False)
    return Column(name, values, places)


def _above(shares: Shares, line: float, *, undefined: bool) -> set[int]:
    return {h for h, share in shares.items() if above(share, line) or (undefined and isnan(share))}


def _controllers(study: Study, entities: Nodes) -> dict[int, set[int]]:
    """Who controls an enterprise; the head of a household."""
    heads = household_members(study.pool.view, study.pool.rows, heads_only=True)
    return {**study.owned.controllers(entities), **{h: set(people) for h, people in heads.items()}}


def _ownership(pool: Pool) -> Callable[[int, int], list[Place]]:
    return lambda member, owner: holding_places(pool.view, owner, member)


def _control(pool: Pool) -> Callable[[int, int], list[Place]]:
    heads = household_members(pool.view, pool.rows, heads_only=True)

    def naming(member: int, controller: int) -> list[Place]:
        if controller in heads.get(member, {}):
            return [heads[member][controller]]
        return holding_places(pool.view, controller, member)

    return naming


def _stated(named: Named) -> Callable[[int, int], list[Place]]:
    return lambda member, party: list(named[member][party])


def _all(parties: Mapping[int, Iterable[int]]) -> set[int]:
    return {p for found in parties.values() for p in found}

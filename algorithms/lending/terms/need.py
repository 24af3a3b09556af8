"""Term ``need``: the working-capital gap of an enterprise, or the household limit of a farm household."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from algorithms.lending.household import HouseholdLimit, household_limits
from algorithms.lending.loan_book import Drawn
from algorithms.lending.policy import HOUSEHOLD
from algorithms.lending.receivables import months_within
from algorithms.lending.result import Term
from algorithms.lending.study import Study
from algorithms.lending.terms.build import BOOK, known, unknown
from algorithms.lending.working_capital import INPUTS, missing_inputs, working_capital
from algorithms.walks.links import Place, node_rows, outgoing, records_about

ENTERPRISE = "流动资金贷款管理办法（国家金融监督管理总局令2024年第2号）附件 流动资金需求参考测算方法"
FARM = "S1-56 在原授信额度基础上,增加奖励额度; rulebook household_limits (SAMPLE amounts)"
_DATES = ("period_to", "own_funds_fen", "other_funding_fen", "audited")


@dataclass(frozen=True, eq=False)
class Needs:
    """What members' needs rest on, by member.

    Attributes
    ----------
    statements : mapping
        Enterprise → last statement and where it is said.
    assets : mapping
        Household → where its assets are said; only households of which an asset is known.
    limits, stars : mapping
        Household → limit and star grade.
    """

    statements: Mapping[int, tuple[dict[str, Any], Place]]
    assets: Mapping[int, list[Place]]
    limits: Mapping[int, HouseholdLimit]
    stars: Mapping[int, str | None]


def needs_of(study: Study) -> Needs:
    """Collect statements and assets of the members that are decided."""
    pool = study.pool
    households = [m for m in pool.rows.tolist() if pool.is_household(m)]
    stars = node_rows(pool.projection, "Household", households, "star_rating")
    graded = {m: row["star_rating"] for m, row in zip(households, stars, strict=True)}
    assets = _assets(study)
    cases = [([values for values, _ in assets.get(m, ())], graded[m]) for m in households]
    limits = household_limits(cases, pool.regime[HOUSEHOLD], pool.day)
    places = {m: [place for _, place in found] for m, found in assets.items()}
    return Needs(_statements(study), places, dict(zip(households, limits, strict=True)), graded)


def need_term(study: Study, needs: Needs, member: int) -> Term:
    """Return one member's need."""
    loans = study.book.total(study.book.lent_to([member]))
    if study.pool.is_household(member):
        return _household(study, needs, (member, loans))
    if study.pool.is_entity(member):
        return _enterprise(study, needs.statements.get(member), loans)
    return unknown("need", ("the need of a person is not defined: join as a household or enterprise",), FARM)


def _enterprise(study: Study, found: tuple[dict[str, Any], Place] | None, loans: Drawn) -> Term:
    if found is None:
        return unknown("need", ("financial_statements of the member",), ENTERPRISE)
    statement, place = found
    if lacking := missing_inputs(statement):
        return unknown("need", tuple(f"FinancialStatement.{name}" for name in lacking), ENTERPRISE)
    age = months_within(statement["period_to"], study.pool.day)
    if age > study.number("statement_max_age_months"):
        return unknown("need", ("a newer statement of the member",), ENTERPRISE, {"age_months": age})
    if statement["sales_fen"] <= 0 or statement["cost_fen"] <= 0:
        return unknown("need", ("a statement with sales and cost of sales above 0",), ENTERPRISE)
    result = working_capital(statement)
    inputs = {
        **{name: statement[name] for name in (*INPUTS, "own_funds_fen", "other_funding_fen")},
        "period_to": statement["period_to"],
        "turns": None if result.turns is None else float(result.turns),
        "working_capital_fen": result.need_fen,
        "existing_loans_fen": loans.total_fen,
        "existing_loans_from": "this bank's book",
    }
    if loans.total_fen is None:
        return unknown("need", (BOOK,), ENTERPRISE, inputs)
    gap = result.gap_fen(statement["own_funds_fen"], loans.total_fen, statement["other_funding_fen"])
    return known("need", gap, inputs, study.pool.cite([place, *loans.places]), ENTERPRISE)


def _household(study: Study, needs: Needs, about: tuple[int, Drawn]) -> Term:
    member, loans = about
    if member not in needs.assets:
        return unknown("need", ("household_assets of the member",), FARM)
    limit = needs.limits[member]
    inputs = {
        "base_fen": limit.base_fen,
        "star_rating": needs.stars[member],
        "bonus_ratio": limit.bonus_ratio,
        "bonus_fen": limit.bonus_fen,
        "household_limit_fen": limit.total_fen,
        "assets_counted": limit.counted,
        "assets_past_season": limit.past,
        "assets_without_size": limit.unsized,
        "existing_loans_fen": loans.total_fen,
        "civility_points": "not used for lending (T20)",
    }
    if limit.unsized and not limit.counted:
        return unknown("need", ("HouseholdAsset.area_mu or head_count",), FARM, inputs)
    if loans.total_fen is None:
        return unknown("need", (BOOK,), FARM, inputs)
    facts = study.pool.cite([*needs.assets[member], *loans.places])
    return known("need", limit.total_fen - loans.total_fen, inputs, facts, FARM)


def _statements(study: Study) -> dict[int, tuple[dict[str, Any], Place]]:
    """Last statement of each member whose period has ended; an audited one before another of the same period."""
    pool = study.pool
    links = records_about(pool.view, pool.rows, "FinancialStatement")
    rows = node_rows(pool.projection, "FinancialStatement", links.node, *INPUTS, *_DATES)
    found: dict[int, tuple[Any, dict[str, Any], Place]] = {}
    for (row, _, place), values in zip(links.triples(), rows, strict=True):
        member = int(pool.rows[row])
        if values["period_to"] is None or values["period_to"] > pool.day:
            continue
        rank = (values["period_to"], bool(values["audited"]), place)
        if member not in found or rank > found[member][0]:
            found[member] = (rank, values, place)
    return {member: (values, place) for member, (_, values, place) in found.items()}


def _assets(study: Study) -> dict[int, list[tuple[dict[str, Any], Place]]]:
    pool = study.pool
    links = outgoing(pool.view, "HAS_ASSET", pool.rows)
    names = ("asset_kind", "species", "area_mu", "head_count", "season")
    rows = node_rows(pool.projection, "HouseholdAsset", links.node, *names)
    found: dict[int, list[tuple[dict[str, Any], Place]]] = {}
    for (row, _, place), values in zip(links.triples(), rows, strict=True):
        found.setdefault(int(pool.rows[row]), []).append((values, place))
    return found

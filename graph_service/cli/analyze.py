"""``analyze``: recompute everything of one day and print the riskiest, with reasons."""

from __future__ import annotations

import dataclasses
import datetime as dt
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated

from cyclopts import Parameter

from algorithms.evidence import Fact
from graph_service.asking import Question
from graph_service.cli.citing import FEW, cited
from graph_service.cli.desk import At, Desk, write_json
from graph_service.trust.principal import operator
from graph_service.use_cases.analysis import Analysis, analyse
from graph_service.use_cases.parties import NodeAnswer
from graph_service.use_cases.risk import RiskContribution, RiskProfileAnswer
from schema.periods import today_in_shanghai


@dataclass(frozen=True)
class AnalyzeOptions:
    """About when, how many, and how to answer.

    Parameters
    ----------
    as_of : date, optional
        What was true on that day 时点; default: today in Shanghai.
    top : int
        How many of each kind to list, 1 to 100 条数.
    json : bool
        One JSON object on standard output, and nothing else.
    """

    as_of: dt.date | None = None
    top: int = 10
    json: bool = False


_USUAL = AnalyzeOptions()


def analyze(*, options: Annotated[AnalyzeOptions, Parameter(name="*")] = _USUAL, desk: At) -> None:
    """Recompute everything of one day and print the riskiest, with reasons. 全量分析"""
    steps = _Steps(desk, quiet=options.json)
    question = Question(operator(), options.as_of or today_in_shanghai())
    with desk.service() as service:
        found = service.answer(
            question, "cli.analyze", {"top": options.top}, lambda a: analyse(a, options.top, steps)
        )
    if options.json:
        write_json(dataclasses.asdict(found))
    else:
        for line in _lines(found):
            desk.say(line)


class _Steps:
    """Says what each part took, on standard error: the answer itself holds no clock."""

    def __init__(self, desk: Desk, *, quiet: bool) -> None:
        self._desk, self._quiet = desk, quiet

    @contextmanager
    def __call__(self, name: str) -> Iterator[None]:
        began = time.perf_counter()
        yield
        if not self._quiet:
            self._desk.err.print(f"{time.perf_counter() - began:7.2f} s  {name}", highlight=False)


def _lines(found: Analysis) -> Iterator[str]:
    yield f"As of {found.as_of}, graph version {found.known_run}: {found.parties} parties, {found.at_risk} reached by risk 受风险波及"
    for profile in found.riskiest:
        yield from _profile(profile)
    o = found.ownership
    yield f"\nOwnership 股权: {o.holdings} final holdings of 25 % and more, {o.controlled} pairs of control"
    yield f"Cross-holdings 交叉持股: {found.cross_holding_count}"
    for crossed in found.cross_holdings:
        yield f"  {crossed.kind}: {_names(tuple(m.party for m in crossed.members))}; facts {_cited(crossed.facts)}"
    yield f"Guarantee circles 担保圈: {found.guarantee_circle_count}"
    for circle in found.guarantee_circles:
        facts = tuple(f for g in circle.guarantees for f in g.facts)
        yield f"  {circle.kind}, {circle.member_count} members: {_names(tuple(m.party for m in circle.members))}; facts {_cited(facts)}"
    yield f"Pseudo-independent clusters 疑似关联: {found.cluster_count}"
    for cluster in found.clusters:
        facts = tuple(f for link in cluster.links for f in link.facts)
        yield f"  {cluster.score:.2f} by {', '.join(cluster.kinds)}: {_names(cluster.members)}; facts {_cited(facts)}"
    yield f"Circular trade 循环贸易: {found.trade_circle_count}"
    for trade in found.trade_circles:
        facts = tuple(f for cycle in trade.cycles for f in cycle.facts)
        netting = "unknown" if trade.netting is None else f"{trade.netting:.0%}"
        yield f"  {trade.member_count} members, netting 轧差 {netting}: {_names(trade.members)}; facts {_cited(facts)}"
    yield f"Rulebooks 规则库: {', '.join(f'{name}@{version}' for name, version in found.rulebooks.items())}"


def _profile(profile: RiskProfileAnswer) -> Iterator[str]:
    yield f"\n{profile.score:.4f}  {_name(profile.party)}"
    for seed in profile.seeds:
        yield f"          own {seed.severity:.3f}: {seed.rule.zh} {seed.rule.en} ({seed.rule.citation}); facts {_cited(seed.facts)}"
    for each in profile.contributions:
        if each.hops:
            yield f"        {each.amount:6.4f} {_way(each)}; facts {_cited(_facts(each))}"
    yield f"        {profile.remainder:6.4f} from what is not listed 其余"


def _way(each: RiskContribution) -> str:
    steps = [f"—{'+'.join(part.channel for part in hop.channels)}→ {hop.target}" for hop in each.hops]
    return " ".join((each.path[0], *steps))


def _facts(each: RiskContribution) -> tuple[Fact, ...]:
    return tuple(fact for hop in each.hops for part in hop.channels for fact in part.facts)


def _name(party: NodeAnswer) -> str:
    return f"{party.id} {party.name or ''}".strip()


def _names(parties: tuple[NodeAnswer, ...]) -> str:
    more = f" and {len(parties) - FEW} more" if len(parties) > FEW else ""
    return ", ".join(map(_name, parties[:FEW])) + more


def _cited(facts: tuple[Fact, ...]) -> str:
    return cited(list(dict.fromkeys(fact.id for fact in facts)))

"""Two graphs that differ only in what a caller may not see give him byte-identical answers.

The village is loaded once. Each example then hides, changes and plants facts and nodes that are closed to the caller, at
places of their own among the visible ones, and asks everything that his role may ask on both graphs. What the closed list
of declassified outputs speaks of (ties and fundings) is left alone where a decision is asked, and nowhere else.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from algorithms.features import load as load_features
from algorithms.projection import Projection, View, project
from graph_service.asking import Asking, Question
from graph_service.projections import LIVE_LABELS, LIVE_RELATIONSHIPS
from graph_service.service import Service, open_service
from graph_service.settings import read_settings
from graph_service.trust.policy import Policy
from graph_service.trust.principal import Principal
from graph_service.use_cases.close_links import explain_cross_holding, find_close_links, find_cross_holdings
from graph_service.use_cases.consent import ConsentInput, grant_consent
from graph_service.use_cases.coverage import archive_coverage
from graph_service.use_cases.evidence import find_source
from graph_service.use_cases.features import feature_values
from graph_service.use_cases.groups import connected_groups
from graph_service.use_cases.guarantee_networks import explore_guarantees, guarantee_circles_of
from graph_service.use_cases.guarantees import follow_guarantees
from graph_service.use_cases.hidden_ties import find_clusters, find_trade_circles
from graph_service.use_cases.lending import chain_credit_eligibility, chain_program
from graph_service.use_cases.licences import safety_licences
from graph_service.use_cases.listing_counts import listing_counts
from graph_service.use_cases.loan_history import has_loan_history
from graph_service.use_cases.named_queries import ask_named_query
from graph_service.use_cases.notices import alerts_on_loans, dishonesty_notices
from graph_service.use_cases.ownership import find_beneficial_owners, ownership_tree
from graph_service.use_cases.ownership_numbers import find_ownership_numbers
from graph_service.use_cases.parties import enterprise_by_code, node, search_parties
from graph_service.use_cases.portrait import credit_portrait
from graph_service.use_cases.relations import find_related_parties, find_relation
from graph_service.use_cases.risk import RiskChange, RiskChangeKind, ask_what_if, risk_profile
from graph_service.use_cases.screening import ScreeningInput, screen
from graph_service.use_cases.stated_totals import stated_totals
from graph_service.use_cases.statements import statement_consistency
from graph_service.use_cases.stress import run_stress_test
from graph_service.use_cases.subsidy import subsidy_quote
from graph_service.use_cases.support import support_policies
from graph_service.use_cases.utilities import utility_standing
from graph_service.use_cases.walks import PathWish, find_shortest_paths, neighbours
from loaders import Keys, LoadRequest, Vault, load
from loaders.city import CityManifest, CitySpec, write_city
from schema.access import PERMITTED_ALONE, PERSONAL_CLASSES, Audience, Purpose, Role
from schema.edges import EDGES
from schema.errors import ConsentRequired, GraphServiceError
from schema.nodes import NODES, PARTY, key_label_of
from schema.tables import Table
from tests.contract.permitting import permitting

Facts = Mapping[str, Table]
Call = tuple[str, Callable[[Asking], object]]

DECISIONS = frozenset({"chainProgram", "chainCreditEligibility"})
# Ends that are about nobody in particular, beside parties: a fact there is about its other end.
SHARED = frozenset({*PARTY, "Region", "Contact", "ChainProgram"})
# Declassified: "another funder already financed this invoice" and "buyer and seller share a restricted tie".
DECLASSIFIED = frozenset(
    {
        *("FINANCES", "LENT_BY", "ASSIGNED_TO", "BILLED_BY", "OWED_BY", "OWED_TO"),
        *(
            "OWNS",
            "PARTNER_OF",
            "APPOINTS",
            "ACTS_WITH",
            "FAMILY_OF",
            "MEMBER_OF",
            "HOLDS_POST",
            "LEGAL_REP_OF",
        ),
    }
)
# Declassified, to a supervisor alone: what a group of connected clients owes one bank together.
LENT = frozenset({"LENT_TO", "LENT_BY"})
CALLERS: Mapping[str, tuple[Role, Purpose | None]] = {
    "public": (Role.PUBLIC, None),
    "lender": (Role.LENDER, Purpose.LENDING),
    "other_lender": (Role.LENDER, Purpose.LENDING),
    "batch": (Role.INTEGRATION, Purpose.LENDING),
    "officer": (Role.OFFICER, Purpose.LENDING),
    "supervisor": (Role.SUPERVISOR, Purpose.SUPERVISION),
    "statistician": (Role.SUPERVISOR, Purpose.STATISTICS),
    "investigator": (Role.SUPERVISOR, Purpose.INVESTIGATION),
    "police": (Role.ENFORCEMENT, Purpose.INVESTIGATION),
    "enforcement": (Role.ENFORCEMENT, Purpose.SUPERVISION),
    "inspector": (Role.INSPECTOR, Purpose.INSPECTION),
    "analyst": (Role.ANALYST, Purpose.STATISTICS),
    "auditor": (Role.AUDITOR, Purpose.SUPERVISION),
    "operator": (Role.OPERATOR, Purpose.OPERATIONS),
    "head": (Role.SUBJECT, Purpose.SUBJECT_ACCESS),
}
# An analyst to whom, of what is permitted on its own, one database is permitted, or the scores of persons.
ALONE: Mapping[str, Policy] = {audience.value: permitting(audience) for audience in sorted(PERMITTED_ALONE)}
LISTS = ("OVERDUE", "DEBT_EVADERS", "POLICE_DISHONEST", "SUSPICIOUS_ACCOUNTS", "DISHONEST_DEBTOR")


@dataclass(frozen=True)
class Town:
    """A loaded village, and the columns that its projection is built from."""

    service: Service = field(repr=False)
    manifest: CityManifest = field(repr=False)
    nodes: Facts = field(repr=False)
    facts: Facts = field(repr=False)
    known_run: int

    def id(self, case: str) -> str:
        found = self.manifest.cases[case]
        return found.graph_id or Keys(self.service.keys.identity.material).person_id(found.id)

    def caller(self, name: str) -> Principal:
        role, purpose = CALLERS.get(name, CALLERS["analyst"])
        bank = self.id("other_bank" if name == "other_lender" else "bank")
        needs_bank = role in (Role.LENDER, Role.INTEGRATION, Role.OFFICER)
        return Principal(
            role,
            org=bank if needs_bank else None,
            region="4412",
            subject=self.id("household_head") if role is Role.SUBJECT else None,
            purpose=purpose,
            token_id=name,
        )

    def policy(self, who: Principal) -> Policy:
        return ALONE.get(who.token_id or "", self.service.rooms.policy)

    def asking(self, who: Principal, graph: Projection) -> Asking:
        rooms = dataclasses.replace(self.service.rooms, policy=self.policy(who))
        asking = Asking(Question(who, self.manifest.spec.as_of), rooms)
        vars(asking).update(known_run=self.known_run, graph=graph)
        return asking


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    folder = tmp_path_factory.mktemp("non_interference")
    manifest = write_city(folder / "city", CitySpec.village(), 7)
    service = open_service(read_settings(store=f"embedded:{folder}/g.kgl", data_dir=folder / "data"), "test")
    request = LoadRequest("canonical", folder / "city", source="city", as_of=manifest.spec.as_of)
    load(
        service.store,
        request,
        Vault(folder / "raw", service.keys.vault.material),
        Keys(service.keys.identity.material),
    )
    run = service.store.known_run()
    nodes = {label: service.store.nodes(label, run) for label in NODES if label not in LIVE_LABELS}
    facts = {name: service.store.facts(name, run) for name in EDGES if name not in LIVE_RELATIONSHIPS}
    yield Town(service, manifest, nodes, facts, run)
    service.close()


@pytest.mark.parametrize("caller", CALLERS)
# A seed shrinks to nothing simpler.
@settings(
    max_examples=3,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.too_slow],
)
@given(seed=st.integers(0, 2**32))
def test_s0_25_what_a_caller_may_not_see_changes_no_byte_of_any_answer(
    town: Town, caller: str, seed: int
) -> None:
    no_byte_changes(town, caller, seed)


@pytest.mark.parametrize("audience", ALONE)
def test_t15_who_may_see_one_database_learns_nothing_of_the_others(town: Town, audience: str) -> None:
    no_byte_changes(town, audience, seed=15)


def no_byte_changes(town: Town, caller: str, seed: int) -> None:
    who = town.caller(caller)
    plain = project(town.known_run, town.nodes, town.facts)
    graphs = {
        group: project(town.known_run, *disturb(town, view, random.Random(seed), known))
        for group, (view, known) in disturbances(town, who, plain).items()
    }
    for operation, call in calls(town, plain):
        other = graphs[group_of(operation)]
        # Compared outside the assert: nobody wants to wait for the difference of two graphs to be written out.
        same = answer(town, who, plain, (operation, call)) == answer(town, who, other, (operation, call))
        assert same, operation


def disturbances(town: Town, who: Principal, graph: Projection) -> dict[str, tuple[View, frozenset[str]]]:
    """Per group of operations, whose eyes the disturbance must escape, and what it leaves alone."""
    view = town.asking(who, graph).view
    as_bank, lent = view, frozenset[str]()
    if who.role is Role.OPERATOR:  # he processes for any bank, and is answered as its lender would be
        banks = frozenset({town.id("bank"), town.id("other_bank")})
        asking = town.asking(who, graph)
        lenders = [asking.as_lender(bank, Purpose.LENDING).access for bank in sorted(banks)]
        subjects = frozenset[str]().union(*(each.subjects for each in lenders))
        consented = frozenset[Audience]().union(*(each.consented for each in lenders))
        theirs = dataclasses.replace(view.access, banks=banks, consented=consented, subjects=subjects)
        as_bank = view.beside(theirs)
    if who.role is Role.SUPERVISOR and who.purpose is Purpose.SUPERVISION:
        lent = LENT
    return {
        "any": (view, frozenset()),
        "decisions": (as_bank, DECLASSIFIED),
        "exposures": (as_bank, lent),
    }


def group_of(operation: str) -> str:
    if operation in DECISIONS:
        return "decisions"
    return "exposures" if operation in ("connectedGroups", "postLoanAlerts") else "any"


def test_the_disturbance_would_be_noticed_by_who_may_see_it(town: Town) -> None:
    """The proof above can fail: who sees the classes that were disturbed gets other answers."""
    plain = project(town.known_run, town.nodes, town.facts)
    seen = town.asking(town.caller("public"), plain).view
    other = project(town.known_run, *disturb(town, seen, random.Random(1), frozenset()))
    supervisor = town.caller("supervisor")
    differ = [
        operation
        for operation, call in calls(town, plain)
        if answer(town, supervisor, plain, (operation, call))
        != answer(town, supervisor, other, (operation, call))
    ]
    assert {"guaranteeChain", "ownershipTree", "beneficialOwners"} <= set(differ)


def test_who_headed_a_household_once_does_not_speak_for_it_today(town: Town) -> None:
    """The day that is asked about opens nothing: to the former head, or to a bank that he lets read."""
    before = town.facts["MEMBER_OF"]
    ended = [town.manifest.spec.as_of + dt.timedelta(days=1)] * len(before)
    data = tuple(ended if c == "valid_to" else v for c, v in zip(before.columns, before.data, strict=True))
    left = project(town.known_run, town.nodes, {**town.facts, "MEMBER_OF": Table(before.columns, data)})
    household, plain = town.id("household_eligible"), project(town.known_run, town.nodes, town.facts)
    for graph, expected in ((plain, True), (left, False)):
        assert (household in town.asking(town.caller("head"), graph).own_parties) is expected
    heads = frozenset({town.id("household_head")})
    assert household in town.asking(town.caller("lender"), plain)._households_headed_by(heads)
    assert household not in town.asking(town.caller("lender"), left)._households_headed_by(heads)


def test_a_consent_for_lending_decides_nothing_after_the_loan(town: Town) -> None:
    graph = project(town.known_run, town.nodes, town.facts)
    asked = town.id("programme"), town.id("household_eligible")
    assert chain_credit_eligibility(town.asking(town.caller("lender"), graph), *asked).member
    later = dataclasses.replace(town.caller("lender"), purpose=Purpose.POST_LOAN)
    with pytest.raises(ConsentRequired):
        chain_credit_eligibility(town.asking(later, graph), *asked)


def test_s0_25_a_region_bounds_named_queries_and_searches_too(town: Town) -> None:
    graph = project(town.known_run, town.nodes, town.facts)
    code = town.id("enterprise_with_owners").removeprefix("E:")
    queries = (("enterprise_by_uscc", {"uscc": code}), ("receivables_owed_by", {"party_id": town.id("core")}))
    here = town.caller("supervisor")
    elsewhere = dataclasses.replace(here, region="51")
    for name, params in queries:
        asking = town.asking(here, graph)
        assert ask_named_query(asking, name, params).rows
        assert asking.subjects  # whom it is about see it in their log
        assert ask_named_query(town.asking(elsewhere, graph), name, params).rows == ()
    assert search_parties(town.asking(here, graph), "有限公司").found
    assert search_parties(town.asking(elsewhere, graph), "有限公司", "LegalEntity").found == ()


# What is asked ------------------------------------------------------------------------------------------------------


def calls(town: Town, graph: Projection) -> Iterator[Call]:
    """Everything that the roles may ask of a projection, about parties of every kind."""
    programme = town.id("programme")
    members = [
        town.id(c) for c in ("household_eligible", "household_without_consent", "enterprise_member_eligible")
    ]
    parties = [
        *members,
        *(graph.ids[p] for p in some_parties(graph)),
        "H:city:none",
        town.id("household_head"),
    ]
    yield "chainProgram", asked(chain_program, programme)
    for member in [*members, town.id("member_affiliated"), town.id("member_double_financed"), "H:city:none"]:
        yield "chainCreditEligibility", asked(chain_credit_eligibility, programme, member)
    yield from group_calls(town)
    yield "stressTest", asked(run_stress_test, [town.id("core")])
    yield from calls_about(town, parties)
    for bank in ("bank", "other_bank"):
        yield "postLoanAlerts", asked(lambda *wanted: list(alerts_on_loans(*wanted)), town.id(bank))
    yield "pseudoIndependentClusters", asked(lambda asking: whole(find_clusters(asking), "clusters"))
    yield from list_calls(town, graph)
    first, last = graph.spans["Loan"]
    for loan in graph.ids[first : min(last, first + 5)]:
        yield "subsidyQuote", asked(subsidy_quote, town.id("enterprise_member_eligible"), loan, 100)
    yield "tradeCircles", asked(lambda asking: whole(find_trade_circles(asking), "circles"))
    features = load_features()
    some = list(features.features.values())[::40]
    for party in parties[:2]:
        yield "riskFeatures", asked(feature_values, party, features, some)
    yield "crossHoldings", asked(lambda a: [explain_cross_holding(a, c) for c in find_cross_holdings(a)])
    for text in ("有限", "公司", "伟伟"):
        yield "searchParties", asked(search_parties, text)
    for each in NODES:
        first, last = graph.spans[each]
        for place in range(first, min(last, first + 5)):
            yield "node", asked(node, each, graph.ids[place])
    for name, edges in graph.edges.items():
        for place in range(min(3, len(edges.start))):
            yield "fact", asked(find_source, graph.fact(name, place).id)
    subject = town.id("household_head")
    wish = ConsentInput(subject, "E:hidden:planted", Purpose.LENDING, None, None, "a-key-of-this-test")
    yield "grantConsent", asked(grant_consent, wish)
    yield "me", asked(lambda asking: sorted(asking.access.subjects))


def list_calls(town: Town, graph: Projection) -> Iterator[Call]:
    """What tells who, and how many, stand in lists and databases."""
    year = (dt.date(2020, 1, 1), town.manifest.spec.as_of)
    for each in LISTS:
        yield "listingCounts", asked(listing_counts, each, *year)
    yield "statedTotals", asked(stated_totals)
    yield "archiveCoverage", asked(archive_coverage, "4412")
    keys = Keys(town.service.keys.identity.material)
    for text in ("有限公司伟伟", *listed_names(graph)):
        yield "screen", asked(screen, ScreeningInput(text), keys)


def listed_names(graph: Projection) -> list[str]:
    """Names of enterprises that stand in some list or database."""
    e, (first, last) = graph.edges["SUBJECT_OF"], graph.spans["RiskListing"]
    names = graph.frames["LegalEntity"]["name"]
    listed = e.start[(first <= e.end) & (e.end < last)] - graph.spans["LegalEntity"][0]
    return [str(name) for name in names.gather(sorted({*listed.tolist()}))]


def calls_about(town: Town, parties: list[str]) -> Iterator[Call]:
    """What may be asked about one party."""
    for party in parties:
        yield "guaranteeChain", asked(follow_guarantees, party)
        yield "guaranteeNetwork", asked(explore_guarantees, party, 3)
        yield "namedQuery", asked(ask_named_query, "guarantee_chain", {"id": party})
        yield "node", asked(node, str(key_label_of(party)), party)
        yield "ownershipTree", asked(ownership_tree, party, "UP")
        yield "ownershipTree", asked(ownership_tree, party, "DOWN")
        yield "dishonestyNotices", asked(dishonesty_notices, party)
        yield "utilityStanding", asked(utility_standing, party)
        yield "creditPortrait", asked(credit_portrait, party)
        yield "safetyLicences", asked(safety_licences, party)
        yield "riskProfile", asked(risk_profile, party)
        seed = RiskChange(RiskChangeKind.ADD_SEED, party=party, seed="tax_arrears")
        yield "whatIf", asked(ask_what_if, (seed,))
        named = str(key_label_of(party)), party
        yield "neighbours", asked(lambda *wanted: list(neighbours(*wanted)), named)
        core = "LegalEntity", town.id("core")
        yield "shortestPaths", asked(find_shortest_paths, named, core, PathWish(limit=20))
    for enterprise in [p for p in parties if p.startswith("E:")][:4]:
        yield "beneficialOwners", asked(find_beneficial_owners, enterprise)
        for at in (None, town.id("bank"), town.id("other_bank")):
            yield "hasLoanHistory", asked(has_loan_history, enterprise, at)
        yield "supportPolicies", asked(support_policies, enterprise)
        yield "statementConsistency", asked(statement_consistency, enterprise)
        yield "enterpriseByCode", asked(enterprise_by_code, enterprise.removeprefix("E:"))
        yield "ownershipNumbers", asked(find_ownership_numbers, enterprise)
        yield "closeLinks", asked(find_close_links, enterprise)
        yield "relatedParties", asked(find_related_parties, enterprise)
        yield "relation", asked(find_relation, enterprise, town.id("household_head"))


def group_calls(town: Town) -> Iterator[Call]:
    """Groups of parties that fail together, read to the end."""
    for bank in ("bank", "other_bank"):
        for about in ((town.id(bank),), (town.id(bank), town.id("core"))):
            yield "connectedGroups", asked(lambda *wanted: list(connected_groups(*wanted)), *about)
    yield "guaranteeCircles", asked(lambda asking: list(guarantee_circles_of(asking)))


def whole(found: Any, items: str) -> dict[str, object]:
    """An answer with a list that is described as it is read, read to its end."""
    return {each.name: getattr(found, each.name) for each in dataclasses.fields(found)} | {
        items: list(getattr(found, items))
    }


def asked(use_case: Callable[..., object], *arguments: object) -> Callable[[Asking], object]:
    """A use-case with its arguments, waiting for who asks."""
    return lambda asking: use_case(asking, *arguments)


def some_parties(graph: Projection) -> list[int]:
    """A few parties of each label, those with guarantees and holdings first."""
    busy = [*graph.edges["GUARANTOR"].start[:6].tolist(), *graph.edges["OWNS"].end[:4].tolist()]
    return list(dict.fromkeys([*busy, *(graph.spans[label][0] for label in PARTY)]))


def answer(town: Town, who: Principal, graph: Projection, wanted: Call) -> bytes:
    """An answer or a refusal as bytes, with whom the audit says that it was about."""
    operation, call = wanted
    asking = town.asking(who, graph)
    try:
        town.policy(who).authorise(who, operation)
        found: object = call(asking)
    except GraphServiceError as error:
        found = (type(error).__name__, error.code, str(error))
    return orjson.dumps((found, sorted(asking.subjects)), default=plainly)


def plainly(value: object) -> object:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dataclasses.asdict(value)
    return sorted(value) if isinstance(value, (set, frozenset)) else str(value)


# What is hidden from the caller --------------------------------------------------------------------------------------


def disturb(town: Town, seen: View, dice: random.Random, spared: frozenset[str]) -> tuple[Facts, Facts]:
    """Change what the view's caller may not see, and nothing else."""
    nodes = {label: plant_nodes(label, table, seen, dice) for label, table in town.nodes.items()}
    facts = {}
    for name, table in town.facts.items():
        facts[name] = (
            table
            if name in spared
            else plant_facts(disturbed(table, seen, name, dice), name, nodes, seen, dice)
        )
    return nodes, facts


def closed_classes(seen: View, *ends: str) -> list[Audience]:
    """Classes of which the caller sees nothing between these two ends."""
    access = seen.access
    own = not ends or any(end in opened(seen) or label(end) not in SHARED for end in ends)
    himself = not ends or any(end in access.subjects or label(end) not in SHARED for end in ends)
    open_ = access.classes | (access.consented - PERSONAL_CLASSES if own else frozenset())
    open_ |= access.consented & PERSONAL_CLASSES if himself else frozenset()
    return [a for a in Audience if a not in open_]


def opened(seen: View) -> frozenset[str]:
    """Who has opened himself to the caller: the subjects, and the members of their households."""
    p, belongs = seen.projection, seen.projection.edges["MEMBER_OF"]
    members = {
        p.ids[i] for i, h in zip(belongs.start, belongs.end, strict=True) if p.ids[h] in seen.access.subjects
    }
    return seen.access.subjects | members


def hides_a_record(seen: View, *ends: str) -> bool:
    """Whether the fact makes a record one about a hidden party, and so hides it: that is no difference in hidden facts."""
    party = any(label(end) in PARTY and not seen.sees(end) for end in ends)
    return party and any(
        label(end) is None and ":hidden:" not in end and not end.startswith("T:") for end in ends
    )


def label(node_id: str) -> str | None:
    """The label that an id tells, of those that a fact may be planted at."""
    return (
        key_label_of(node_id)
        or ("Region" if node_id.isdigit() else None)
        or ("ChainProgram" if ":programmes-" in node_id else None)
    )


def disturbed(table: Table, seen: View, name: str, dice: random.Random) -> Table:
    """Drop or shift about half of the facts that the caller sees on no day."""
    visible = set(visible_on_any_day(seen, name))
    rows = []
    for place, row in enumerate(zip(*table.data, strict=True)):
        ends = row[table.columns.index("start")], row[table.columns.index("end")]
        if place in visible or hides_a_record(seen, *ends) or dice.random() < 0.5:
            rows.append(row)
        elif dice.random() < 0.5:
            rows.append(shifted(table.columns, row))
    return Table.of_rows(table.columns, rows)


def visible_on_any_day(seen: View, name: str) -> list[int]:
    """Places of the facts that may be seen, whatever the day."""
    e, p = seen.projection.edges[name], seen.projection
    days = {d for d in (*e.since.tolist(), *e.until.tolist()) if abs(d) < 10**6}
    dates = {dt.date(1970, 1, 1) + dt.timedelta(days=d) for d in days} | {seen.as_of}
    return [int(i) for day in dates for i in p.view(day, seen.access).positions(name)]


def shifted(columns: tuple[str, ...], row: tuple[Any, ...]) -> tuple[Any, ...]:
    ratios = {name for edge in EDGES.values() for name in edge.field_names if name.endswith("_ratio")}
    return tuple(
        0.9
        if name in ratios and value is not None
        else dt.date(2001, 1, 1)
        if name == "valid_from"
        else value
        for name, value in zip(columns, row, strict=True)
    )


def plant_nodes(label: str, table: Table, seen: View, dice: random.Random) -> Table:
    """Put hidden nodes among the others, like them in everything, with names that are searched for."""
    rows = list(zip(*table.data, strict=True))
    hidden = [a for a in Audience if a not in seen.access.classes]
    if not rows or not hidden:
        return table
    for number in range(3):
        row = dict(zip(table.columns, dice.choice(rows), strict=True))
        prefix = {"LegalEntity": "E:", "Person": "P:", "Household": "H:", "Contact": "C:"}.get(label, "T:")
        node_id = f"{prefix}hidden:{'planted' if not number else dice.randrange(10**9)}"
        # A thing, or a member of a household, of a class that consent opens would be seen with its subject.
        by_itself = label in ("LegalEntity", "Household")
        closed = hidden if by_itself else [a for a in hidden if a not in seen.access.consented]
        row.update(id=node_id, audience=dice.choice(closed).value, bank=None)
        if "name" in row:
            row["name"] = "有限公司伟伟"
        rows.insert(dice.randrange(len(rows) + 1), tuple(row[c] for c in table.columns))
    return Table.of_rows(table.columns, rows)


def plant_facts(table: Table, name: str, nodes: Facts, seen: View, dice: random.Random) -> Table:
    """State hidden facts between any nodes, and open facts that touch a hidden node."""
    rows = list(zip(*table.data, strict=True))
    for _ in range(6):
        labels = dice.choice(EDGES[name].starts), dice.choice(EDGES[name].ends)
        if not all(len(nodes.get(each, ())) for each in labels):
            continue
        start, end = (dice.choice(list(nodes[each]["id"])) for each in labels)
        if hides_a_record(seen, start, end):
            continue
        touches_hidden = ":hidden:" in start or ":hidden:" in end
        hidden = list(Audience) if touches_hidden else closed_classes(seen, start, end)
        if not hidden:
            continue
        row = dict.fromkeys(table.columns)
        row.update(start=start, end=end, start_label=labels[0], end_label=labels[1])
        row.update(key=dice.randrange(2**62), run=rows[0][table.columns.index("run")] if rows else 1, line=1)
        row.update(audience=dice.choice(hidden).value)
        row.update({f: 0.6 for f in EDGES[name].field_names if f.endswith("_ratio")})
        row.update({f: 12345 for f in EDGES[name].field_names if f.endswith("_fen")})
        row.update({f: "ACCEPTED" for f in EDGES[name].field_names if f == "judgement"})
        rows.insert(dice.randrange(len(rows) + 1), tuple(row[c] for c in table.columns))
    return Table.of_rows(table.columns, rows)

"""The GraphQL types lose nothing: every field of a use-case's answer has its field on the wire."""

from __future__ import annotations

import dataclasses

import pytest
from graphql import GraphQLObjectType

from algorithms import evidence as algorithm_evidence
from algorithms import listing_counts, telemetry
from algorithms.lending import result as lending_result
from algorithms.risk.alerts import utility_series
from graph_service.api import batches as api_batches
from graph_service.api import (
    consent,
    evidence,
    features,
    groups,
    guarantee_networks,
    guarantees,
    hidden_ties,
    identity,
    lending,
    licences,
    myself,
    notices,
    ownership,
    ownership_numbers,
    portrait,
    relations,
    risk,
    screening,
    stated_totals,
    statements,
    stress,
    support,
    utilities,
    walks,
)
from graph_service.api import data_catalogue as api_data
from graph_service.api import provenance as api_provenance
from graph_service.api.catalogue import NamedQuery
from graph_service.api.nodes import NODE_TYPES
from graph_service.api.schema import SCHEMA, core_schema
from graph_service.use_cases import close_links as use_close_links
from graph_service.use_cases import consent as use_consent
from graph_service.use_cases import coverage, data_catalogue, freshness, named_queries, provenance, query_log
from graph_service.use_cases import evidence as use_evidence
from graph_service.use_cases import features as use_features
from graph_service.use_cases import groups as use_groups
from graph_service.use_cases import guarantee_networks as use_networks
from graph_service.use_cases import guarantees as use_guarantees
from graph_service.use_cases import hidden_ties as use_hidden
from graph_service.use_cases import identity as use_identity
from graph_service.use_cases import lending as use_lending
from graph_service.use_cases import licences as use_licences
from graph_service.use_cases import notices as use_notices
from graph_service.use_cases import ownership as use_ownership
from graph_service.use_cases import ownership_numbers as use_numbers
from graph_service.use_cases import portrait as use_portrait
from graph_service.use_cases import portrait_sections as use_sections
from graph_service.use_cases import relations as use_relations
from graph_service.use_cases import risk as use_risk
from graph_service.use_cases import screening as use_screening
from graph_service.use_cases import stated_totals as use_totals
from graph_service.use_cases import statements as use_statements
from graph_service.use_cases import stress as use_stress
from graph_service.use_cases import subsidy as use_subsidy
from graph_service.use_cases import support as use_support
from graph_service.use_cases import unmatched as use_unmatched
from graph_service.use_cases import utilities as use_utilities
from graph_service.use_cases import walks as use_walks
from loaders.batch import Batch
from loaders.identity import features as identity_features
from loaders.identity import screening as identity_screening
from loaders.quality import Quality
from schema import rulebook
from schema.edges import EDGES
from schema.nodes import NODES

MIRRORS = {
    features.RiskFeature: use_features.FeatureEntry,
    features.RiskFeatureValue: use_features.FeatureValue,
    risk.RiskSeed: use_risk.RiskSeed,
    risk.ChannelPart: use_risk.ChannelPart,
    risk.RiskHop: use_risk.RiskHop,
    risk.RiskContribution: use_risk.RiskContribution,
    risk.RiskProfile: use_risk.RiskProfileAnswer,
    risk.ChangedScore: use_risk.ChangedScore,
    risk.WhatIf: use_risk.WhatIfAnswer,
    evidence.Fact: algorithm_evidence.Fact,
    evidence.SourceRow: use_evidence.SourceRow,
    ownership.HoldingChain: use_ownership.Chain,
    ownership.OwnerFinding: use_ownership.OwnerFinding,
    ownership.OwnerAnswer: use_ownership.OwnerAnswer,
    ownership.ControllerAnswer: use_ownership.ControllerAnswer,
    ownership.BeneficialOwnersAnswer: use_ownership.BeneficialOwnersAnswer,
    ownership.Holding: use_ownership.Holding,
    ownership.OwnershipTree: use_ownership.OwnershipTree,
    ownership_numbers.HolderNumbers: use_numbers.HolderNumbersAnswer,
    ownership_numbers.OwnershipNumbers: use_numbers.OwnershipNumbersAnswer,
    ownership_numbers.CloseLink: use_close_links.CloseLinkAnswer,
    ownership_numbers.CloseLinks: use_close_links.CloseLinksAnswer,
    ownership_numbers.CrossHoldingMember: use_close_links.CrossHoldingMember,
    ownership_numbers.CrossHolding: use_close_links.CrossHoldingAnswer,
    guarantees.Reached: use_guarantees.Reached,
    notices.EvidencePath: use_notices.EvidencePath,
    notices.DishonestyNotice: use_notices.NoticeAnswer,
    notices.DishonestyNotices: use_notices.DishonestyNotices,
    notices.PostLoanAlert: use_notices.AlertAnswer,
    stress.StressLoss: use_stress.StressLoss,
    stress.StressedParty: use_stress.StressedParty,
    stress.StressedGroup: use_stress.StressedGroup,
    stress.StressGap: use_stress.StressGap,
    stress.StressAssumption: use_stress.StressAssumption,
    stress.StressTest: use_stress.StressTestAnswer,
    walks.Neighbour: use_walks.NeighbourAnswer,
    walks.PathHop: use_walks.PathHop,
    walks.Path: use_walks.Path,
    walks.ShortestPaths: use_walks.ShortestPathsAnswer,
    guarantees.GuaranteeChain: use_guarantees.GuaranteeChainAnswer,
    groups.DependenceFinding: use_groups.DependenceAnswer,
    groups.GroupMember: use_groups.GroupMember,
    groups.ExposureLimits: use_groups.ExposureLimits,
    groups.ConnectedGroup: use_groups.ConnectedGroup,
    guarantee_networks.AmountSum: use_networks.SumAnswer,
    guarantee_networks.GuaranteeMember: use_networks.GuaranteeMember,
    guarantee_networks.Guaranteed: use_networks.Guaranteed,
    guarantee_networks.GuaranteeShape: use_networks.GuaranteeShape,
    guarantee_networks.GuaranteeNetwork: use_networks.GuaranteeNetworkAnswer,
    guarantee_networks.CircleOfGuarantees: use_networks.CircleOfGuarantees,
    relations.RelationGround: use_relations.GroundAnswer,
    relations.RelatedParty: use_relations.RelatedParty,
    relations.RelatedParties: use_relations.RelatedPartiesAnswer,
    relations.Relation: use_relations.RelationAnswer,
    hidden_ties.ClusterLink: use_hidden.ClusterLink,
    hidden_ties.PseudoIndependentCluster: use_hidden.PseudoIndependentCluster,
    hidden_ties.SharedHub: use_hidden.SharedHub,
    hidden_ties.PseudoIndependentClusters: use_hidden.ClustersAnswer,
    hidden_ties.TradeCycle: use_hidden.TradeCycle,
    hidden_ties.TradeCircle: use_hidden.TradeCircle,
    hidden_ties.TradeCircles: use_hidden.TradeCirclesAnswer,
    consent.Consent: use_consent.ConsentAnswer,
    NamedQuery: named_queries.NamedQuery,
    api_batches.DataBatch: Batch,
    api_batches.BatchQuality: Quality,
    api_data.Supplier: data_catalogue.Supplier,
    api_data.CatalogueEntry: data_catalogue.CatalogueEntry,
    api_data.Freshness: freshness.Freshness,
    api_data.Obligation: freshness.Obligation,
    api_data.ObligationStatus: freshness.ObligationStatus,
    api_data.ArchiveCoverage: coverage.ArchiveCoverage,
    api_data.MetricSummary: telemetry.MetricSummary,
    api_data.TelemetrySummary: telemetry.TelemetrySummary,
    api_data.ListingCounts: listing_counts.ListingCounts,
    api_provenance.Statement: provenance.Statement,
    api_provenance.PropertyProvenance: provenance.PropertyProvenance,
    myself.Me: myself.Myself,
    identity.MatchFeature: identity_features.Feature,
    identity.SameAsProposal: use_identity.SameAsProposal,
    identity.MatchCandidate: use_unmatched.MatchCandidate,
    identity.UnmatchedParty: use_unmatched.UnmatchedParty,
    identity.LinkedParty: use_unmatched.LinkedParty,
    screening.ListEntry: identity_screening.Entry,
    screening.ScreeningHit: use_screening.ScreeningHit,
    screening.ScreeningDecision: use_screening.ScreeningDecision,
    screening.ListVersion: use_screening.ListVersion,
    screening.ScreeningAnswer: use_screening.ScreeningAnswer,
    portrait.CreditPortrait: use_portrait.CreditPortrait,
    portrait.MissingDataset: use_portrait.MissingDataset,
    portrait.SectionFreshness: use_sections.SectionFreshness,
    portrait.PortraitSection: use_sections.Section,
    portrait.RegistrationSection: use_sections.RegistrationSection,
    portrait.ContributionMonth: use_sections.ContributionMonth,
    portrait.ContributionSection: use_sections.ContributionSection,
    portrait.UtilitySection: use_sections.UtilitySection,
    licences.SafetyLicences: use_licences.SafetyLicences,
    licences.LicenceScope: use_licences.LicenceScope,
    stated_totals.StatedTotalAnswer: use_totals.StatedTotalAnswer,
    statements.StatementPeriod: use_statements.Period,
    statements.ItemComparison: use_statements.ItemComparison,
    statements.StatementConsistency: use_statements.StatementConsistency,
    statements.Revenue: use_subsidy.Revenue,
    statements.SubsidyQuote: use_subsidy.SubsidyQuote,
    support.SupportPolicies: use_support.SupportPolicies,
    support.PolicyAnswer: use_support.PolicyAnswer,
    support.GradeLadder: use_support.GradeLadder,
    utilities.UtilityStanding: use_utilities.UtilityStanding,
    utilities.UtilitySeries: use_utilities.UtilitySeries,
    utilities.UtilityMonth: use_utilities.UtilityMonth,
    utilities.UnpaidRun: use_utilities.UnpaidRun,
    utilities.MonthGap: utility_series.Span,
    lending.Rule: rulebook.Rule,
    lending.RuleFinding: lending_result.RuleFinding,
    lending.LimitTerm: lending_result.Term,
    lending.ClaimFinding: lending_result.ClaimFinding,
    lending.RequiredCheck: lending_result.RequiredCheck,
    lending.MemberDecision: lending_result.MemberDecision,
    lending.PoolLimit: lending_result.PoolLimit,
    lending.Participant: use_lending.Participant,
    lending.ChainProgramAnswer: use_lending.ChainProgramAnswer,
    lending.EligibilityAnswer: use_lending.EligibilityAnswer,
}


def wire_names(kind: type) -> set[str]:
    return {each.python_name for each in kind.__strawberry_definition__.fields}  # type: ignore[attr-defined]


def missing(kind: type, source: type) -> set[str]:
    said = {each.name.removesuffix("_fen") for each in dataclasses.fields(source)}
    return said - wire_names(kind)


@pytest.mark.parametrize("kind", MIRRORS, ids=lambda kind: kind.__name__)
def test_every_field_of_the_source_is_on_the_wire(kind: type) -> None:
    assert missing(kind, MIRRORS[kind]) == set()


def test_a_lost_field_would_be_noticed() -> None:
    assert missing(guarantees.Reached, use_ownership.Chain) == {"nodes", "weight"}


def test_the_query_log_keeps_all_but_the_cursor_of_the_edge() -> None:
    assert missing(myself.LoggedQuery, query_log.LoggedQuery) == {"cursor"}


def test_a_programme_s_decision_names_nobody_who_has_not_consented() -> None:
    assert missing(lending.ProgrammeDecision, lending_result.ProgrammeDecision) == {"withheld"}


@pytest.mark.parametrize("label", NODES)
def test_every_declared_property_of_a_node_is_on_the_wire(label: str) -> None:
    declared = {each.name.removesuffix("_fen") for each in NODES[label].fields}
    assert declared <= wire_names(NODE_TYPES[label])


def test_every_declared_property_of_a_holding_is_on_the_wire() -> None:
    declared = {each.name.removesuffix("_fen") for each in EDGES["OWNS"].fields}
    assert declared == wire_names(ownership.OwnsProperties)


def test_everything_is_described() -> None:
    bare = []
    for name, kind in core_schema().type_map.items():
        if name.startswith("__"):
            continue
        if not kind.description and name not in ("String", "Int", "Float", "Boolean", "ID"):
            bare.append(name)
        for field_name, field in getattr(kind, "fields", {}).items():
            if not field.description:
                bare.append(f"{name}.{field_name}")
            if isinstance(kind, GraphQLObjectType):
                bare += [f"{name}.{field_name}({a})" for a, arg in field.args.items() if not arg.description]
    assert bare == []


def test_every_field_of_the_roots_is_nullable_so_that_one_refusal_leaves_its_neighbours() -> None:
    schema = core_schema()
    assert schema.query_type is not None
    assert schema.mutation_type is not None
    roots = {**schema.query_type.fields, **schema.mutation_type.fields}
    assert [name for name, field in roots.items() if str(field.type).endswith("!")] == []
    assert SCHEMA.query is not None

"""The GraphQL types lose nothing: every field of a use-case's answer has its field on the wire."""

from __future__ import annotations

import dataclasses

import pytest
from graphql import GraphQLObjectType

from algorithms import evidence as algorithm_evidence
from algorithms import listing_counts, telemetry
from algorithms.lending import result as lending_result
from graph_service.api import batches as api_batches
from graph_service.api import consent, evidence, guarantees, identity, lending, myself, ownership, screening
from graph_service.api import data_catalogue as api_data
from graph_service.api import provenance as api_provenance
from graph_service.api.catalogue import NamedQuery
from graph_service.api.nodes import NODE_TYPES
from graph_service.api.schema import SCHEMA, core_schema
from graph_service.use_cases import consent as use_consent
from graph_service.use_cases import coverage, data_catalogue, freshness, named_queries, provenance, query_log
from graph_service.use_cases import evidence as use_evidence
from graph_service.use_cases import guarantees as use_guarantees
from graph_service.use_cases import identity as use_identity
from graph_service.use_cases import lending as use_lending
from graph_service.use_cases import ownership as use_ownership
from graph_service.use_cases import screening as use_screening
from graph_service.use_cases import unmatched as use_unmatched
from loaders.batch import Batch
from loaders.identity import features
from loaders.identity import screening as identity_screening
from loaders.quality import Quality
from schema import rulebook
from schema.edges import EDGES
from schema.nodes import NODES

MIRRORS = {
    evidence.Fact: algorithm_evidence.Fact,
    evidence.SourceRow: use_evidence.SourceRow,
    ownership.HoldingChain: use_ownership.Chain,
    ownership.OwnerFinding: use_ownership.OwnerFinding,
    ownership.OwnerAnswer: use_ownership.OwnerAnswer,
    ownership.ControllerAnswer: use_ownership.ControllerAnswer,
    ownership.BeneficialOwnersAnswer: use_ownership.BeneficialOwnersAnswer,
    ownership.Holding: use_ownership.Holding,
    ownership.OwnershipTree: use_ownership.OwnershipTree,
    guarantees.Reached: use_guarantees.Reached,
    guarantees.GuaranteeChain: use_guarantees.GuaranteeChainAnswer,
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
    identity.MatchFeature: features.Feature,
    identity.SameAsProposal: use_identity.SameAsProposal,
    identity.MatchCandidate: use_unmatched.MatchCandidate,
    identity.UnmatchedParty: use_unmatched.UnmatchedParty,
    identity.LinkedParty: use_unmatched.LinkedParty,
    screening.ListEntry: identity_screening.Entry,
    screening.ScreeningHit: use_screening.ScreeningHit,
    screening.ScreeningDecision: use_screening.ScreeningDecision,
    screening.ListVersion: use_screening.ListVersion,
    screening.ScreeningAnswer: use_screening.ScreeningAnswer,
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

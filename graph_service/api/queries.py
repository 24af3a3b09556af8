"""The queries: what may be asked, with its arguments, and the use-case that answers."""

from __future__ import annotations

from enum import Enum

import strawberry

from graph_service.api.catalogue import NamedQuery, parameters
from graph_service.api.connections import DEFAULT_FIRST, Connection, Page, page, require_first
from graph_service.api.consent import Consent, consents_page
from graph_service.api.data_catalogue_queries import DataCatalogueQueries
from graph_service.api.evidence import SourceRow
from graph_service.api.features_queries import FeaturesQueries
from graph_service.api.groups_queries import GroupsQueries
from graph_service.api.guarantees import GuaranteeChain
from graph_service.api.identity_queries import IdentityQueries
from graph_service.api.ids import read_id, read_node_id
from graph_service.api.lending import ChainProgramAnswer, EligibilityAnswer
from graph_service.api.myself import LoggedQuery, Me, query_log_page, who_am_i
from graph_service.api.nodes import LegalEntity, Node, Party
from graph_service.api.notices_queries import NoticesQueries
from graph_service.api.operations import Argument, Supplied, by_value, operation
from graph_service.api.ownership import BeneficialOwnersAnswer, Direction, OwnershipTree
from graph_service.api.ownership_queries import OwnershipQueries
from graph_service.api.portrait_queries import PortraitQueries
from graph_service.api.relations_queries import RelationsQueries
from graph_service.api.risk_queries import RiskQueries
from graph_service.api.scalars import Parameters, Uscc
from graph_service.api.stress_queries import StressQueries
from graph_service.api.walks_queries import WalksQueries
from graph_service.asking import Asking
from graph_service.use_cases.evidence import find_source
from graph_service.use_cases.guarantees import follow_guarantees
from graph_service.use_cases.lending import chain_credit_eligibility, chain_program
from graph_service.use_cases.named_queries import ask_named_query
from graph_service.use_cases.ownership import find_beneficial_owners, ownership_tree
from graph_service.use_cases.parties import NodeAnswer, enterprise_by_code, node, search_parties
from schema.nodes import PARTY


@strawberry.enum(description="Which parties to search 主体类别.")
class SearchKind(Enum):
    """Labels that have names."""

    LEGAL_ENTITY = "LegalEntity"
    PERSON = "Person"


def _party(text: str) -> str:
    return read_id(text, *PARTY)


def _node(asking: Asking, node_id: str) -> NodeAnswer:
    return node(asking, *read_node_id(node_id))


def _search(asking: Asking, text: str, kind: str | None, first: int, after: str | None) -> Page:
    require_first(first, asking.principal.role)
    found = search_parties(asking, text, kind)
    return page(found.found, first, after, truncated=found.truncated)


FIRST = Argument(int, "How many, 1 to 100 (to 10,000 for INTEGRATION) 条数.", DEFAULT_FIRST)
AFTER = Argument(str | None, "Cursor of the last one of the page before 游标.", None)
PROGRAMME = Argument(
    strawberry.ID,
    "Id of the programme, opaque or plain 项目标识.",
    read=lambda text: read_id(text, "ChainProgram"),
)
ENTERPRISE = Argument(strawberry.ID, "Id of the enterprise, opaque or plain (E:…) 企业标识.", read=_party)


@strawberry.type(
    description="What may be asked. Every read takes `asOf`, and `knownAt` where that is allowed 查询."
)
class Query(
    FeaturesQueries,
    GroupsQueries,
    NoticesQueries,
    OwnershipQueries,
    PortraitQueries,
    RiskQueries,
    StressQueries,
    WalksQueries,
    RelationsQueries,
    DataCatalogueQueries,
    IdentityQueries,
):
    """Each field is one audited operation."""

    me: Me | None = operation("me", who_am_i, Me | None, "[platform] Who the caller is here 当前调用方.")
    node: Node | None = operation(
        "node",
        _node,
        Node | None,
        "[platform] Anything by its id 按标识查询.",
        {"id": Argument(strawberry.ID, "Opaque id; of parties and regions the plain one too 标识.")},
    )
    enterprise_by_code: LegalEntity | None = operation(
        "enterpriseByCode",
        enterprise_by_code,
        LegalEntity | None,
        "[platform] An enterprise by its unified social credit code 按统一社会信用代码查询.",
        {"code": Argument(Uscc, "The code 统一社会信用代码.")},
    )
    search_parties: Connection[Party] | None = operation(
        "searchParties",
        _search,
        Connection[Party] | None,
        "[platform] Parties whose name holds a text, best first 按名称检索.",
        {
            "text": Argument(str, "At least two characters of the name 名称片段."),
            "kind": Argument(SearchKind | None, "Only such parties 主体类别.", None, by_value),
            "first": FIRST,
            "after": AFTER,
        },
    )
    ownership_tree: OwnershipTree | None = operation(
        "ownershipTree",
        ownership_tree,
        OwnershipTree | None,
        "[supervision] Holders upwards, or holdings downwards, level by level 股权结构.",
        {
            "id": ENTERPRISE,
            "direction": Argument(Direction, "Which way 方向.", Direction.UP, by_value),
            "depth": Argument(int, "Levels, 1 to 10 层数.", 5),
        },
    )
    beneficial_owners: BeneficialOwnersAnswer | None = operation(
        "beneficialOwners",
        find_beneficial_owners,
        BeneficialOwnersAnswer | None,
        "[supervision] Beneficial owners and actual controller, with every reason 受益所有人与实际控制人.",
        {"id": ENTERPRISE},
    )
    chain_program: ChainProgramAnswer | None = operation(
        "chainProgram",
        chain_program,
        ChainProgramAnswer | None,
        "[financing] A 1+N programme, and for its own bank the decision on every member 整链授信项目.",
        {"id": PROGRAMME},
    )
    chain_credit_eligibility: EligibilityAnswer | None = operation(
        "chainCreditEligibility",
        chain_credit_eligibility,
        EligibilityAnswer | None,
        "[financing] May this member borrow under that programme, how much, and why 整链准入与额度.",
        {
            "programme": PROGRAMME,
            "member": Argument(strawberry.ID, "Id of the member, opaque or plain 成员标识.", read=_party),
        },
    )
    guarantee_chain: GuaranteeChain | None = operation(
        "guaranteeChain",
        follow_guarantees,
        GuaranteeChain | None,
        "[supervision] Everyone behind whom a guarantor stands, to the end 担保链.",
        {"id": Argument(strawberry.ID, "Id of the guarantor, opaque or plain 担保人标识.", read=_party)},
    )
    named_query: NamedQuery | None = operation(
        "namedQuery",
        ask_named_query,
        NamedQuery | None,
        "[supervision] A query of the catalogue; day and data classes are filled in 目录查询.",
        {
            "name": Argument(str, "Its name 查询名."),
            "params": Argument(Parameters | None, "Its own parameters 参数.", None, parameters),
        },
    )
    fact: SourceRow | None = operation(
        "fact",
        find_source,
        SourceRow | None,
        "[platform] The row of the file behind a fact that an answer cited 事实来源.",
        {"id": Argument(str, "Fact id, <16 hex digits>@<run> 事实标识.")},
    )
    my_consents: Connection[Consent] | None = operation(
        "myConsents",
        consents_page,
        Connection[Consent] | None,
        "[platform] Every consent that the caller and his households ever gave, newest first 我的授权.",
        {"first": FIRST, "after": AFTER},
    )
    my_query_log: Connection[LoggedQuery] | None = operation(
        "myQueryLog",
        query_log_page,
        Connection[LoggedQuery] | None,
        "[platform] Who asked about the caller and his households, newest first 我的查询记录.",
        {"log": Supplied(lambda caller: caller.service.audit), "first": FIRST, "after": AFTER},
    )

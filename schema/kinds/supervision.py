"""What authorities and statements say about a party."""

from schema.access import Audience
from schema.nodes import NODES, PARTY
from schema.records import EdgeRule, Kind, NodeRule, Ref, columns_of

SUPERVISION = (
    Kind(
        "financial_statements",
        "财务报表",
        Audience.MEMBER,
        columns_of(NODES["FinancialStatement"].fields, "period_from", "period_to"),
        (Ref("party", PARTY, "主体"),),
        NodeRule("FinancialStatement", ("record_id",), NODES["FinancialStatement"].field_names),
        (EdgeRule("SUBJECT_OF", "party", ""),),
    ),
    Kind(
        "penalties",
        "行政处罚",
        Audience.PUBLIC,
        columns_of(NODES["Penalty"].fields, "document_no", "severity", "decided_on"),
        (Ref("party", PARTY, "当事人"),),
        NodeRule("Penalty", ("record_id",), NODES["Penalty"].field_names),
        (EdgeRule("SUBJECT_OF", "party", ""),),
        withdrawn=("status", "revoked_on"),
    ),
    Kind(
        "list_memberships",
        "名单",
        Audience.PUBLIC,
        columns_of(NODES["ListMembership"].fields, "list_kind", "listed_on"),
        (Ref("party", PARTY, "主体"),),
        NodeRule("ListMembership", ("record_id",), NODES["ListMembership"].field_names, ("Sanction",)),
        (EdgeRule("SUBJECT_OF", "party", ""),),
    ),
    Kind(
        "stated_totals",
        "公布的总数",
        Audience.PUBLIC,
        columns_of(NODES["StatedTotal"].fields, "measure", "population", "qualifier", "stated_on"),
        node=NodeRule("StatedTotal", ("record_id",), NODES["StatedTotal"].field_names),
    ),
)

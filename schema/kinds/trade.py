"""Who supplies whom, and the claims that follow."""

from schema.access import Audience
from schema.edges import EDGES
from schema.nodes import NODES, PARTY
from schema.records import EdgeRule, Kind, NodeRule, Ref, columns_of

TRADE = (
    Kind(
        "supplies",
        "供货",
        Audience.MEMBER,
        columns_of(EDGES["SUPPLIES"].fields),
        (Ref("supplier", PARTY, "供方"), Ref("buyer", PARTY, "买方")),
        edges=(EdgeRule("SUPPLIES", "supplier", "buyer", EDGES["SUPPLIES"].field_names),),
    ),
    Kind(
        "orders",
        "订单",
        Audience.MEMBER,
        columns_of(NODES["Order"].fields, "amount_fen", "signed_on"),
        (Ref("seller", PARTY, "卖方"), Ref("buyer", PARTY, "买方")),
        NodeRule("Order", ("record_id",), NODES["Order"].field_names),
        (EdgeRule("OWED_BY", "", "buyer"), EdgeRule("OWED_TO", "", "seller")),
    ),
    Kind(
        "invoices",
        "发票",
        Audience.MEMBER,
        columns_of(NODES["Invoice"].fields, "number", "amount_fen", "issued_on"),
        (Ref("seller", PARTY, "销方"), Ref("buyer", PARTY, "购方")),
        NodeRule("Invoice", ("record_id",), NODES["Invoice"].field_names),
        (EdgeRule("OWED_BY", "", "buyer"), EdgeRule("OWED_TO", "", "seller")),
    ),
    Kind(
        "receivables",
        "应收账款",
        Audience.MEMBER,
        columns_of(NODES["Receivable"].fields, "amount_fen", "outstanding_fen", "incurred_on", "due_on"),
        (
            Ref("creditor", PARTY, "债权人"),
            Ref("debtor", PARTY, "债务人"),
            Ref("invoice", ("Invoice",), "发票", required=False),
            Ref("assignee", PARTY, "受让人", required=False),
        ),
        NodeRule("Receivable", ("record_id",), NODES["Receivable"].field_names),
        (
            EdgeRule("OWED_BY", "", "debtor"),
            EdgeRule("OWED_TO", "", "creditor"),
            EdgeRule("BILLED_BY", "", "invoice"),
            EdgeRule("ASSIGNED_TO", "", "assignee"),
        ),
    ),
)

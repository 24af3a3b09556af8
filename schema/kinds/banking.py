"""Branches, lines, vouchers, collateral, compensation pools, accounts and the money that moves between them."""

from schema.access import Audience
from schema.edges import EDGES
from schema.nodes import NODES, PARTY
from schema.records import EdgeRule, Kind, NodeRule, Ref, columns_of

_ENTITY = ("LegalEntity",)
_BANK = Ref("bank", _ENTITY, "银行")


def _payments(name: str, zh: str, relationship: str, start: Ref, end: Ref) -> Kind:
    """Money that moved, as a bank states it."""
    edge = EDGES[relationship]
    return Kind(
        name,
        zh,
        Audience.BANK_PRIVATE,
        columns_of(edge.fields, "at"),
        (start, end, _BANK),
        edges=(EdgeRule(relationship, start.column, end.column, edge.field_names),),
        bank_column="bank",
    )


def _node(label: str) -> NodeRule:
    return NodeRule(label, ("record_id",), NODES[label].field_names)


BANKING = (
    Kind(
        "branches",
        "网点",
        Audience.PUBLIC,
        columns_of(NODES["Branch"].fields[:1], "name"),
        (_BANK, Ref("region_code", ("Region",), "行政区划代码", required=False, soft=True)),
        _node("Branch"),
        (EdgeRule("BRANCH_OF", "", "bank"), EdgeRule("LOCATED_IN", "", "region_code")),
    ),
    Kind(
        "collaterals",
        "抵质押与动产抵押",
        Audience.MEMBER,
        columns_of(NODES["Collateral"].fields, "collateral_kind"),
        (
            Ref("pledgor", PARTY, "抵质押人"),
            Ref("pledgee", PARTY, "抵质押权人"),
            Ref("loan", ("Loan",), "被担保贷款", required=False),
        ),
        _node("Collateral"),
        (
            EdgeRule("PLEDGED_BY", "", "pledgor"),
            EdgeRule("PLEDGED_TO", "", "pledgee"),
            EdgeRule("SECURES", "", "loan"),
        ),
    ),
    Kind(
        "vouchers",
        "应收账款电子凭证",
        Audience.MEMBER,
        columns_of(NODES["Voucher"].fields, "amount_fen", "issued_on", "due_on"),
        (
            Ref("debtor", PARTY, "开立方"),
            Ref("holder", PARTY, "持有人"),
            Ref("parent", ("Voucher",), "拆分自凭证", required=False),
            Ref("receivable", ("Receivable",), "基础应收账款", required=False),
        ),
        _node("Voucher"),
        (
            EdgeRule("OWED_BY", "", "debtor"),
            EdgeRule("HELD_BY", "", "holder"),
            EdgeRule("SPLIT_FROM", "", "parent", role="SPLIT_FROM_VOUCHER"),
            EdgeRule("SPLIT_FROM", "", "receivable", role="SPLIT_FROM_RECEIVABLE"),
        ),
    ),
    Kind(
        "credit_lines",
        "授信",
        Audience.BANK_PRIVATE,
        columns_of(NODES["CreditLine"].fields, "scope", "line_fen", "granted_on"),
        (
            _BANK,
            Ref("party", PARTY, "授信主体", required=False),
            Ref("region", ("Region",), "授信村镇", required=False),
            Ref("programme", ("ChainProgram",), "整链授信项目", required=False),
        ),
        _node("CreditLine"),
        (
            EdgeRule("GRANTED_BY", "", "bank"),
            EdgeRule("GRANTED_TO", "", "party", role="GRANTED_TO_PARTY"),
            EdgeRule("GRANTED_TO", "", "region", role="GRANTED_TO_REGION"),
            EdgeRule("GRANTED_TO", "", "programme", role="GRANTED_TO_PROGRAMME"),
        ),
        bank_column="bank",
    ),
    Kind(
        "compensation_pools",
        "风险补偿资金池",
        Audience.MEMBER,
        columns_of(NODES["CompensationPool"].fields, "name", "target_kind"),
        (Ref("covered", _ENTITY, "补偿对象", required=False),),
        _node("CompensationPool"),
        (EdgeRule("COVERS", "", "covered"),),
    ),
    Kind(
        "subsidies",
        "财政补贴",
        Audience.PUBLIC,
        columns_of(NODES["Subsidy"].fields, "name", "amount_fen", "granted_on"),
        (Ref("party", PARTY, "主体"),),
        _node("Subsidy"),
        (EdgeRule("SUBJECT_OF", "party", ""),),
    ),
    Kind(
        "accounts",
        "账户",
        Audience.BANK_PRIVATE,
        columns_of(NODES["Account"].fields),
        (Ref("holder", PARTY, "持有人"), _BANK),
        _node("Account"),
        (EdgeRule("HOLDS", "holder", ""),),
        bank_column="bank",
    ),
    Kind(
        "media",
        "登录介质",
        Audience.BANK_PRIVATE,
        columns_of(NODES["Medium"].fields),
        (_BANK,),
        _node("Medium"),
        bank_column="bank",
    ),
    Kind(
        "sign_ins",
        "登录",
        Audience.BANK_PRIVATE,
        columns_of(EDGES["SIGNED_IN"].fields, "at"),
        (Ref("medium", ("Medium",), "介质"), Ref("account", ("Account",), "账户"), _BANK),
        edges=(EdgeRule("SIGNED_IN", "medium", "account", ("at",)),),
        bank_column="bank",
    ),
    _payments(
        "transfers",
        "转账",
        "TRANSFERRED",
        Ref("payer", ("Account",), "付款账户"),
        Ref("payee", ("Account",), "收款账户"),
    ),
    _payments(
        "loan_deposits",
        "放款入账",
        "DEPOSITED_TO",
        Ref("loan", ("Loan",), "贷款"),
        Ref("account", ("Account",), "入账账户"),
    ),
    _payments(
        "repayments",
        "还款",
        "REPAID",
        Ref("payer", ("Account",), "还款账户"),
        Ref("loan", ("Loan",), "贷款"),
    ),
)

"""Every relationship of the graph, declared once: verbs that read left to right.

Only relationships are versioned facts: each carries ``EDGE_COMMON`` beside its own properties, and its *fact id*
``<key>@<run>`` is the evidence that answers cite.
"""

from __future__ import annotations

from dataclasses import dataclass

from schema.access import Audience
from schema.fields import Field, date, flag, instant, integer, money, number, ratio, text
from schema.labels.departments import DEPARTMENTS
from schema.nodes import NODES, PARTY


@dataclass(frozen=True)
class EdgeType:
    """A relationship with its ends and properties.

    Parameters
    ----------
    name : str
        UPPER_SNAKE verb.
    zh : str
        The Chinese term.
    starts, ends : tuple of str
        Key labels that may stand at either end.
    fields : tuple of Field
        Declared properties beside ``EDGE_COMMON``.
    """

    name: str
    zh: str
    starts: tuple[str, ...]
    ends: tuple[str, ...]
    fields: tuple[Field, ...] = ()

    @property
    def field_names(self) -> tuple[str, ...]:
        """Names of the declared properties, in order."""
        return tuple(f.name for f in self.fields)

    def field(self, name: str) -> Field:
        """Return one declared property; KeyError when there is none of that name."""
        return {f.name: f for f in self.fields}[name]


EDGE_COMMON = (
    integer("key", "事实系列", doc="signed 64-bit hash of (source, dataset, record id, role)"),
    integer("run", "写入批次"),
    integer("closed_run", "关闭批次"),
    integer("line", "行号", doc="line in the file of `run`"),
    date("valid_from", "有效起", doc="inclusive; null: since ever"),
    date("valid_to", "有效止", doc="exclusive; null: still"),
    text("audience", "数据类别", *(a.value for a in Audience)),
    text("bank", "所属银行", doc="whose it is, when the class is BANK_PRIVATE"),
)

_ENTITY = ("LegalEntity",)
_CLAIMS = ("Receivable", "Invoice", "Order", "Voucher")
_MEASURED = frozenset({"Telemetry", "ScoreSnapshot"})  # they hang on what is measured, by verbs of their own
_EVENTS = (
    "Penalty",
    "ListMembership",
    *(n.label for n in DEPARTMENTS if n.about_parties and n.label not in _MEASURED),
    "FinancingDemand",
    "Claim",
    "Subsidy",
)
INTERESTS = (
    "SHAREHOLDING",
    "VOTING_RIGHTS",
    "APPOINTMENT_OF_BOARD",
    "OTHER_INFLUENCE_OR_CONTROL",
    "SENIOR_MANAGING_OFFICIAL",
    "SETTLOR",
    "TRUSTEE",
    "PROTECTOR",
    "BENEFICIARY_OF_LEGAL_ARRANGEMENT",
    "RIGHTS_TO_SURPLUS_ASSETS_ON_DISSOLUTION",
    "RIGHTS_TO_PROFIT_OR_INCOME",
    "RIGHTS_GRANTED_BY_CONTRACT",
    "CONDITIONAL_RIGHTS_GRANTED_BY_CONTRACT",
    "CONTROL_VIA_COMPANY_RULES_OR_ARTICLES",
    "CONTROL_BY_LEGAL_FRAMEWORK",
    "BOARD_MEMBER",
    "BOARD_CHAIR",
    "UNKNOWN_INTEREST",
    "UNPUBLISHED_INTEREST",
    "ENJOYMENT_AND_USE_OF_ASSETS",
    "RIGHT_TO_PROFIT_OR_INCOME_FROM_ASSETS",
    "NOMINEE",
    "NOMINATOR",
    "ACCOUNTING_CONSOLIDATION",
    "FUND_MANAGEMENT",
    "UMBRELLA_FUND",
    "FEEDER_FUND",
    "HEAD_OFFICE",
)
"""Kinds of interest that may be declared: those of BODS 0.4, then those of GLEIF's relationship records."""
_PAID = (money("amount_fen", "金额"), instant("at", "时间"))

_EDGES = (
    # who owns and runs
    EdgeType(
        "OWNS",
        "持股",
        PARTY,
        _ENTITY,
        (
            ratio("share_ratio", "持股比例"),
            ratio("share_min_ratio", "比例下限", doc="of a banded share"),
            ratio("share_max_ratio", "比例上限", doc="of a banded share"),
            ratio("voting_ratio", "表决权比例", doc="null: equals the share"),
            ratio("income_ratio", "收益权比例", doc="null: equals the share"),
            money("subscribed_fen", "认缴"),
            money("paid_fen", "实缴"),
            flag("nominee", "代持"),
        ),
    ),
    # What somebody declared: consolidation, indirect shares, influence, trusteeship. It is kept as declared, a ground of
    # the ownership rules by itself; what it says of a direct share or of a post is OWNS or HOLDS_POST besides.
    EdgeType(
        "HAS_INTEREST_IN",
        "申报权益",
        PARTY,
        _ENTITY,
        (
            text("interest", "权益类型", *INTERESTS),
            text("directness", "直接或间接", "DIRECT", "INDIRECT", "ULTIMATE", "UNKNOWN"),
            ratio("share_ratio", "份额"),
            ratio("share_min_ratio", "份额下限", doc="of a banded share"),
            ratio("share_max_ratio", "份额上限", doc="of a banded share"),
            flag("beneficial_owner", "受益所有人", doc="as declared, under the declarer's own rules"),
            text("via", "经由", doc="records that detail an indirect interest, as their source names them"),
            text(
                "status",
                "状态",
                "ANNULLED",
                doc="ANNULLED 作废: wrong from the beginning, it counts for nothing",
            ),
            date("annulled_on", "作废日期"),
        ),
    ),
    EdgeType(
        "PARTNER_OF",
        "合伙",
        PARTY,
        _ENTITY,
        (text("role", "合伙人类型", "GP 普通合伙人", "LP 有限合伙人"), ratio("income_ratio", "收益比例")),
    ),
    EdgeType(
        "APPOINTS",
        "委派董事",
        PARTY,
        _ENTITY,
        (integer("seats", "席位"), integer("board_size", "董事会人数")),
    ),
    EdgeType("LEGAL_REP_OF", "法定代表人", ("Person",), _ENTITY),
    EdgeType(
        "HOLDS_POST",
        "任职",
        ("Person",),
        _ENTITY,
        (
            text(
                "post",
                "职务",
                "CHAIR 董事长",
                "DIRECTOR 董事",
                "SUPERVISOR 监事",
                "GENERAL_MANAGER 总经理",
                "SENIOR_MANAGER 高级管理人员",
                "CREDIT_STAFF",
            ),
        ),
    ),
    EdgeType("ACTS_WITH", "一致行动", PARTY, PARTY),
    EdgeType(
        "FAMILY_OF",
        "亲属",
        ("Person",),
        ("Person",),
        (text("kin", "关系", "SPOUSE 配偶", "PARENT 父母", "CHILD 子女", "SIBLING 兄弟姐妹"),),
    ),
    EdgeType("MEMBER_OF", "家庭成员", ("Person",), ("Household",), (flag("head", "户主"),)),
    EdgeType("HAS_ASSET", "拥有生产资料", ("Household",), ("HouseholdAsset",)),
    # where
    EdgeType(
        "LOCATED_IN", "位于", ("LegalEntity", "Household", "Branch"), ("Region",), (text("role", "地址类型"),)
    ),
    EdgeType("PART_OF", "隶属", ("Region",), ("Region",)),
    EdgeType("SUCCEEDED_BY", "区划变更为", ("Region",), ("Region",)),
    EdgeType("BRANCH_OF", "所属机构", ("Branch",), _ENTITY),
    EdgeType("REACHED_AT", "联系方式", PARTY, ("Contact",)),
    # who supplies
    EdgeType(
        "SUPPLIES",
        "供货",
        PARTY,
        PARTY,
        (
            money("amount_fen", "金额"),
            ratio("share_ratio", "占供方销售比例"),
            text("period", "期间"),
            text("confirmed_by", "确认方"),
            date("confirmed_on", "确认日"),
        ),
    ),
    EdgeType("CORE_OF", "核心企业", _ENTITY, ("ChainProgram",)),
    EdgeType(
        "PARTICIPATES_IN", "参与", PARTY, ("ChainProgram",), (integer("tier", "层级", doc="1 = direct"),)
    ),
    EdgeType("RUN_BY", "承办银行", ("ChainProgram",), _ENTITY),
    EdgeType("UNDER_PRODUCT", "适用产品", ("ChainProgram",), ("LoanProduct",)),
    EdgeType("OFFERS", "提供产品", _ENTITY, ("LoanProduct",)),
    EdgeType("CAPITALISED_AT", "资本计量", _ENTITY, ("BankCapital",)),
    # claims
    EdgeType("OWED_BY", "债务人", _CLAIMS, PARTY),
    EdgeType("OWED_TO", "债权人", _CLAIMS, PARTY),
    EdgeType("BILLED_BY", "对应发票", ("Receivable",), ("Invoice",)),
    EdgeType(
        "ASSIGNED_TO",
        "转让",
        ("Receivable", "Invoice"),
        PARTY,
        (
            instant("registered_at", "登记时间"),
            instant("notified_at", "通知时间"),
            money("amount_fen", "金额"),
        ),
    ),
    EdgeType("PLEDGED_TO", "质押/抵押给", ("Receivable", "Collateral"), PARTY),
    EdgeType("PLEDGED_BY", "抵质押人", ("Collateral",), PARTY),
    EdgeType("SPLIT_FROM", "拆分自", ("Voucher",), ("Voucher", "Receivable")),
    EdgeType("HELD_BY", "持有人", ("Voucher",), PARTY),
    # credit
    EdgeType("GUARANTOR", "保证人", PARTY, ("Guarantee",)),
    EdgeType("BENEFICIARY", "被保证人", ("Guarantee",), PARTY),
    EdgeType("SECURES", "担保债权", ("Guarantee", "Collateral"), ("Loan", "CreditLine")),
    EdgeType("APPLIED_FOR", "申请", PARTY, ("LoanApplication", "Loan")),
    EdgeType("LENT_TO", "借款人", ("Loan",), PARTY),
    EdgeType("LENT_BY", "贷款人", ("Loan", "LoanApplication"), _ENTITY),
    EdgeType("DRAWN_UNDER", "项下提款", ("Loan",), ("ChainProgram", "CreditLine")),
    EdgeType("FINANCES", "融资标的", ("Loan",), ("Receivable", "Invoice", "Order")),
    EdgeType("GRANTED_TO", "授信对象", ("CreditLine",), (*PARTY, "Region", "ChainProgram")),
    EdgeType("GRANTED_BY", "授信银行", ("CreditLine",), _ENTITY),
    EdgeType("COVERS", "补偿对象", ("CompensationPool",), _ENTITY),
    # money
    EdgeType("HOLDS", "持有账户", PARTY, ("Account",)),
    EdgeType("TRANSFERRED", "转账", ("Account",), ("Account",), _PAID),
    EdgeType("DEPOSITED_TO", "放款至", ("Loan",), ("Account",), _PAID),
    EdgeType("REPAID", "还款", ("Account",), ("Loan",), _PAID),
    EdgeType("SIGNED_IN", "登录", ("Medium",), ("Account",), (instant("at", "时间"),)),
    # events
    EdgeType("SUBJECT_OF", "对象", PARTY, (*_EVENTS, "FinancialStatement")),
    EdgeType("IMPOSED_BY", "作出机关", _EVENTS, _ENTITY),
    EdgeType("REPAIRS", "修复", ("RepairCase",), ("Penalty", "ListMembership")),
    EdgeType("SCORED", "评分", PARTY, ("ScoreSnapshot",)),
    EdgeType("LISTS", "列有", ("EnterpriseList",), _ENTITY),
    EdgeType("CHECKED", "检查事项", ("Inspection",), ("InspectionItem",)),
    EdgeType("MEASURES", "测量", ("Telemetry",), ("HouseholdAsset",)),
    # consent
    EdgeType(
        "GAVE",
        "授予",
        PARTY,
        ("Authorization",),
        (instant("granted_at", "授权时间"), instant("revoked_at", "撤销时间", doc="as its source states it")),
    ),
    # A series of its own: delivering an old consent file once more must never undo a revocation.
    EdgeType(
        "REVOKED",
        "撤销",
        PARTY,
        ("Authorization",),
        (instant("revoked_at", "撤销时间", doc="works at once"),),
    ),
    EdgeType("GIVEN_TO", "授予对象", ("Authorization",), PARTY),
    # identity
    EdgeType(
        "SAME_AS",
        "同一主体",
        PARTY,
        PARTY,
        (
            text("judgement", "判断", "PROPOSED", "ACCEPTED", "REJECTED", doc="only ACCEPTED joins nodes"),
            number("score", "相似度", doc="in [0, 1]"),
            text("explanation", "依据", doc="JSON: what agrees and what does not"),
            text("decided_by", "决定人"),
            instant("decided_at", "决定时间"),
        ),
    ),
)

EDGES: dict[str, EdgeType] = {e.name: e for e in _EDGES}

for _edge in _EDGES:
    if unknown := {*_edge.starts, *_edge.ends} - NODES.keys():
        raise LookupError(
            f"{_edge.name} names labels that schema/nodes.py does not declare: {sorted(unknown)}"
        )

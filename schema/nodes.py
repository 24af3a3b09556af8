"""Every node of the graph, declared once.

A node has one *key label*, which carries ``id`` and the uniqueness constraint, and any number of *kind labels*.
Constraints, write statements, loader contracts, the data dictionary and the GraphQL descriptions follow from here.
"""

from __future__ import annotations

from dataclasses import dataclass

from schema.access import Audience
from schema.fields import Field, date, flag, instant, integer, money, number, ratio, text


@dataclass(frozen=True)
class NodeType:
    """A key label with its properties.

    Parameters
    ----------
    label : str
        The key label (PascalCase).
    zh : str
        The Chinese term.
    audience : Audience
        The class of such a node where its source says nothing else.
    fields : tuple of Field
        Declared properties, beside ``NODE_COMMON``.
    kinds : tuple of str
        Kind labels such a node may also carry.
    id_form : str
        How its ``id`` is built.
    """

    label: str
    zh: str
    audience: Audience
    fields: tuple[Field, ...]
    kinds: tuple[str, ...] = ()
    id_form: str = "<source>:<record>"

    @property
    def field_names(self) -> tuple[str, ...]:
        """Names of the declared properties, in order."""
        return tuple(f.name for f in self.fields)

    def field(self, name: str) -> Field:
        """Return one declared property; KeyError when there is none of that name."""
        return {f.name: f for f in self.fields}[name]


NODE_COMMON = (
    text("id", "标识", doc="the key; never rewritten"),
    text("audience", "数据类别", *(a.value for a in Audience)),
    text("bank", "所属银行", doc="whose it is, when the class is BANK_PRIVATE: the bank's node id"),
    integer("run", "批次", doc="number of the run that wrote the first row"),
    integer("line", "行号", doc="line of that row in its file, the header being line 1"),
    flag("versioned", "多版本", doc="true when Records hold its rows and the properties are their cache"),
)

_NODES = (
    NodeType(
        "LegalEntity",
        "法人及其他组织",
        Audience.PUBLIC,
        (
            text("uscc", "统一社会信用代码"),
            text("lei", "法人识别编码"),
            text("reg_no", "注册号"),
            text("name", "名称"),
            text("name_region", "名称中的行政区划"),
            text("name_brand", "字号"),
            text("name_industry", "名称中的行业"),
            text("legal_form", "组织形式"),
            text("branch", "分支机构", doc="ordinal or place, e.g. 1分公司"),
            text("status", "登记状态", "ACTIVE", "SUSPENDED", "REVOKED", "DEREGISTERED"),
            text("scale", "企业规模", "LARGE", "MEDIUM", "SMALL", "MICRO"),
            text("industry_code", "行业代码", doc="GB/T 4754"),
            text("region_code", "行政区划代码"),
            date("registered_on", "成立日期"),
            money("registered_capital_fen", "注册资本"),
            flag(
                "state_owned", "国有", doc="its capital is state capital: a minority share need not be traced"
            ),
            flag(
                "shares_complete",
                "股东已全部申报",
                doc="false when the declared shareholders are known to be partial",
            ),
        ),
        (
            "Enterprise",
            "SoleTrader",
            "Cooperative",
            "Collective",
            "Agency",
            "SocialOrganisation",
            "Bank",
            "Guarantor",
            "CreditAgency",
            "CoreEnterprise",
        ),
        "E:<USCC>, else E:<source>:<record>",
    ),
    NodeType(
        "Person",
        "自然人",
        Audience.PUBLIC,
        (text("name", "姓名"), text("id_mask", "证件号掩码"), integer("birth_year", "出生年")),
        id_form="P:<key version>:<HMAC of the identity number>, else P:<source>:<record>",
    ),
    NodeType(
        "Household",
        "农户",
        Audience.RESTRICTED,
        (
            text("village_code", "行政村代码"),
            text("star_rating", "星级", "EXCELLENT", "GOOD", "FAIR", "NONE", doc="优秀 / 良好 / 一般 / 未评"),
            integer("civility_points", "文明积分", doc="not used for lending (trap T20)"),
            text("collection_basis", "采集依据", "DEMAND", "CONSENT", doc="S1-60"),
        ),
        id_form="H:<source>:<record>",
    ),
    NodeType(
        "HouseholdAsset",
        "农户生产资料",
        Audience.RESTRICTED,
        (
            text("asset_kind", "类别", "CROP", "LIVESTOCK", "POND"),
            text("species", "品种"),
            number("area_mu", "面积(亩)"),
            integer("head_count", "头数"),
            text("season", "季节"),
        ),
    ),
    NodeType(
        "Contact",
        "联系方式",
        Audience.MEMBER,
        (text("contact_kind", "类别", "ADDRESS", "PHONE", "ACCOUNTANT", "IP"),),
        ("Address", "Phone", "Accountant", "IpAddress"),
        "C:<kind>:<hash>",
    ),
    NodeType(
        "Region",
        "行政区划",
        Audience.PUBLIC,
        (
            text("name", "名称"),
            text("level", "级别", "PROVINCE", "CITY", "COUNTY", "TOWN", "VILLAGE", "PARK"),
            text("vintage", "代码年份"),
        ),
        ("Village", "Town", "County", "City", "Province", "Park"),
        "12-digit code",
    ),
    NodeType(
        "BankCapital",
        "银行资本",
        Audience.MEMBER,
        (
            date("measured_on", "计量日"),
            money("net_capital_fen", "资本净额"),
            money("tier1_fen", "一级资本净额"),
        ),
    ),
    NodeType(
        "LoanProduct",
        "信贷产品",
        Audience.PUBLIC,
        (
            text("name", "名称"),
            text("form", "融资形式", "RECEIVABLE_PLEDGE", "SUPPLY_CHAIN", "GUARANTEE_PLEDGE", "CREDIT"),
            money("cap_fen", "单户上限"),
            flag("unsecured", "纯信用"),
        ),
    ),
    NodeType(
        "ChainProgram",
        "整链授信项目",
        Audience.MEMBER,
        (
            text("name", "名称"),
            money("cap_fen", "项目额度"),
            money("core_draw_fen", "核心企业已用", doc="what the core itself has drawn (trap T11)"),
            text("allocation", "分配顺序", "PRO_RATA", doc="pro rata to standalone limits, in fen"),
            flag("downstream", "含下游", doc="members downstream of the core may take part (trap T22: off)"),
        ),
    ),
    NodeType(
        "Order",
        "订单",
        Audience.MEMBER,
        (
            text("number", "编号"),
            money("amount_fen", "金额"),
            ratio("deposit_ratio", "预付比例"),
            money("cost_to_complete_fen", "尚需成本"),
            date("signed_on", "签订日"),
            date("due_on", "交付日"),
            date("confirmed_on", "买方确认日"),
            text("status", "状态", "OPEN", "DELIVERED", "CANCELLED"),
        ),
    ),
    NodeType(
        "Invoice",
        "发票",
        Audience.MEMBER,
        (
            text("number", "发票号码"),
            text("code", "发票代码"),
            money("amount_fen", "价税合计"),
            date("issued_on", "开票日期"),
        ),
    ),
    NodeType(
        "Receivable",
        "应收账款",
        Audience.MEMBER,
        (
            money("amount_fen", "金额"),
            money("outstanding_fen", "余额"),
            date("incurred_on", "发生日"),
            date("due_on", "到期日"),
            date("confirmed_on", "债务人确认日"),
            flag("disputed", "有争议"),
            flag("contra", "互为债权债务", doc="a contra account exists"),
            text("registration_no", "登记编号", doc="movables registry"),
        ),
    ),
    NodeType(
        "Guarantee",
        "担保",
        Audience.MEMBER,
        (
            money("amount_fen", "担保金额"),
            text("form", "担保方式", "JOINT_AND_SEVERAL", "GENERAL", "HOUSEHOLD_GROUP"),
            date("called_on", "代偿日", doc="when the guarantor was called"),
        ),
    ),
    NodeType(
        "LoanApplication",
        "贷款申请",
        Audience.BANK_PRIVATE,
        (
            money("amount_fen", "申请金额"),
            date("applied_on", "申请日"),
            text("status", "状态", "SUBMITTED", "APPROVED", "REFUSED", "WITHDRAWN"),
        ),
    ),
    NodeType(
        "Loan",
        "贷款",
        Audience.BANK_PRIVATE,
        (
            money("principal_fen", "本金"),
            money("balance_fen", "余额"),
            date("disbursed_on", "发放日"),
            date("due_on", "到期日"),
            text(
                "classification", "五级分类", "NORMAL", "SPECIAL_MENTION", "SUBSTANDARD", "DOUBTFUL", "LOSS"
            ),
        ),
    ),
    NodeType(
        "FinancialStatement",
        "财务报表",
        Audience.MEMBER,
        (
            date("period_from", "期初"),
            date("period_to", "期末"),
            money("sales_fen", "销售收入"),
            money("cost_fen", "销售成本"),
            money("profit_fen", "利润"),
            money("expected_sales_fen", "预计销售收入", doc="next year's"),
            money("avg_inventory_fen", "平均存货"),
            money("avg_receivable_fen", "平均应收"),
            money("avg_payable_fen", "平均应付"),
            money("avg_prepaid_fen", "平均预付"),
            money("avg_advance_fen", "平均预收"),
            money("own_funds_fen", "自有资金"),
            money("other_funding_fen", "其他渠道资金"),
            money("payables_fen", "期末应付账款"),
            flag("audited", "经审计"),
        ),
    ),
    NodeType(
        "Penalty",
        "行政处罚",
        Audience.PUBLIC,
        (
            text("document_no", "文号"),
            text("category", "类别"),
            text("domain", "领域", "FOOD", "DRUGS", "SPECIAL_EQUIPMENT", "WORK_SAFETY", "FIRE", "OTHER"),
            text("severity", "严重程度", "MINOR", "GENERAL", "SERIOUS"),
            date("decided_on", "决定日期"),
            money("amount_fen", "罚款"),
            text("authority", "处罚机关"),
            date("repaired_on", "修复日期"),
        ),
    ),
    NodeType(
        "ListMembership",
        "名单",
        Audience.PUBLIC,
        (
            text(
                "list_kind",
                "名单种类",
                "DISHONEST_DEBTOR",
                "SERIOUS_VIOLATION",
                "ABNORMAL_OPERATION",
                "DEBT_EVASION",
                "WAGE_ARREARS",
                "TAX_ARREARS",
            ),
            text("document_no", "文号"),
            text("authority", "列入机关"),
            date("listed_on", "列入日期"),
            date("removed_on", "移出日期"),
            text("tier", "层级"),
            text("regime", "依据"),
        ),
        ("Sanction",),
    ),
    NodeType(
        "Authorization",
        "授权",
        Audience.RESTRICTED,
        (
            text("purpose", "用途"),
            text("evidence_hash", "凭证摘要", doc="sha256 of the signed document"),
        ),
    ),
)

_PROVENANCE = (
    NodeType(
        "LoadRun",
        "加载批次",
        Audience.MEMBER,
        (
            integer("number", "批次号", doc="in order of publication"),
            text("delivery", "交付", doc="runs of one delivery are published together"),
            text("source", "来源"),
            text("dataset", "数据集"),
            text("file", "文件名"),
            text("sha256", "文件摘要"),
            date("as_of", "数据日期"),
            text("state", "状态", "STAGED", "PUBLISHED"),
            instant("recorded_at", "记录时间"),
            instant("published_at", "发布时间"),
            text("approved_by", "批准人"),
            text("host", "主机"),
            integer("pid", "进程"),
            integer("read", "读取"),
            integer("loaded", "加载"),
            integer("unchanged", "未变"),
            integer("quarantined", "隔离"),
            integer("skipped", "跳过"),
        ),
        id_form="R:<number>",
    ),
    NodeType(
        "Record",
        "记录",
        Audience.RESTRICTED,
        (
            text("node_id", "所述节点"),
            text("node_label", "节点类型"),
            text("source", "来源"),
            text("dataset", "数据集"),
            integer("closed_run", "关闭批次"),
            date("valid_from", "起"),
            text("kinds", "种类标签", doc="JSON list"),
            text("fields", "字段", doc="canonical JSON of the row's fields"),
        ),
        id_form="<node id>#<source>/<dataset>@<run>.<line>",
    ),
    NodeType(
        "Quarantine",
        "隔离记录",
        Audience.RESTRICTED,
        (
            text("source", "来源"),
            text("dataset", "数据集"),
            text("file", "文件"),
            text("sheet", "工作表"),
            text("row_hash", "行摘要"),
            text("raw_row", "原始行", doc="JSON, identity numbers masked"),
            text("errors", "错误", doc="JSON list of {field, code, value (masked), rule}"),
            text("policy_version", "校验规则版本"),
            text("status", "状态", "OPEN", "FIXED", "WAIVED"),
            text("pending", "待补", doc="JSON of the relationships that wait for a missing endpoint"),
        ),
        id_form="Q:<hash of source, dataset and the keyed hash of the row>",
    ),
)

NODES: dict[str, NodeType] = {n.label: n for n in _NODES}
PROVENANCE_NODES: dict[str, NodeType] = {n.label: n for n in _PROVENANCE}
PARTY = ("LegalEntity", "Person", "Household")
PERSONAL = frozenset({"id_mask", "birth_year"})
"""Properties of a public person that are not public: shown to whom he, or a duty, has opened himself."""
OF_ITS_BANK = frozenset({"core_draw_fen"})
"""Properties of a programme that only the bank which runs it may see."""
ABOUT_PARTIES = (
    "HouseholdAsset",
    "Order",
    "Invoice",
    "Receivable",
    "Guarantee",
    "LoanApplication",
    "Loan",
    "FinancialStatement",
    "Penalty",
    "ListMembership",
    "Authorization",
)
"""Key labels of records about particular parties. Who may not see one of the parties may not see the record: a claim
would else give away what is owed to a hidden household. A bank's own records stay visible to the bank."""


def key_label_of(node_id: str) -> str | None:
    """Return the key label that an id's prefix names (``E:``, ``P:``, ``H:``, ``C:``), or None for other ids."""
    prefixes = {"E": "LegalEntity", "P": "Person", "H": "Household", "C": "Contact"}
    head, colon, _ = node_id.partition(":")
    return prefixes.get(head) if colon else None

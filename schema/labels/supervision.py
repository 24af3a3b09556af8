"""What authorities and statements say about a party."""

from schema.access import Audience
from schema.fields import date, flag, money, text
from schema.node_type import NodeType

SUPERVISION = (
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
        about_parties=True,
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
            money("confiscated_fen", "没收违法所得、非法财物"),
            text("authority", "处罚机关"),
            date("expires_on", "处罚有效期", doc="the last day on which it holds"),
            date("published_until", "公示截止期", doc="the last day of its publication"),
            date("repaired_on", "修复日期"),
            text("status", "状态", "REVOKED", doc="REVOKED 撤销: it counts for nothing"),
            date("revoked_on", "撤销日期"),
        ),
        about_parties=True,
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
                "SANCTIONED",
                doc="SANCTIONED: on a public sanctions list",
            ),
            text("document_no", "文号"),
            text("authority", "列入机关"),
            date("listed_on", "列入日期"),
            date("removed_on", "移出日期"),
            text("tier", "层级"),
            text("regime", "依据"),
        ),
        ("Sanction",),
        about_parties=True,
    ),
)

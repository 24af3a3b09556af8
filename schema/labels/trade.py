"""Orders, invoices and claims."""

from schema.access import Audience
from schema.fields import date, flag, money, ratio, text
from schema.node_type import NodeType

TRADE = (
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
        about_parties=True,
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
        about_parties=True,
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
        about_parties=True,
    ),
)

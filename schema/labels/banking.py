"""Lines, vouchers, collateral, compensation and accounts: what banks and guarantee bodies keep beside the loans."""

from schema.access import Audience
from schema.fields import date, flag, instant, money, ratio, text
from schema.node_type import NodeType

BANKING = (
    NodeType(
        "Branch",
        "网点",
        Audience.PUBLIC,
        (text("name", "名称"), text("region_code", "行政区划代码")),
    ),
    NodeType(
        "CreditLine",
        "授信",
        Audience.BANK_PRIVATE,
        (
            text("scope", "授信对象", "ENTERPRISE", "HOUSEHOLD", "VILLAGE", "TOWN", "PARK", "CHAIN"),
            money("line_fen", "授信额度"),
            money("allocated_fen", "已分配"),
            money("drawn_fen", "已用信"),
            date("granted_on", "授信日期"),
            date("expires_on", "到期日"),
        ),
        about_parties=True,
    ),
    NodeType(
        "Voucher",
        "应收账款电子凭证",
        Audience.MEMBER,
        (
            text("number", "凭证编号"),
            money("amount_fen", "金额"),
            date("issued_on", "开具日期"),
            date("due_on", "到期日", doc="inherited by every part that is split off"),
            text("status", "状态", "HELD", "FINANCED", "SETTLED", "CANCELLED"),
            text("registration_no", "登记编号", doc="movables registry"),
        ),
        about_parties=True,
    ),
    NodeType(
        "Collateral",
        "抵质押物",
        Audience.MEMBER,
        (
            text(
                "collateral_kind",
                "类别",
                "CHATTEL 动产",
                "INVENTORY 存货",
                "EQUIPMENT 设备",
                "REAL_ESTATE 不动产",
                "RIGHT 权利",
            ),
            text("description", "描述"),
            money("secured_fen", "被担保主债权金额"),
            text("registration_no", "登记编号"),
            date("registered_on", "登记日期"),
            date("released_on", "注销日期"),
        ),
        about_parties=True,
    ),
    NodeType(
        "FinancingDemand",
        "融资需求",
        Audience.RESTRICTED,
        (
            money("amount_fen", "金额"),
            text("use", "用途"),
            date("submitted_on", "提交日期"),
            text("status", "状态", "OPEN", "MATCHED", "WITHDRAWN", "CLOSED"),
        ),
        about_parties=True,
    ),
    NodeType(
        "CompensationPool",
        "风险补偿资金池",
        Audience.MEMBER,
        (
            text("name", "名称"),
            text("target_kind", "支持对象", "BANK", "ENTERPRISE", "CREDIT_AGENCY"),
            money("cash_fen", "资金规模"),
            ratio("share_ratio", "补偿比例"),
        ),
    ),
    NodeType(
        "Claim",
        "代偿",
        Audience.BANK_PRIVATE,
        (
            money("amount_fen", "代偿金额"),
            date("paid_on", "代偿日期"),
            money("recovered_fen", "已追回"),
        ),
        about_parties=True,
    ),
    NodeType(
        "Subsidy",
        "财政补贴",
        Audience.PUBLIC,
        (
            text("name", "名称"),
            money("amount_fen", "金额"),
            date("granted_on", "拨付日期"),
            text("authority", "拨付机关"),
        ),
        about_parties=True,
    ),
    NodeType(
        "Account",
        "账户",
        Audience.BANK_PRIVATE,
        (
            text("account_kind", "账户类型"),
            instant("opened_at", "开户时间"),
            flag("blocked", "冻结"),
        ),
        about_parties=True,
    ),
    NodeType(
        "Medium",
        "登录介质",
        Audience.BANK_PRIVATE,
        (text("medium_kind", "介质类型"), instant("opened_at", "启用时间"), flag("blocked", "停用")),
    ),
)

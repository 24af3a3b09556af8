"""Banks, products, programmes, loans, guarantees and consents."""

from schema.access import Audience
from schema.fields import date, flag, money, text
from schema.node_type import NodeType

CREDIT = (
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
        "Guarantee",
        "担保",
        Audience.MEMBER,
        (
            money("amount_fen", "担保金额"),
            text(
                "form",
                "担保方式",
                "JOINT_AND_SEVERAL 连带责任保证",
                "GENERAL 一般保证",
                "HOUSEHOLD_GROUP 农户联保",
            ),
            date("called_on", "代偿日", doc="when the guarantor was called"),
        ),
        about_parties=True,
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
        about_parties=True,
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
                "classification",
                "五级分类",
                "NORMAL 正常",
                "SPECIAL_MENTION 关注",
                "SUBSTANDARD 次级",
                "DOUBTFUL 可疑",
                "LOSS 损失",
            ),
        ),
        about_parties=True,
    ),
    NodeType(
        "Authorization",
        "授权",
        Audience.RESTRICTED,
        (
            text("purpose", "用途"),
            text("evidence_hash", "凭证摘要", doc="sha256 of the signed document"),
        ),
        about_parties=True,
    ),
)

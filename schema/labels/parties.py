"""Parties, where they are and how they are reached."""

from schema.access import Audience
from schema.fields import date, flag, integer, money, number, text
from schema.node_type import NodeType

PARTIES = (
    NodeType(
        "LegalEntity",
        "法人及其他组织",
        Audience.PUBLIC,
        (
            text("uscc", "统一社会信用代码"),
            text("lei", "法人识别编码"),
            text("reg_no", "注册号"),
            text(
                "other_codes",
                "其他代码",
                doc="with its kind each, e.g. 组织机构代码 123456789; 股票代码 600000",
            ),
            text("name", "名称"),
            text("name_region", "名称中的行政区划"),
            text("name_brand", "字号"),
            text("name_industry", "名称中的行业"),
            text("legal_form", "组织形式"),
            text("branch", "分支机构", doc="ordinal or place, e.g. 1分公司"),
            text("status", "登记状态", "ACTIVE 存续", "SUSPENDED 停业", "REVOKED 吊销", "DEREGISTERED 注销"),
            text("scale", "企业规模", "LARGE 大型", "MEDIUM 中型", "SMALL 小型", "MICRO 微型"),
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
            text("star_rating", "星级", "EXCELLENT 优秀", "GOOD 良好", "FAIR 一般", "NONE 未评"),
            integer("civility_points", "文明积分", doc="not used for lending (trap T20)"),
            text(
                "collection_channel",
                "采集渠道",
                "PARTY_BRANCH",
                "YUEZHIZHU",
                "COMMISSIONER",
                "THREE_CAPITALS",
                "WHOLE_VILLAGE",
                doc="五个一: 支部党建共建 / 粤智助 / 金融特派员 / 三资平台 / 整村授信 (S1-44)",
            ),
            text("collection_basis", "采集依据", "DEMAND", "CONSENT", doc="S1-60"),
            date(
                "collection_basis_on",
                "依据日期",
                doc="day of the demand or consent; after an erasure: a later one",
            ),
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
        about_parties=True,
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
            text(
                "level", "级别", "PROVINCE 省", "CITY 市", "COUNTY 县", "TOWN 镇", "VILLAGE 村", "PARK 园区"
            ),
            text("vintage", "代码年份"),
        ),
        ("Village", "Town", "County", "City", "Province", "Park"),
        "12-digit code",
    ),
)

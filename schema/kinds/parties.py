"""Regions, enterprises, banks, persons, households and what describes them."""

from schema.access import Audience
from schema.fields import text
from schema.nodes import NODES, PARTY
from schema.records import Column, EdgeRule, Kind, NodeRule, Ref


def _columns(label: str, *names: str, required: tuple[str, ...] = ()) -> tuple[Column, ...]:
    """Columns named like the node's own fields; all of them when no name is given."""
    node = NODES[label]
    return tuple(Column(node.field(n), n in required) for n in names or node.field_names)


_ENTITY_KINDS = {
    "ENTERPRISE": "Enterprise",
    "SOLE_TRADER": "SoleTrader",
    "COOPERATIVE": "Cooperative",
    "COLLECTIVE": "Collective",
    "AGENCY": "Agency",
    "SOCIAL_ORGANISATION": "SocialOrganisation",
}
_ENTITY_FIELDS = (
    "uscc",
    "lei",
    "reg_no",
    "name",
    "status",
    "scale",
    "industry_code",
    "region_code",
    "registered_on",
    "registered_capital_fen",
    "state_owned",
    "shares_complete",
)

_REGION = Ref("region_code", ("Region",), "行政区划代码", required=False, soft=True)

_REGIONS = Kind(
    "regions",
    "行政区划",
    Audience.PUBLIC,
    _columns("Region", required=("name", "level")),
    (Ref("code", ("Region",), "区划代码"), Ref("parent_code", ("Region",), "上级代码", required=False)),
    NodeRule(
        "Region",
        ("code",),
        NODES["Region"].field_names,
        (),
        "level",
        {level: level.capitalize() for level in ("PROVINCE", "CITY", "COUNTY", "TOWN", "VILLAGE", "PARK")},
    ),
    (EdgeRule("PART_OF", "", "parent_code"),),
)

_ENTERPRISES = Kind(
    "enterprises",
    "企业",
    Audience.PUBLIC,
    (
        *_columns("LegalEntity", *(f for f in _ENTITY_FIELDS if f != "region_code"), required=("name",)),
        Column(text("entity_kind", "主体类型", *_ENTITY_KINDS), required=True),
    ),
    (_REGION,),
    NodeRule("LegalEntity", ("uscc", "record_id"), _ENTITY_FIELDS, (), "entity_kind", _ENTITY_KINDS),
    (EdgeRule("LOCATED_IN", "", "region_code", values={"role": "REGISTERED"}),),
)

_BANKS = Kind(
    "banks",
    "银行",
    Audience.PUBLIC,
    _columns("LegalEntity", "uscc", "name", required=("uscc", "name")),
    (_REGION,),
    NodeRule("LegalEntity", ("uscc",), ("uscc", "name", "region_code"), ("Enterprise", "Bank")),
    (EdgeRule("LOCATED_IN", "", "region_code", values={"role": "REGISTERED"}),),
)


def _people(name: str, zh: str, audience: Audience) -> Kind:
    identity = text("identity_number", "身份证号", doc="never kept: HMAC, mask and birth year are")
    return Kind(
        name,
        zh,
        audience,
        (*_columns("Person", "name", required=("name",)), Column(identity)),
        (),
        NodeRule("Person", ("identity_number", "record_id"), ("name",)),
    )


# The registry publishes who owns and runs a business; who lives in a farm household is nobody's business. One person
# who stands in both files is one node, public by the first.
_PERSONS = _people("persons", "工商登记中的自然人", Audience.PUBLIC)
_RESIDENTS = _people("residents", "居民(农户成员)", Audience.RESTRICTED)

_FAMILIES = Kind(
    "families",
    "亲属关系",
    Audience.RESTRICTED,
    (
        Column(
            text("kin", "关系", "SPOUSE 配偶", "PARENT 父母", "CHILD 子女", "SIBLING 兄弟姐妹"), required=True
        ),
    ),
    (Ref("person", ("Person",), "本人"), Ref("relative", ("Person",), "亲属")),
    edges=(EdgeRule("FAMILY_OF", "person", "relative", ("kin",)),),
)

_HOUSEHOLDS = Kind(
    "households",
    "农户",
    Audience.RESTRICTED,
    _columns(
        "Household",
        "star_rating",
        "civility_points",
        "collection_channel",
        "collection_basis",
        "collection_basis_on",
        required=("collection_channel", "collection_basis"),
    ),
    (Ref("head", ("Person",), "户主"), Ref("village_code", ("Region",), "行政村代码", soft=True)),
    NodeRule("Household", ("record_id",), NODES["Household"].field_names),
    (
        EdgeRule("MEMBER_OF", "head", "", values={"head": True}),
        EdgeRule("LOCATED_IN", "", "village_code", values={"role": "HOME"}),
    ),
)

_HOUSEHOLD_MEMBERS = Kind(
    "household_members",
    "家庭成员",
    Audience.RESTRICTED,
    (),
    (Ref("person", ("Person",), "成员"), Ref("household", ("Household",), "农户")),
    edges=(EdgeRule("MEMBER_OF", "person", "household", values={"head": False}),),
)

_HOUSEHOLD_ASSETS = Kind(
    "household_assets",
    "农户生产资料",
    Audience.RESTRICTED,
    _columns("HouseholdAsset", required=("asset_kind", "species")),
    (Ref("household", ("Household",), "农户"),),
    NodeRule("HouseholdAsset", ("record_id",), NODES["HouseholdAsset"].field_names),
    (EdgeRule("HAS_ASSET", "household", ""),),
)

_CONTACTS = Kind(
    "contacts",
    "联系方式",
    Audience.MEMBER,
    (
        *_columns("Contact", required=("contact_kind",)),
        Column(text("value", "内容", doc="never kept: only its keyed hash is"), required=True),
    ),
    (Ref("party", PARTY, "主体"),),
    NodeRule(
        "Contact",
        ("value",),
        ("contact_kind",),
        (),
        "contact_kind",
        {"ADDRESS": "Address", "PHONE": "Phone", "ACCOUNTANT": "Accountant", "IP": "IpAddress"},
    ),
    (EdgeRule("REACHED_AT", "party", ""),),
)

PARTIES = (
    _REGIONS,
    _ENTERPRISES,
    _BANKS,
    _PERSONS,
    _RESIDENTS,
    _FAMILIES,
    _HOUSEHOLDS,
    _HOUSEHOLD_MEMBERS,
    _HOUSEHOLD_ASSETS,
    _CONTACTS,
)

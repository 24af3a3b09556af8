"""Who owns, runs and appoints."""

from schema.access import Audience
from schema.edges import EDGES
from schema.nodes import PARTY
from schema.records import EdgeRule, Kind, Ref, columns_of

_ENTITY = ("LegalEntity",)


OWNERSHIP = (
    Kind(
        "shareholdings",
        "股权",
        Audience.PUBLIC,
        columns_of(EDGES["OWNS"].fields),
        (Ref("owner", PARTY, "股东"), Ref("asset", _ENTITY, "被投资企业")),
        edges=(EdgeRule("OWNS", "owner", "asset", EDGES["OWNS"].field_names),),
    ),
    Kind(
        "partners",
        "合伙人",
        Audience.PUBLIC,
        columns_of(EDGES["PARTNER_OF"].fields, "role"),
        (Ref("partner", PARTY, "合伙人"), Ref("partnership", _ENTITY, "合伙企业")),
        edges=(EdgeRule("PARTNER_OF", "partner", "partnership", EDGES["PARTNER_OF"].field_names),),
    ),
    Kind(
        "board_appointments",
        "董事委派",
        Audience.PUBLIC,
        columns_of(EDGES["APPOINTS"].fields, "seats", "board_size"),
        (Ref("appointer", PARTY, "委派方"), Ref("company", _ENTITY, "企业")),
        edges=(EdgeRule("APPOINTS", "appointer", "company", EDGES["APPOINTS"].field_names),),
    ),
    Kind(
        "legal_representatives",
        "法定代表人",
        Audience.PUBLIC,
        (),
        (Ref("person", ("Person",), "法定代表人"), Ref("company", _ENTITY, "企业")),
        edges=(EdgeRule("LEGAL_REP_OF", "person", "company"),),
    ),
    Kind(
        "posts",
        "任职",
        Audience.PUBLIC,
        columns_of(EDGES["HOLDS_POST"].fields, "post"),
        (Ref("person", ("Person",), "任职人"), Ref("company", _ENTITY, "企业")),
        edges=(EdgeRule("HOLDS_POST", "person", "company", ("post",)),),
    ),
    Kind(
        "concert_parties",
        "一致行动人",
        Audience.PUBLIC,
        (),
        (Ref("party", PARTY, "一方"), Ref("other", PARTY, "另一方")),
        edges=(EdgeRule("ACTS_WITH", "party", "other"),),
    ),
)

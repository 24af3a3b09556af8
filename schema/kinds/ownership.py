"""Who owns, runs and appoints."""

from schema.access import Audience
from schema.edges import EDGES
from schema.nodes import PARTY
from schema.records import Column, EdgeRule, Kind, Ref

_ENTITY = ("LegalEntity",)


def _columns(edge: str, *required: str) -> tuple[Column, ...]:
    return tuple(Column(f, f.name in required) for f in EDGES[edge].fields)


OWNERSHIP = (
    Kind(
        "shareholdings",
        "股权",
        Audience.PUBLIC,
        _columns("OWNS"),
        (Ref("owner", PARTY, "股东"), Ref("asset", _ENTITY, "被投资企业")),
        edges=(EdgeRule("OWNS", "owner", "asset", EDGES["OWNS"].field_names),),
    ),
    Kind(
        "partners",
        "合伙人",
        Audience.PUBLIC,
        _columns("PARTNER_OF", "role"),
        (Ref("partner", PARTY, "合伙人"), Ref("partnership", _ENTITY, "合伙企业")),
        edges=(EdgeRule("PARTNER_OF", "partner", "partnership", EDGES["PARTNER_OF"].field_names),),
    ),
    Kind(
        "board_appointments",
        "董事委派",
        Audience.PUBLIC,
        _columns("APPOINTS", "seats", "board_size"),
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
        _columns("HOLDS_POST", "post"),
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

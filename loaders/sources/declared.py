"""What public formats declare beside shares: interests of any kind, and owners who are not named.

They are no canonical kinds: a department delivers shares, posts and partners as such.
"""

from __future__ import annotations

from typing import Final

from schema.access import Audience
from schema.edges import EDGES
from schema.nodes import NODES, PARTY
from schema.records import Column, EdgeRule, Kind, NodeRule, Ref, columns_of

_ENTITY = ("LegalEntity",)
_INTEREST, _GAP = EDGES["HAS_INTEREST_IN"], NODES["OwnershipGap"]

INTERESTS: Final = Kind(
    "declared_interests",
    "申报权益",
    Audience.PUBLIC,
    columns_of(_INTEREST.fields, "interest"),
    (Ref("owner", PARTY, "权益人"), Ref("subject", _ENTITY, "对象")),
    edges=(EdgeRule(_INTEREST.name, "owner", "subject", _INTEREST.field_names),),
    withdrawn=("status", "annulled_on"),
)
GAPS: Final = Kind(
    "ownership_gaps",
    "未披露的权益人",
    Audience.PUBLIC,
    columns_of(_GAP.fields, "scope", "reason"),
    (Ref("company", _ENTITY, "企业"),),
    NodeRule(_GAP.label, ("record_id",), _GAP.field_names),
    (EdgeRule("SUBJECT_OF", "company", ""),),
)
PARTIAL: Final = Kind(
    "partial_owners",
    "股东未全部申报的企业",
    Audience.PUBLIC,
    (Column(NODES["LegalEntity"].field("shares_complete")),),
    node=NodeRule("LegalEntity", ("record_id",), ("shares_complete",), known=True),
)
"""Says of an entity that others describe that its declared owners are not all of them; nothing, when that is over."""

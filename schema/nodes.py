"""Every node of the graph, declared once (``schema/labels``, a subject a file).

A node has one *key label*, which carries ``id`` and the uniqueness constraint, and any number of *kind labels*.
Constraints, write statements, loader contracts, the data dictionary and the GraphQL descriptions follow from here.
"""

from __future__ import annotations

from schema.labels.banking import BANKING
from schema.labels.credit import CREDIT
from schema.labels.departments import DEPARTMENTS
from schema.labels.parties import PARTIES
from schema.labels.provenance import PROVENANCE
from schema.labels.supervision import SUPERVISION
from schema.labels.trade import TRADE
from schema.node_type import NODE_COMMON, NodeType

__all__ = [
    "ABOUT_PARTIES",
    "NODES",
    "NODE_COMMON",
    "OF_ITS_BANK",
    "PARTY",
    "PERSONAL",
    "PLACED",
    "PROVENANCE_NODES",
    "NodeType",
    "key_label_of",
]

# The parties come first: algorithms number them from 0.
NODES: dict[str, NodeType] = {
    n.label: n for n in (*PARTIES, *CREDIT, *TRADE, *SUPERVISION, *DEPARTMENTS, *BANKING)
}
PROVENANCE_NODES: dict[str, NodeType] = {n.label: n for n in PROVENANCE}
PARTY = ("LegalEntity", "Person", "Household")
PERSONAL = frozenset({"id_mask", "birth_year"})
"""Properties of a public person that are not public: shown to whom he, or a duty, has opened himself."""
OF_ITS_BANK = frozenset({"core_draw_fen"})
"""Properties of a programme that only the bank which runs it may see."""
PLACED = {"LegalEntity": "region_code", "Household": "village_code"}
"""Party labels that belong to a division -> the property with its code."""
ABOUT_PARTIES = tuple(n.label for n in NODES.values() if n.about_parties)
"""Key labels of records about particular parties. Who may not see one of the parties may not see the record: a claim
would else give away what is owed to a hidden household. A bank's own records stay visible to the bank."""


def key_label_of(node_id: str) -> str | None:
    """Return the key label that an id's prefix names (``E:``, ``P:``, ``H:``, ``C:``), or None for other ids."""
    prefixes = {"E": "LegalEntity", "P": "Person", "H": "Household", "C": "Contact"}
    head, colon, _ = node_id.partition(":")
    return prefixes.get(head) if colon else None

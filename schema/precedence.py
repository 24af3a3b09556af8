"""Whose word counts when several datasets state one field of a node.

Datasets are named in order; one that is not named comes after them. Among equals a department comes before those that it
succeeded, and these in the order of the catalogue; then the latest row first. The rows that lose stay visible as Records.
Registration data is the registry's: a bank list or a partner's own file never overrules it.
"""

from __future__ import annotations

from schema.datasets import source_rank

_REGISTRY_FIRST = ("REGISTRATION", "enterprises", "gleif_level1", "banks")

PRECEDENCE: dict[tuple[str, str], tuple[str, ...]] = {
    ("LegalEntity", name): _REGISTRY_FIRST
    for name in (
        "uscc",
        "reg_no",
        "name",
        "name_region",
        "name_brand",
        "name_industry",
        "legal_form",
        "branch",
        "status",
        "region_code",
        "registered_on",
        "registered_capital_fen",
    )
} | {
    ("LegalEntity", "lei"): ("gleif_level1", "enterprises"),
    ("Person", "name"): ("persons", "residents"),
    ("Region", "name"): ("regions",),
}
"""(key label, field) -> datasets, the decisive one first."""


def standing(label: str, field: str, dataset: str, source: str) -> tuple[int, int]:
    """Return how much the word of a source's dataset counts for a field: the smaller the more; equals by recency."""
    order = PRECEDENCE.get((label, field), ())
    return order.index(dataset) if dataset in order else len(order), source_rank(source)

"""The Cypher that is generated from ``schema/``: one place where a declaration becomes text."""

from __future__ import annotations

from collections.abc import Iterable

from queries.engine import Export
from schema.edges import EDGE_COMMON, EDGES
from schema.fields import Field, FieldType
from schema.nodes import NODES, PLACED, PROVENANCE_NODES

COUNTER = "RunCounter"
ALL_NODES = {**NODES, **PROVENANCE_NODES}
WRITABLE = {
    **NODES,
    **{label: PROVENANCE_NODES[label] for label in ("Quarantine", "Batch", "ScreeningDecision")},
}
"""Labels that a batch may describe; runs and Records are the store's own."""
LOWEST_KEY = -(1 << 63)
KNOWN_FACT = "e.run <= $known_run AND (e.closed_run IS NULL OR e.closed_run > $known_run)"
FACT_COMMON = ("key", "run", "line", "valid_from", "valid_to", "audience", "bank")
NODE_COMMON = ("audience", "bank", "run", "line")
LOOKED_UP = {
    "LegalEntity": ("uscc", "name"),
    "Person": ("name",),
    "LoadRun": ("number",),
    "Record": ("run",),
}
"""Node properties that the catalogue and the writers look up, beside the key."""


def constraints() -> list[tuple[str, str]]:
    """Return (label, statement) of the uniqueness of every key label."""
    return [
        (
            label,
            f"CREATE CONSTRAINT {label.lower()}_id IF NOT EXISTS FOR (n:{label}) REQUIRE n.id IS UNIQUE",
        )
        for label in (*ALL_NODES, COUNTER)
    ]


def node_indexes() -> list[tuple[str, str, str]]:
    """Return (label, property, statement) of every node index."""
    return [
        (
            label,
            name,
            f"CREATE INDEX {label.lower()}_{name} IF NOT EXISTS FOR (n:{label}) ON (n.{name})",
        )
        for label, names in LOOKED_UP.items()
        for name in names
    ]


def key_indexes() -> list[tuple[str, str]]:
    """Return (relationship, statement) of the index on each relationship's key."""
    return [
        (name, f"CREATE INDEX {name.lower()}_key IF NOT EXISTS FOR ()-[r:{name}]-() ON (r.key)")
        for name in EDGES
    ]


def run_indexes() -> list[str]:
    """Return the statements of the indexes that find what came or went after a run, for an engine that uses them."""
    return [
        *(
            f"CREATE INDEX {label.lower()}_run IF NOT EXISTS FOR (n:{label}) ON (n.run)"
            for label in NODES
            if "run" not in LOOKED_UP.get(label, ())
        ),
        *(
            f"CREATE INDEX {name.lower()}_{of} IF NOT EXISTS FOR ()-[r:{name}]-() ON (r.{of})"
            for name in EDGES
            for of in ("run", "closed_run")
        ),
    ]


def create_nodes(label: str, kinds: Iterable[str], fields: Iterable[str]) -> str:
    """Create nodes from ``$rows``.

    ``name`` is always written, if only as null: the embedded engine invents a name for a node that has none.
    """
    pairs = {n: f"r.{n}" for n in ("id", "line", "audience", *fields)}
    written = ", ".join(f"{n}: {value}" for n, value in ({"name": "null"} | pairs).items())
    return f"UNWIND $rows AS r CREATE (:{':'.join((label, *kinds))} {{{written}, run: $run}})"


def set_node(label: str, added: Iterable[str], removed: Iterable[str], *, with_line: bool) -> str:
    """Overwrite every declared property and the kind labels of the nodes in ``$rows``."""
    common = ("audience", "bank", "line") if with_line else ("audience", "bank")
    pairs = ", ".join(f"n.{f} = r.{f}" for f in (*common, *ALL_NODES[label].field_names))
    labels = "".join(f" SET n:{k}" for k in added) + "".join(f" REMOVE n:{k}" for k in removed)
    return f"UNWIND $rows AS r MATCH (n:{label} {{id: r.id}}) SET {pairs}{labels}"


def find_nodes(label: str) -> str:
    """Return what the nodes of ``$ids`` hold now, a row a node that exists."""
    columns = ", ".join(f"n.{f} AS {f}" for f in ALL_NODES[label].field_names)
    return (
        f"UNWIND $ids AS id MATCH (n:{label} {{id: id}}) RETURN n.id AS id, labels(n) AS kinds, "
        f"n.audience AS audience, n.bank AS bank, n.run AS run, n.line AS line, n.versioned AS versioned, {columns}"
    )


def export_nodes(label: str, known_run: int, ids: list[str] | None) -> Export:
    """Export nodes of a label: all of a run's time, or those asked for."""
    chosen = "" if ids is None else "UNWIND $ids AS wanted "
    pattern = f"{chosen}MATCH (n:{label}{'' if ids is None else ' {id: wanted}'})"
    names = (*NODE_COMMON, "versioned", *ALL_NODES[label].field_names)
    return Export(
        pattern,
        "n.run <= $known_run",
        "n",
        "n.id",
        "",
        (("id", "n.id"), ("kinds", "labels(n)"), *((n, f"n.{n}") for n in names)),
        {"known_run": known_run} if ids is None else {"known_run": known_run, "ids": sorted({*ids})},
        _dates(ALL_NODES[label].fields),
    )


TOUCHED = (
    "MATCH ()-[e]->() WHERE (e.run > $since AND e.run <= $known_run) "
    "OR (e.closed_run > $since AND e.closed_run <= $known_run) RETURN DISTINCT type(e) AS name"
)


def changed_nodes(label: str) -> tuple[str, str]:
    """Return the statements that find the nodes of a label which are new after ``$since``, or of which more is said."""
    return (
        f"MATCH (n:{label}) WHERE n.run > $since AND n.run <= $known_run RETURN n.id AS id",
        f"MATCH (r:Record) WHERE r.run > $since AND r.run <= $known_run AND r.node_label = '{label}' RETURN r.node_id AS id",
    )


def export_facts(relationship: str, known_run: int) -> Export:
    """Export the facts of a relationship that are known at a run."""
    return _export_facts(relationship, {"known_run": known_run}, KNOWN_FACT)


def export_new_facts(relationship: str, since: int, known_run: int) -> Export:
    """Export the facts that are known at a run and were not at an earlier one."""
    params = {"since": since, "known_run": known_run}
    return _export_facts(relationship, params, f"e.run > $since AND {KNOWN_FACT}", "run")


def export_gone_facts(relationship: str, since: int, known_run: int) -> Export:
    """Export the facts that were known at a run and are not at a later one."""
    params = {"since": since, "known_run": known_run}
    where = "e.closed_run > $since AND e.closed_run <= $known_run AND e.run <= $since"
    return _export_facts(relationship, params, where, "closed_run")


def _export_facts(relationship: str, params: dict[str, int], where: str, found_by: str = "") -> Export:
    names = (*FACT_COMMON, *EDGES[relationship].field_names)
    return Export(
        f"MATCH (a)-[e:{relationship}]->(b)",
        where,
        "a, e, b",
        "e.key",
        LOWEST_KEY,
        (
            ("start", "a.id"),
            ("end", "b.id"),
            ("start_label", key_label_of("a", EDGES[relationship].starts)),
            ("end_label", key_label_of("b", EDGES[relationship].ends)),
            *((n, f"e.{n}") for n in names),
        ),
        params,
        _dates((*EDGE_COMMON, *EDGES[relationship].fields)),
        f"e:{relationship}({found_by})" if found_by else "",
    )


def in_region(start: str, end: str) -> str:
    """Write the condition that one end of a fact belongs to ``$region``."""
    places = (f"{end_of}.{name}" for end_of in (start, end) for name in PLACED.values())
    return f"coalesce({', '.join(places)}, '') STARTS WITH $region"


def _dates(fields: Iterable[Field]) -> frozenset[str]:
    return frozenset(field.name for field in fields if field.kind is FieldType.DATE)


def key_label_of(variable: str, labels: tuple[str, ...]) -> str:
    """Write an expression for which of its possible key labels a node has: an id is unique within one only."""
    if len(labels) == 1:
        return f"'{labels[0]}'"
    return "CASE " + " ".join(f"WHEN {variable}:{label} THEN '{label}'" for label in labels) + " END"


def _content(relationship: str) -> tuple[str, ...]:
    return ("valid_from", "valid_to", "audience", "bank", *EDGES[relationship].field_names)


def find_facts(relationship: str, start_label: str, end_label: str) -> str:
    """Return the open facts that stand between the same ends under the same keys as ``$rows``."""
    columns = ", ".join(f"e.{f} AS {f}" for f in _content(relationship))
    return (
        f"UNWIND $rows AS r MATCH (a:{start_label} {{id: r.start}})-[e:{relationship} {{key: r.key}}]->"
        f"(b:{end_label} {{id: r.`end`}}) WHERE e.closed_run IS NULL RETURN e.key AS key, e.run AS run, {columns}"
    )


def content_fields(relationship: str) -> tuple[str, ...]:
    """Name what two versions of a fact are compared by, beside their ends."""
    return _content(relationship)


def made_by(variable: str) -> str:
    """Write the condition that a node was made by the runs up to ``$ceiling``.

    A sum is no key of an index: a plan made while the graph is empty would else look nodes up by their run, and keep to it
    when there are many (measured: minutes instead of a second for 21,100 rows).
    """
    return f"{variable}.run + 0 <= $ceiling"


def create_facts(relationship: str, start_label: str, end_label: str, fields: Iterable[str]) -> str:
    """Create facts from ``$rows`` where both ends exist, and count them."""
    pairs = ", ".join(f"{n}: r.{n}" for n in ("key", "line", "audience", *fields))
    return (
        f"UNWIND $rows AS r MATCH (a:{start_label} {{id: r.start}}) WHERE {made_by('a')} "
        f"MATCH (b:{end_label} {{id: r.`end`}}) WHERE {made_by('b')} "
        f"CREATE (a)-[:{relationship} {{{pairs}, run: $run}}]->(b) RETURN count(*) AS made"
    )


def replace_facts(relationship: str, ends: tuple[str, str], at_label: str, fields: Iterable[str]) -> str:
    """Put the facts of ``$rows`` in the place of what this run, or a later one of its load, stated under their keys."""
    pairs = ", ".join(f"{n}: r.{n}" for n in ("key", "line", "audience", *fields))
    return (
        f"UNWIND $rows AS r MATCH (x:{at_label} {{id: r.at}})-[old:{relationship} {{key: r.key}}]->() "
        f"WHERE old.run >= $run DELETE old WITH r MATCH (a:{ends[0]} {{id: r.start}}) "
        f"MATCH (b:{ends[1]} {{id: r.`end`}}) CREATE (a)-[:{relationship} {{{pairs}, run: $run}}]->(b)"
    )


def close_facts(relationship: str, start_label: str) -> str:
    """Close the open facts of earlier runs under the keys of ``$rows`` (``at`` = id of the start, ``key``)."""
    return (
        f"UNWIND $rows AS r MATCH (a:{start_label} {{id: r.at}})-[e:{relationship} {{key: r.key}}]->() "
        f"WHERE e.closed_run IS NULL AND e.run < $run SET e.closed_run = $run"
    )


def find_moved(relationship: str) -> str:
    """Return where the open facts under ``$keys`` start; for an engine that finds a relationship by its key."""
    return (
        f"UNWIND $keys AS key MATCH (a)-[e:{relationship} {{key: key}}]->() WHERE e.closed_run IS NULL "
        f"RETURN e.key AS key, a.id AS at, labels(a) AS labels, e.run AS run"
    )


def open_series(relationship: str) -> str:
    """Return where every open fact of a relationship starts."""
    return (
        f"MATCH (a)-[e:{relationship}]->() WHERE e.closed_run IS NULL "
        f"RETURN e.key AS key, a.id AS at, labels(a) AS labels, e.run AS run"
    )


SAMPLES: dict[FieldType, str] = {
    FieldType.STRING: "''",
    FieldType.INTEGER: "0",
    FieldType.MONEY: "0",
    FieldType.RATIO: "0.0",
    FieldType.NUMBER: "0.0",
    FieldType.BOOLEAN: "false",
    FieldType.DATE: "date('2000-01-01')",
    FieldType.DATETIME: "datetime('2000-01-01T00:00:00Z')",
}


def introduce(label: str, fields: Iterable[Field]) -> str:
    """Make the properties of a label known to an engine that refuses unknown ones, leaving nothing behind."""
    pairs = ", ".join(f"n.{f.name} = {SAMPLES[f.kind]}" for f in fields if f.name != "id")
    return f"CREATE (n:{label} {{id: $id}}) SET {pairs} DELETE n"

"""``docs/data-dictionary.md``: the canonical files, and the graph that they become, from the declarations of ``schema``."""

from __future__ import annotations

from collections.abc import Iterable

from graph_service.docs.markdown import table
from schema.edges import EDGE_COMMON, EDGES
from schema.fields import Field, FieldType
from schema.kinds import KINDS
from schema.nodes import NODE_COMMON, NODES, PROVENANCE_NODES, NodeType
from schema.records import ROW_COLUMNS, EdgeRule, Kind, Ref

_INTRODUCTION = """\
# Data dictionary 数据字典

Written by `make docs` from the declarations in `schema/`; a test fails when this page is stale.

A canonical file is a CSV file in UTF-8 or GB18030, named after its kind (`enterprises.csv`), whose first line names its
columns in any order. Load one with `python -m graph_service load KIND PATH`, a whole folder with `load canonical PATH`.
An empty cell means unknown. Every file may also have the columns of [every row](#every-row).

How values are written:
"""
_WRITTEN = {
    FieldType.STRING: "text, trimmed",
    FieldType.INTEGER: "whole number of up to 64 bits",
    FieldType.MONEY: "whole number of fen 分 (the name ends in `_fen`)",
    FieldType.RATIO: "decimal from 0 to 1",
    FieldType.NUMBER: "decimal",
    FieldType.BOOLEAN: "true or false, 是 or 否, 1 or 0",
    FieldType.DATE: "civil date in Shanghai, `2026-11-01`",
    FieldType.DATETIME: "instant with its offset, `2026-11-01T08:00:00+08:00`",
}
_COLUMNS = ("Column", "Type", "Required", "Choices", "中文", "Notes")
_PROPERTIES = ("Property", "Type", "Choices", "中文", "Notes")


def data_dictionary() -> str:
    """Render the page; the same declarations give the same bytes."""
    parts = [
        _INTRODUCTION,
        table(("Type", "Written as"), ((kind.value, said) for kind, said in _WRITTEN.items())),
        "# Files 文件\n",
        "## every row\n\n" + table(_COLUMNS, (_column(c.field, c.required) for c in ROW_COLUMNS)),
        *(_kind(kind) for kind in KINDS.values()),
        "# Nodes 节点\n",
        "## every node\n\n" + table(_PROPERTIES, map(_property, NODE_COMMON)),
        *(_node(node) for node in (NODES | PROVENANCE_NODES).values()),
        "# Relationships 关系\n",
        "## every relationship\n\n" + table(_PROPERTIES, map(_property, EDGE_COMMON)),
        *(_edge(name) for name in EDGES),
    ]
    return "\n".join(parts)


def _kind(kind: Kind) -> str:
    rows = [
        *(_reference(ref) for ref in kind.refs),
        *(_column(column.field, column.name in kind.required) for column in kind.columns),
    ]
    needs = "" if "record_id" not in kind.required else " Needs `record_id`."
    return "\n".join(
        (
            f"## {kind.name} {kind.zh}\n",
            f"Class {kind.audience}.{needs} A row states {', '.join(_stated(kind))}.\n",
            table(_COLUMNS, rows),
        )
    )


def _stated(kind: Kind) -> Iterable[str]:
    if kind.node is not None:
        labels = ":".join((kind.node.label, *kind.node.kinds))
        yield f"a `{labels}`" + (
            f" (and a kind by `{kind.node.kind_column}`)" if kind.node.kind_column else ""
        )
    for edge in kind.edges:
        yield _sentence(edge, kind)


def _sentence(edge: EdgeRule, kind: Kind) -> str:
    """Read a relationship from left to right: ``owner`` OWNS ``asset``."""
    own = kind.node.label if kind.node else "?"
    return f"`{edge.start or own} {edge.relationship} {edge.end or own}`"


def _reference(ref: Ref) -> tuple[str, ...]:
    notes = "a missing one costs the relationship only" if ref.soft else ""
    return (
        f"`{ref.column}`",
        f"id of {' or '.join(ref.labels)}",
        "yes" if ref.required else "",
        "",
        ref.zh,
        notes,
    )


def _column(field: Field, required: bool) -> tuple[str, ...]:
    name, kind, choices, zh, notes = _property(field)
    return (name, kind, "yes" if required else "", choices, zh, notes)


def _property(field: Field) -> tuple[str, ...]:
    return (f"`{field.name}`", field.kind.value, ", ".join(field.spelled), field.zh, field.doc)


def _node(node: NodeType) -> str:
    kinds = f" Kinds: {', '.join(node.kinds)}." if node.kinds else ""
    return f"## {node.label} {node.zh}\n\nId `{node.id_form}`. Class {node.audience}.{kinds}\n\n" + table(
        _PROPERTIES, map(_property, node.fields)
    )


def _edge(name: str) -> str:
    edge = EDGES[name]
    ends = f"From {' or '.join(edge.starts)} to {' or '.join(edge.ends)}.\n"
    properties = "\n" + table(_PROPERTIES, map(_property, edge.fields)) if edge.fields else ""
    return f"## {edge.name} {edge.zh}\n\n{ends}{properties}"

"""Nodes: the Relay interface, the interface of parties, and one type per declared key label."""

from __future__ import annotations

from typing import Any, Final

import strawberry

from graph_service.api.declared import declared_type
from graph_service.api.ids import global_id
from graph_service.use_cases.parties import NodeAnswer
from schema.nodes import NODES, PARTY


def _id(root: Any) -> strawberry.ID:
    return strawberry.ID(global_id(root.label, root.id))


def _graph_id(root: Any) -> str:
    return str(root.id)


@strawberry.interface(description="Anything in the graph that has an id 图中的节点.")
class Node:
    """Relay's Node."""

    id: strawberry.ID = strawberry.field(
        resolver=_id, description="Opaque id: give it to `node` or to any id argument 全局标识."
    )
    graph_id: str = strawberry.field(
        resolver=_graph_id,
        description="The id inside the graph, as facts print it; every id argument takes it too 图内标识.",
    )
    kinds: list[str] = strawberry.field(description="What else it is, e.g. Bank, CoreEnterprise 类别标签.")

    @classmethod
    def resolve_type(cls, obj: Any, *_: Any) -> str:
        """Every node type is named after its key label."""
        return str(obj.label)

    @classmethod
    def is_type_of(cls, obj: Any, _: Any) -> bool:
        """Node types are resolved from what the use-cases describe."""
        return isinstance(obj, NodeAnswer)


@strawberry.interface(description="Somebody who can hold, owe, guarantee or consent 主体：企业、个人、农户.")
class Party(Node):
    """LegalEntity, Person, Household."""

    name: str | None = strawberry.field(
        description="What to call it; null where it has no name or it may not be seen 名称."
    )


def _node_type(label: str) -> type:
    declared = NODES[label]
    base = Party if label in PARTY else Node
    fields = (each for each in declared.fields if base is Node or each.name != "name")
    return strawberry.type(
        declared_type(label, fields, base), name=label, description=f"{declared.zh}. Id: {declared.id_form}."
    )


NODE_TYPES: Final[dict[str, type]] = {label: _node_type(label) for label in NODES}
LegalEntity: Any = NODE_TYPES["LegalEntity"]

"""Nodes: the Relay interface, the interface of parties, and one type per declared key label."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Final

import strawberry

from graph_service.api.caller import Info, When
from graph_service.api.declared import declared_type
from graph_service.api.ids import global_id, read_id
from graph_service.api.operations import AS_OF, KNOWN_AT
from graph_service.api.provenance import PropertyProvenance
from graph_service.use_cases.loan_history import has_loan_history
from graph_service.use_cases.parties import NodeAnswer
from graph_service.use_cases.provenance import provenance
from schema.nodes import NODES, PARTY

AsOf = Annotated[dt.date | None, strawberry.argument(description=AS_OF.description)]
KnownAt = Annotated[dt.datetime | None, strawberry.argument(description=KNOWN_AT.description)]

Bank = Annotated[
    strawberry.ID | None,
    strawberry.argument(description="Id of a bank, opaque or plain: its loans alone 银行标识."),
]


def _id(root: Any) -> strawberry.ID:
    return strawberry.ID(global_id(root.label, root.id))


def _graph_id(root: Any) -> str:
    return str(root.id)


def _provenance(
    root: Any, info: Info, as_of: AsOf = None, known_at: KnownAt = None
) -> list[PropertyProvenance] | None:
    """An operation of its own: authorised, computed and audited like any other."""
    found: Any = info.context.ask(
        "provenance",
        {"label": root.label, "id": root.id},
        When(as_of, known_at),
        lambda asking: provenance(asking, root.label, root.id),
    )
    return list(found)


def _has_loan_history(
    root: Any, info: Info, bank: Bank = None, as_of: AsOf = None, known_at: KnownAt = None
) -> bool | None:
    """An operation of its own, as provenance is."""
    at = None if bank is None else read_id(bank, "LegalEntity")
    found: Any = info.context.ask(
        "hasLoanHistory",
        {"id": root.id, "bank": at},
        When(as_of, known_at),
        lambda asking: has_loan_history(asking, root.id, at),
    )
    return None if found is None else bool(found)


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
    provenance: list[PropertyProvenance] | None = strawberry.field(
        resolver=_provenance,
        description="Of every property shown: who stated it, and who stated another value 字段来源.",
    )

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
    made: Any = declared_type(label, fields, base)
    if label == "LegalEntity":
        made.__annotations__["has_loan_history"] = bool | None
        made.has_loan_history = strawberry.field(
            resolver=_has_loan_history,
            description="Whether it has, or ever had, a loan that you may see (at `bank` alone: false, where its book is yours and"
            " holds none); null: not for you to know 有无信贷记录.",
        )
    kind: type = strawberry.type(made, name=label, description=f"{declared.zh}. Id: {declared.id_form}.")
    return kind


NODE_TYPES: Final[dict[str, type]] = {label: _node_type(label) for label in NODES}
LegalEntity: Any = NODE_TYPES["LegalEntity"]

"""Limits of a request document, counted through its fragments before it is validated.

Nothing here looks at the schema, so a document that is too large costs no more than the walk that finds it out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
)

from schema.errors import QueryTooCostly

TOKENS: Final = 2_000
_INTROSPECTION: Final = frozenset({"__schema", "__type"})


@dataclass(frozen=True)
class Size:
    """How large a document is, every fragment counted wherever it is spread.

    ``depth``: fields below one another (introspection, which has its own rule, counts as one); ``aliases``,
    ``directives``, ``fields``: how many.
    """

    depth: int = 0
    aliases: int = 0
    directives: int = 0
    fields: int = 0

    def beside(self, other: Size) -> Size:
        """Return the size of the two next to each other."""
        return Size(
            max(self.depth, other.depth),
            self.aliases + other.aliases,
            self.directives + other.directives,
            self.fields + other.fields,
        )


LIMITS: Final = Size(depth=12, aliases=15, directives=20, fields=1_000)


def require_within(document: DocumentNode, limits: Size = LIMITS) -> None:
    """Refuse a document over the limits. O(document).

    Raises
    ------
    QueryTooCostly
        Names the limit.
    """
    size = _Measure(document).size()
    for name in ("depth", "aliases", "directives", "fields"):
        allowed, found = getattr(limits, name), getattr(size, name)
        if found > allowed:
            raise QueryTooCostly(f"The query has {found} {name}; {allowed} are allowed. Split it up.")


class _Measure:
    def __init__(self, document: DocumentNode) -> None:
        self._document = document
        self._fragments = {
            d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)
        }
        self._known: dict[str, Size] = {}

    def size(self) -> Size:
        total = Size()
        for each in self._document.definitions:
            if isinstance(each, OperationDefinitionNode):
                found = self._set(each.selection_set)
                total = total.beside(Size(directives=len(each.directives or ()))).beside(found)
        return total

    def _set(self, selections: SelectionSetNode | None) -> Size:
        total = Size()
        for each in selections.selections if selections else ():
            total = total.beside(self._selection(each))
        return total

    def _selection(self, node: SelectionNode) -> Size:
        own = Size(directives=len(node.directives or ()))
        if isinstance(node, FieldNode):
            inner = Size() if node.name.value in _INTROSPECTION else self._set(node.selection_set)
            here = Size(
                inner.depth + 1, inner.aliases + (node.alias is not None), inner.directives, inner.fields + 1
            )
            return own.beside(here)
        if isinstance(node, FragmentSpreadNode):
            return own.beside(self._fragment(node.name.value))
        return own.beside(self._set(node.selection_set)) if isinstance(node, InlineFragmentNode) else own

    def _fragment(self, name: str) -> Size:
        if name not in self._known:
            self._known[name] = Size()  # a fragment that spreads itself is refused by validation
            fragment = self._fragments.get(name)
            if fragment is not None:
                self._known[name] = self._set(fragment.selection_set)
        return self._known[name]

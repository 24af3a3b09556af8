"""What a request would cost, in fields to resolve, before anything is computed: declared prices and page sizes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
)

from graph_service.api.connections import DEFAULT_FIRST
from schema.access import Role
from schema.errors import QueryTooCostly

BUDGETS: Final[dict[Role, int]] = {Role.PUBLIC: 5_000, Role.INTEGRATION: 1_000_000}
BUDGET: Final = 100_000

# What an operation costs beside its fields, in the same unit: about 20 µs of work on a county.
PRICES: Final[dict[str, int]] = {
    "searchParties": 100,
    "ownershipTree": 100,
    "beneficialOwners": 500,
    "guaranteeChain": 500,
    "chainCreditEligibility": 500,
    "chainProgram": 2_000,
    "ownershipNumbers": 500,
    "closeLinks": 500,
    "crossHoldings": 500,
    "relatedParties": 2_000,
    "relation": 2_000,
    "pseudoIndependentClusters": 2_000,
    "tradeCircles": 5_000,
    "namedQuery": 500,
    "connectedGroups": 2_000,
    "guaranteeNetwork": 1_000,
    "guaranteeCircles": 2_000,
    "dishonestyNotices": 500,
    "postLoanAlerts": 2_000,
    "creditPortrait": 1_000,
    "utilityStanding": 500,
    "safetyLicences": 100,
    "supportPolicies": 100,
    "statementConsistency": 1_000,
    "subsidyQuote": 1_000,
    "riskProfile": 2_000,
    "riskFeatures": 2_000,
    "whatIf": 5_000,
    "stressTest": 5_000,
    "neighbours": 100,
    "shortestPaths": 1_000,
}


@dataclass(frozen=True)
class Term:
    """A field: its own price, and what is under it as often as a page is long."""

    price: int
    first: int | str | None
    inner: tuple[Term, ...]

    def cost(self, variables: Mapping[str, Any], largest: int) -> int:
        """Return the price of the field with everything under it."""
        return self.price + self._times(variables, largest) * sum(
            t.cost(variables, largest) for t in self.inner
        )

    def _times(self, variables: Mapping[str, Any], largest: int) -> int:
        asked = variables.get(self.first, DEFAULT_FIRST) if isinstance(self.first, str) else self.first
        # More than the largest page is refused for what it is, when it is read.
        return min(max(asked, 1), largest) if isinstance(asked, int) else 1


def terms(document: DocumentNode) -> dict[str | None, tuple[Term, ...]]:
    """Return the terms of each operation, by name. O(fields), fragments expanded, so check the limits first."""
    fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
    operations = [d for d in document.definitions if isinstance(d, OperationDefinitionNode)]
    price: Callable[[str], int] = lambda name: 1 + PRICES.get(name, 0)  # noqa: E731 - roots have a price, others count
    return {
        (each.name.value if each.name else None): _terms(each.selection_set, fragments, price)
        for each in operations
    }


def require_affordable(
    found: tuple[Term, ...], variables: Mapping[str, Any], role: Role, largest: int
) -> None:
    """Refuse a request beyond the budget of its role: QueryTooCostly."""
    cost, budget = sum(term.cost(variables, largest) for term in found), BUDGETS.get(role, BUDGET)
    if cost > budget:
        raise QueryTooCostly(f"The query costs {cost}; a {role} may spend {budget}. Ask for smaller pages.")


def _terms(
    selections: SelectionSetNode | None,
    fragments: Mapping[str, FragmentDefinitionNode],
    price: Callable[[str], int],
) -> tuple[Term, ...]:
    found: list[Term] = []
    for node in selections.selections if selections else ():
        if isinstance(node, FieldNode):
            inner = _terms(node.selection_set, fragments, lambda _: 1)
            found.append(Term(price(node.name.value), _first(node), inner))
        elif isinstance(node, InlineFragmentNode):
            found.extend(_terms(node.selection_set, fragments, price))
        elif isinstance(node, FragmentSpreadNode) and node.name.value in fragments:
            found.extend(_terms(fragments[node.name.value].selection_set, fragments, price))
    return tuple(found)


def _first(node: FieldNode) -> int | str | None:
    """The page size: a number, the name of a variable, the default of a connection, or None where there is no page."""
    for argument in node.arguments or ():
        if argument.name.value == "first":
            value = argument.value
            if isinstance(value, IntValueNode):
                return int(value.value)
            return value.name.value if isinstance(value, VariableNode) else None
    inner = node.selection_set.selections if node.selection_set else ()
    pages = any(isinstance(each, FieldNode) and each.name.value == "edges" for each in inner)
    return DEFAULT_FIRST if pages else None

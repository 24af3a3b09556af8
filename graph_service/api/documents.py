"""Request documents: parsed, measured and validated once, then taken from a cache keyed by their text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    NoSchemaIntrospectionCustomRule,
    OperationDefinitionNode,
    parse,
    specified_rules,
    validate,
)

from graph_service.api.costs import Term, terms
from graph_service.api.limits import TOKENS, require_within
from schema.errors import QueryTooCostly

KEPT: Final = 1_000
LONGEST_KEPT: Final = 20_000
MOST_ERRORS: Final = 5


class DocumentRefused(Exception):
    """A document that is not executed, with what is wrong with it."""

    def __init__(self, errors: list[GraphQLError]) -> None:
        super().__init__("document refused")
        self.errors = errors


@dataclass(frozen=True)
class Prepared:
    """A document that may be executed, with its operations and their costs by name."""

    document: DocumentNode
    operations: Mapping[str | None, OperationDefinitionNode]
    terms: Mapping[str | None, tuple[Term, ...]]


class Documents:
    """Prepares documents for one schema; safe for threads.

    Parameters
    ----------
    schema : GraphQLSchema
    """

    def __init__(self, schema: GraphQLSchema) -> None:
        self._schema = schema
        # What is refused raises, so only good documents take up room.
        self._kept = lru_cache(maxsize=KEPT)(self._prepare)

    def prepare(self, text: str, *, guarded: bool) -> Prepared:
        """Return a document ready for execution.

        Parameters
        ----------
        text : str
        guarded : bool
            For an anonymous caller: no introspection, and no suggestions.

        Raises
        ------
        DocumentRefused
            A syntax error, over a limit, or not valid against the schema (at most five errors).
        """
        return self._kept(text, guarded) if len(text) <= LONGEST_KEPT else self._prepare(text, guarded)

    def _prepare(self, text: str, guarded: bool) -> Prepared:
        document = _parsed(text)
        rules = (*specified_rules, *((NoSchemaIntrospectionCustomRule,) if guarded else ()))
        errors = validate(self._schema, document, rules, max_errors=MOST_ERRORS, hide_suggestions=guarded)
        if errors:
            # Beyond the limit graphql-core adds one more, which says that it stopped.
            raise DocumentRefused(errors[:MOST_ERRORS])
        operations = {
            (each.name.value if each.name else None): each
            for each in document.definitions
            if isinstance(each, OperationDefinitionNode)
        }
        return Prepared(document, operations, terms(document))


def _parsed(text: str) -> DocumentNode:
    try:
        document = parse(text, max_tokens=TOKENS)
        require_within(document)
    except GraphQLError as error:
        if "tokens" in error.message:
            too_long = QueryTooCostly(f"The query has more than {TOKENS} tokens. Split it up.")
            raise DocumentRefused([_located(too_long)]) from None
        raise DocumentRefused([error]) from None
    except QueryTooCostly as error:
        raise DocumentRefused([_located(error)]) from None
    except RecursionError:
        too_deep = QueryTooCostly("The query is nested too deeply. Split it up.")
        raise DocumentRefused([_located(too_deep)]) from None
    return document


def _located(error: QueryTooCostly) -> GraphQLError:
    return GraphQLError(error.detail, original_error=error)

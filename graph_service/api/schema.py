"""The GraphQL schema, and its text."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any, Final

import strawberry
from graphql import GraphQLSchema
from strawberry.extensions import SchemaExtension
from strawberry.schema.config import StrawberryConfig

from graph_service.api.mutations import Mutation
from graph_service.api.nodes import NODE_TYPES
from graph_service.api.portrait import SECTIONS
from graph_service.api.queries import Query
from graph_service.api.scalars import SCALARS
from graph_service.api.sources import read


class PreparedDocument(SchemaExtension):
    """Puts the document that the request was admitted with in the place of parsing and validating it again."""

    def on_parse(self) -> Iterator[None]:
        """Hand over the parsed document."""
        self.execution_context.graphql_document = self.execution_context.context.document
        yield

    def on_validate(self) -> Iterator[None]:
        """It was validated when it was admitted."""
        self.execution_context.pre_execution_errors = []
        yield


class _Schema(strawberry.Schema):
    def process_errors(self, errors: Any, execution_context: Any = None) -> None:
        """Log nothing here: error texts may hold what a caller sent. ``api.errors`` logs what nobody expected."""


SCHEMA: Final = _Schema(
    query=Query,
    mutation=Mutation,
    types=(*NODE_TYPES.values(), *SECTIONS),
    extensions=[PreparedDocument],
    config=StrawberryConfig(scalar_map=SCALARS, default_resolver=read),
)


def core_schema() -> GraphQLSchema:
    """Return the schema as graphql-core knows it."""
    schema: GraphQLSchema = SCHEMA._schema
    return schema


@cache
def sdl() -> str:
    """Return the schema definition, as committed in ``graph_service/schema.graphql``."""
    return SCHEMA.as_str() + "\n"

"""Errors on the wire: typed, and nothing that nobody expected gets out."""

from __future__ import annotations

import logging

import pytest
from graphql import GraphQLError

from graph_service.api.errors import MASKED, formatted
from schema.errors import ConfigurationError, ConsentRequired, GraphServiceError, StoreUnavailable


def wrapped(error: Exception) -> GraphQLError:
    """As graphql-core hands it over: wrapped, sometimes twice."""
    return GraphQLError(str(error), original_error=GraphQLError(str(error), original_error=error))


def test_an_error_of_the_tree_keeps_code_message_and_whether_to_retry() -> None:
    assert formatted(wrapped(StoreUnavailable("The store is down."))) == {
        "message": "The store is down.",
        "extensions": {"code": "STORE_UNAVAILABLE", "retryable": True},
    }
    assert formatted(wrapped(ConsentRequired("No.")))["extensions"]["code"] == "CONSENT_REQUIRED"


@pytest.mark.parametrize(
    "error", [KeyError("441283198002030011"), ConfigurationError("/etc/secret is empty")]
)
def test_the_unknown_is_masked_and_logged_without_its_text(
    error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        shown = formatted(wrapped(error))
    assert shown["message"] == MASKED
    assert shown["extensions"]["code"] == "INTERNAL_SERVER_ERROR"
    assert shown["extensions"]["errorId"] in caplog.text
    assert type(error).__name__ in caplog.text
    for secret in ("441283198002030011", "/etc/secret"):
        assert secret not in caplog.text
        assert secret not in str(shown)


def test_every_error_class_has_a_stable_code() -> None:
    def below(kind: type[GraphServiceError]) -> set[type[GraphServiceError]]:
        return {kind}.union(*(below(each) for each in kind.__subclasses__()))

    codes = {formatted(wrapped(_made(kind)))["extensions"]["code"] for kind in below(GraphServiceError)}
    assert codes <= {
        "UNAUTHENTICATED", "FORBIDDEN", "CONSENT_REQUIRED", "PURPOSE_REQUIRED", "BAD_USER_INPUT", "NOT_FOUND",
        "CONFLICT", "QUERY_TOO_EXPENSIVE", "STORE_UNAVAILABLE", "STORE_TIMEOUT", "INTERNAL_SERVER_ERROR",
    }  # fmt: skip


def _made(kind: type[GraphServiceError]) -> GraphServiceError:
    made = kind.__new__(kind)
    GraphServiceError.__init__(made, "what is wrong")
    return made

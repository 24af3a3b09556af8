"""Refusals that the sender of a mutation can repair: they come back in its payload, typed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import strawberry

from schema.errors import Conflict, InputError, NotFound, QueryTooCostly

# Whatever else goes wrong is a GraphQL error.
REPAIRABLE = (InputError, Conflict, NotFound)


@strawberry.type(description="What is wrong with the input of a mutation 输入错误.")
class UserError:
    """A typed refusal."""

    code: str = strawberry.field(description="Stable code: BAD_USER_INPUT, CONFLICT or NOT_FOUND 代码.")
    message: str = strawberry.field(description="What is wrong and how to repair it 说明.")


@dataclass(frozen=True)
class Refused:
    """What a payload is resolved from when nothing was done: every payload has a nullable result and userErrors."""

    user_errors: tuple[UserError, ...]

    def __getattr__(self, name: str) -> None:
        """Whatever the payload would hold is absent."""
        if name.startswith("_"):
            raise AttributeError(name)  # what Python itself looks for


def repairable(ask: Callable[[], Any]) -> Any:
    """Turn a refusal that the sender can repair into the payload's userErrors."""
    try:
        return ask()
    except QueryTooCostly:
        raise
    except REPAIRABLE as error:
        return Refused((UserError(code=error.code, message=error.detail),))

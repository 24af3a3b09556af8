"""The context of one GraphQL request: who calls, and the one way to an answer."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias, TypeVar

import strawberry
from graphql import DocumentNode

from graph_service.asking import Asking, Question
from graph_service.service import Service
from graph_service.trust.principal import Principal
from schema.errors import StoreTimeout
from schema.periods import today_in_shanghai

T = TypeVar("T")


@dataclass(frozen=True)
class When:
    """The day that is asked about, and what was known; nothing said means today, as known now."""

    as_of: dt.date | None = None
    known_at: dt.datetime | None = None


@dataclass(frozen=True)
class Caller:
    """Who calls, for the time of one request.

    Parameters
    ----------
    service : Service
    principal : Principal
    deadline : float
        ``time.monotonic()`` after which no further part of the request is begun.
    document : DocumentNode, optional
        The request, parsed and validated.
    day : date, optional
        The day for every field that names none; None: today in Shanghai.
    """

    service: Service
    principal: Principal
    deadline: float = float("inf")
    document: DocumentNode | None = field(default=None, repr=False)
    day: dt.date | None = None

    def ask(
        self, operation: str, arguments: Mapping[str, object], when: When, compute: Callable[[Asking], T]
    ) -> T:
        """Have one operation authorised, computed and audited.

        Raises
        ------
        StoreTimeout
            The request's time is up.
        GraphServiceError
            Whatever policy and use-case say.
        """
        if time.monotonic() > self.deadline:
            raise StoreTimeout("The request took longer than allowed. Try again, or ask for less at once.")
        question = Question(self.principal, when.as_of or self.day or today_in_shanghai(), when.known_at)
        return self.service.answer(question, operation, arguments, compute)


Info: TypeAlias = strawberry.Info[Caller, None]

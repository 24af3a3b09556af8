"""Relay connections: pages of a list that an answer already holds.

A cursor counts within one answer: the same question on the same graph version gives the same list, in the same order.
Lists that their own declaration bounds (findings of a person, rules of a member, facts of a link) are plain lists.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final, Generic, TypeVar

import strawberry

from graph_service.api.caller import Info
from schema.access import Role
from schema.errors import InputError

T = TypeVar("T")

DEFAULT_FIRST: Final = 20
LARGEST_FIRST: Final = 100
LARGEST_FIRST_BATCH: Final = 10_000
BATCH_ROLES: Final = frozenset({Role.INTEGRATION})

First = Annotated[
    int,
    strawberry.argument(description="How many, 1 to 100 (to 10,000 for INTEGRATION) 条数."),
]
After = Annotated[
    str | None,
    strawberry.argument(description="Cursor of the last one of the page before 游标."),
]


@strawberry.type(description="Where a page stands in its list 分页信息.")
class PageInfo:
    """Relay's PageInfo."""

    has_next_page: bool = strawberry.field(description="Whether there is more 是否有下一页.")
    has_previous_page: bool = strawberry.field(description="Whether something came before 是否有上一页.")
    start_cursor: str | None = strawberry.field(description="Cursor of the first one 首游标.")
    end_cursor: str | None = strawberry.field(
        description="Cursor of the last one: give it as `after` 末游标."
    )


@strawberry.type(description="One of a list, with its cursor 列表项.")
class Edge(Generic[T]):
    """Relay's Edge."""

    node: T = strawberry.field(description="The thing itself 内容.")
    cursor: str = strawberry.field(description="Its place in the list 游标.")


@strawberry.type(description="A page of a list 分页列表.")
class Connection(Generic[T]):
    """Relay's Connection."""

    edges: list[Edge[T]] = strawberry.field(description="The page 本页.")
    page_info: PageInfo = strawberry.field(description="Where it stands 分页信息.")
    total_count: int | None = strawberry.field(
        description="Length of the whole list; null where it is not counted 总数."
    )
    truncated: bool = strawberry.field(
        description="True when a bound cut the list: there is more than `totalCount` 是否截断."
    )


@dataclass(frozen=True, slots=True)
class Place:
    """What an Edge is resolved from."""

    node: Any
    cursor: str


@dataclass(frozen=True, slots=True)
class Page:
    """What a Connection is resolved from."""

    edges: Sequence[Place]
    page_info: PageInfo
    total_count: int | None
    truncated: bool = False


def largest_first(role: Role) -> int:
    """Return how many a role may ask for at once."""
    return LARGEST_FIRST_BATCH if role in BATCH_ROLES else LARGEST_FIRST


def require_first(first: int, role: Role) -> None:
    """Refuse a page that is too large: InputError."""
    if not 1 <= first <= largest_first(role):
        raise InputError(f"`first` is 1 to {largest_first(role)} for a {role}. Page on with `after`.")


def page(items: Sequence[object], first: int, after: str | None, *, truncated: bool = False) -> Page:
    """Cut one page out of a list. O(first)."""
    start = _after(after)
    stop = min(start + first, len(items))
    places = [Place(items[at], _cursor(at)) for at in range(start, stop)]
    info = page_info(places, more=stop < len(items), before=start > 0)
    return Page(places, info, len(items), truncated)


def page_info(places: Sequence[Place], *, more: bool, before: bool) -> PageInfo:
    """Say where a page stands."""
    ends = (places[0].cursor, places[-1].cursor) if places else (None, None)
    return PageInfo(has_next_page=more, has_previous_page=before, start_cursor=ends[0], end_cursor=ends[1])


def listing(attribute: str, connection: Any, description: str) -> Any:
    """Declare a field that pages through a sequence of the source object.

    Parameters
    ----------
    attribute : str
        Name of the sequence.
    connection : type
        e.g. ``Connection[Holding]``.
    """

    def resolve(root: Any, info: Info, first: First = DEFAULT_FIRST, after: After = None) -> Page:
        require_first(first, info.context.principal.role)
        return page(getattr(root, attribute), first, after)

    return strawberry.field(resolver=resolve, graphql_type=connection, description=description)


def _cursor(place: int) -> str:
    return base64.urlsafe_b64encode(f"#{place}".encode()).decode()


def _after(cursor: str | None) -> int:
    if cursor is None:
        return 0
    try:
        text = base64.b64decode(cursor, altchars=b"-_", validate=True).decode("ascii")
    except (binascii.Error, ValueError):
        text = ""
    if text[:1] != "#" or not text[1:].isdigit() or len(text) > 12:
        raise InputError("`after` is none of the cursors that this list gave out.")
    return int(text[1:]) + 1

"""Pages of a list: every item once, in order, whatever the page size."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph_service.api.connections import page, require_first
from schema.access import Role
from schema.errors import InputError


@given(st.lists(st.integers(), max_size=40), st.integers(1, 50))
def test_paging_on_gives_every_item_once(items: list[int], first: int) -> None:
    seen: list[int] = []
    after, more = None, True
    while more:
        found = page(items, first, after)
        assert found.total_count == len(items)
        assert found.page_info.has_previous_page == bool(seen)
        seen += [edge.node for edge in found.edges]
        after, more = found.page_info.end_cursor, found.page_info.has_next_page
    assert seen == items


@pytest.mark.parametrize("cursor", ["", "x", "IzE", "I-==", "Iy0x", "KzE=", "I9mh"])
def test_a_foreign_cursor_is_refused(cursor: str) -> None:
    with pytest.raises(InputError, match="none of the cursors"):
        page([1, 2, 3], 1, cursor)


@pytest.mark.parametrize(
    ("role", "largest"), [(Role.PUBLIC, 100), (Role.SUPERVISOR, 100), (Role.INTEGRATION, 10_000)]
)
def test_a_page_has_a_largest_size(role: Role, largest: int) -> None:
    require_first(largest, role)
    for wrong in (0, -1, largest + 1):
        with pytest.raises(InputError, match=f"1 to {largest}"):
            require_first(wrong, role)

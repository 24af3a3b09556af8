"""A cursor that the query log never gave out is refused, whatever it holds."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import pytest

from graph_service.asking import Asking, Question
from graph_service.service import Service, open_service
from graph_service.settings import read_settings
from graph_service.trust.principal import Principal
from graph_service.use_cases.query_log import my_query_log
from schema.access import Purpose, Role
from schema.errors import InputError
from schema.periods import today_in_shanghai

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    opened = open_service(
        read_settings(store=f"embedded:{tmp_path / 'graph.kgl'}", data_dir=tmp_path), "test"
    )
    yield opened
    opened.close()


@pytest.mark.parametrize(
    "content",
    [
        "",
        "5",
        "null",
        '"abc"',
        "[]",
        '["t","w"]',
        '["t","w",null]',
        "[1,2,3]",
        '["t","w",-1]',
        f'["t","w",{2**63}]',
    ],
)
def test_a_foreign_cursor_is_refused(service: Service, content: str) -> None:
    someone = Principal(Role.SUBJECT, subject="P:t:1", purpose=Purpose.SUBJECT_ACCESS, token_id="t")
    asking = Asking(Question(someone, today_in_shanghai()), service.rooms)
    cursor = base64.urlsafe_b64encode(content.encode()).decode()
    for after in {cursor, f"{cursor}x", content} - {""}:
        with pytest.raises(InputError, match="none that this log gave out"):
            my_query_log(asking, service.audit, after=after)

"""Which media type a client is answered with (RFC 9110, 12.5.1; GraphQL over HTTP)."""

from __future__ import annotations

import pytest

from graph_service.web.negotiation import HTML, JSON, RESPONSE, is_json, names, preferred

OFFERED = (JSON, RESPONSE)


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        (None, JSON),
        ("", JSON),
        ("*/*", JSON),
        ("application/*", JSON),
        (RESPONSE, RESPONSE),
        (f"{JSON};q=0.5, {RESPONSE}", RESPONSE),
        (f"{RESPONSE};q=0.1, */*;q=0.9", JSON),
        (f"{RESPONSE}; charset=utf-8", RESPONSE),
        (f"{RESPONSE}; charset=gbk, {JSON};q=0.1", JSON),
        (f"{JSON};q=0, {RESPONSE}", RESPONSE),
        ("text/html", None),
        (f"{JSON};q=0", None),
        (f"{JSON};q=x", None),
    ],
)
def test_the_preferred_media_type_is_chosen(accept: str | None, chosen: str | None) -> None:
    assert preferred(accept, OFFERED) == chosen


def test_only_a_browser_that_names_html_is_shown_the_page() -> None:
    assert names("text/html,application/xhtml+xml,*/*;q=0.8", HTML)
    assert not names("*/*", HTML)
    assert not names("text/html;q=0", HTML)
    assert not names(None, HTML)


@pytest.mark.parametrize(
    ("content_type", "json"),
    [
        ("application/json", True),
        ('Application/JSON; charset="UTF-8"', True),
        ("application/json; charset=gbk", False),
        ("text/plain", False),
        (None, False),
    ],
)
def test_a_body_must_be_declared_as_json(content_type: str | None, json: bool) -> None:
    assert is_json(content_type) is json

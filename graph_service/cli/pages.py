"""``docs``: write the generated pages of the documentation anew."""

from __future__ import annotations

from graph_service.cli.desk import At
from graph_service.docs import CHECKOUT, in_checkout, write_pages
from schema.errors import InputError


def docs(*, desk: At) -> None:
    """Write the generated pages of docs/ anew. 重新生成文档"""
    if not in_checkout():
        raise InputError(f"{CHECKOUT} is no checkout: the pages are written where the tests and docs/ are.")
    for page in write_pages() or ["Every page says what the code says."]:
        desk.say(page)

"""``docs/cli.md``: every command, from its own help."""

from __future__ import annotations

import re
from typing import Final

from cyclopts import App

from graph_service.cli.app import APP

_INTRODUCTION: Final = """\
# The command line 命令行

Written by `make docs` from the commands' own help; a test fails when this page is stale.

"""
# What the generator of the help gets wrong about a program that is a module: its table of contents, usage and anchors.
_CORRECTIONS: Final = (
    (re.compile(r"\A# .*\n+"), ""),
    (re.compile(r"^## Table of Contents\n(?:\s*-.*\n)+\n*", re.MULTILINE), ""),
    # It is there or not, depending on whether the page is rendered by a command.
    (re.compile(r"```console\npython -m graph_service -m graph_service COMMAND .*\n```\n\n"), ""),
    (re.compile(r"\(#python-m-"), "(#python--m-"),
)


def cli_page() -> str:
    """Render the page; the same commands give the same bytes."""
    _resolve(APP)
    page = APP.generate_docs(output_format="markdown", recursive=True)
    for form, right in _CORRECTIONS:
        page = form.sub(right, page)
    return _INTRODUCTION + "\n".join(line.rstrip() for line in page.splitlines()) + "\n"


def _resolve(app: App) -> None:
    """Import every command: the help of one that was never imported is only its first line."""
    for name in app:
        if not name.startswith("-"):
            _resolve(app[name])

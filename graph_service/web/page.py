"""The page that a browser sees at ``/graphql``: one packaged file, allowed to run its own script and nothing else."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from importlib.resources import files
from typing import Final

from starlette.responses import HTMLResponse

_INLINE: Final = r"<{0}>(.*?)</{0}>"


@cache
def _page() -> tuple[str, str]:
    """Return the page and its content policy, which names script and style by their hashes."""
    html = files("graph_service.web").joinpath("page.html").read_text("utf-8")
    script, style = (_hashes(html, tag) for tag in ("script", "style"))
    policy = f"default-src 'none'; script-src {script}; style-src {style}; connect-src 'self'"
    return html, f"{policy}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


def page_response() -> HTMLResponse:
    """Return the page."""
    html, policy = _page()
    return HTMLResponse(html, headers={"Content-Security-Policy": policy, "Vary": "Accept"})


def _hashes(html: str, tag: str) -> str:
    found = re.findall(_INLINE.format(tag), html, re.DOTALL)
    return " ".join(
        f"'sha256-{base64.b64encode(hashlib.sha256(t.encode()).digest()).decode()}'" for t in found
    )

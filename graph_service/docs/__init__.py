"""The generated pages of the documentation: ``python -m graph_service docs`` writes them, a test finds stale ones."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from graph_service.docs.features_page import features_page

if TYPE_CHECKING:
    from collections.abc import Callable

CHECKOUT = Path(__file__).resolve().parents[2]

# Path within the checkout -> what must stand there. A page describes the code that runs, wherever it is written.
PAGES: dict[str, Callable[[], str]] = {
    "docs/features.md": lambda: features_page(CHECKOUT),
}


def stale_pages(root: Path = CHECKOUT) -> list[str]:
    """Return the paths of the pages under `root` that are missing or do not say what the code says."""
    return [path for path, render in PAGES.items() if _text(root / path) != render()]


def write_pages(root: Path = CHECKOUT) -> list[str]:
    """Write the stale pages anew under `root` and return their paths."""
    stale = stale_pages(root)
    for path in stale:
        page = root / path
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(PAGES[path](), encoding="utf-8", newline="\n")
    return stale


def _text(page: Path) -> str | None:
    return page.read_text(encoding="utf-8") if page.is_file() else None

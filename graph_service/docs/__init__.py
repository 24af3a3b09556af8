"""The generated pages of the documentation: ``python -m graph_service docs`` writes them, a test finds stale ones."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from graph_service.api.schema import sdl
from graph_service.docs.cli_page import cli_page
from graph_service.docs.data_dictionary import data_dictionary
from graph_service.docs.features_page import features_page
from graph_service.docs.json_schemas import kind_schemas
from graph_service.docs.method_cards import method_cards
from graph_service.docs.query_catalogue import query_catalogue
from graph_service.docs.risk_features_page import risk_features_page
from graph_service.docs.settings_page import settings_page

if TYPE_CHECKING:
    from collections.abc import Callable

CHECKOUT = Path(__file__).resolve().parents[2]

# Path within the checkout -> what must stand there. A page describes the code that runs, wherever it is written.
PAGES: dict[str, Callable[[], str]] = {
    "docs/features.md": lambda: features_page(CHECKOUT),
    "graph_service/schema.graphql": sdl,
    "docs/data-dictionary.md": data_dictionary,
    "docs/methods.md": lambda: method_cards(CHECKOUT),
    "docs/kinds.schema.json": kind_schemas,
    "docs/queries.md": query_catalogue,
    "docs/risk-features.md": risk_features_page,
    "docs/settings.md": settings_page,
    "docs/cli.md": cli_page,
}


def in_checkout() -> bool:
    """Whether the pages have their place here: an image of the service has neither docs/ nor tests/."""
    return (CHECKOUT / "docs" / "features.toml").is_file() and (CHECKOUT / "tests").is_dir()


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

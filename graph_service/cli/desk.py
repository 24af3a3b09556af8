"""What every command works with: the settings, two consoles, and a service that is opened when it is needed."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

import orjson
from cyclopts import Parameter
from rich.console import Console

from schema.errors import LeaseHeld

if TYPE_CHECKING:
    from graph_service.service import Service
    from graph_service.settings import Settings
    from loaders.patience import Patience

_WIDE = 160
"""Columns of output that no terminal shows: a file or a pipe is not wrapped at 80."""


class Failed(Exception):
    """Raised by a command whose check failed, after it said what is wrong."""


def _console(*, stderr: bool) -> Console:
    probe = Console(stderr=stderr)
    return probe if probe.is_terminal else Console(stderr=stderr, width=_WIDE)


@dataclass(frozen=True)
class Desk:
    """Where a command runs.

    Parameters
    ----------
    settings : Settings
    wait : float
        Seconds for which a command waits while another process holds the store.
    out, err : Console
        Results go to ``out``; progress and remarks to ``err``.
    """

    settings: Settings
    wait: float = 0.0
    out: Console = field(default_factory=lambda: _console(stderr=False))
    err: Console = field(default_factory=lambda: _console(stderr=True))

    @property
    def patience(self) -> Patience:
        """How this command waits for its turn, and says so."""
        patience: Patience = import_module("loaders.patience").Patience(
            self.wait, lambda text: self.err.print(text, highlight=False, soft_wrap=True)
        )
        return patience

    @contextmanager
    def service(self, writer: str = "cli") -> Iterator[Service]:
        """Open the service for one command; ``writer`` names its audit chain."""
        # Imported here: help needs no service, whose libraries take a second or two.
        opened = import_module("graph_service.service").open_service
        service: Service = self.patience.outlast(lambda: opened(self.settings, writer), LeaseHeld)
        try:
            yield service
        finally:
            service.close()

    def say(self, text: str) -> None:
        """Write a line as it is: not wrapped, nothing in it read as markup."""
        self.out.print(text, soft_wrap=True, markup=False, highlight=False)


At: TypeAlias = Annotated[Desk, Parameter(parse=False)]
"""A command's desk: filled in by the launcher, never written by the user."""


def desk_of(store: str | None, data: Path | None, wait: float = 0.0) -> Desk:
    """Return the desk for the global options; a store that nobody named lies in the data folder."""
    settings: Settings = import_module("graph_service.settings").read_settings(store=store, data_dir=data)
    if "store" not in settings.model_fields_set:
        settings = settings.model_copy(update={"store": f"embedded:{settings.data_dir / 'graph.kgl'}"})
    return Desk(settings, wait)


def write_json(content: Any) -> None:
    """Write one JSON object, and nothing else, to standard output."""
    sys.stdout.write(orjson.dumps(content, default=str).decode() + "\n")
    sys.stdout.flush()

"""The command line as tests call it: in this process, or as a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import pytest

from graph_service.cli.running import run

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output as the one JSON object that it is; anything beside it fails here."""
        return orjson.loads(self.out)


@dataclass(frozen=True)
class CommandLine:
    """Commands on one data folder, and optionally a store elsewhere."""

    data: Path
    capsys: pytest.CaptureFixture[str]
    store: str | None = None

    @property
    def globals(self) -> list[str]:
        """The options that every command takes."""
        return ["--data", str(self.data), *(["--store", self.store] if self.store else [])]

    def __call__(self, *words: object) -> Ended:
        """Run a command in this process."""
        self.capsys.readouterr()
        code = run([*map(str, words), *self.globals])
        said = self.capsys.readouterr()
        assert "Traceback" not in said.err
        return Ended(code, said.out, said.err)

    def process(self, *words: object, **environment: str) -> Ended:
        """Run a command as a user does."""
        command = [sys.executable, "-m", "graph_service", *map(str, words), *self.globals]
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=clean_environment() | environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert "Traceback" not in done.stderr
        return Ended(done.returncode, done.stdout, done.stderr)


def clean_environment() -> dict[str, str]:
    """Return the environment without anybody's settings of this service."""
    return {name: value for name, value in os.environ.items() if not name.startswith("GRAPH_SERVICE_")}

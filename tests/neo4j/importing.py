"""Fill the database of a home with import files, by the import tool of the same version (``org.neo4j:neo4j-import-tool``)."""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.neo4j.toolchain import find_java, resolve_jars

IMPORT_SECONDS = 1800


class ImportFailedError(Exception):
    """The import tool refused the files; the message carries the end of what it said."""


@dataclass(frozen=True)
class Imported:
    """What the tool says it has imported."""

    nodes: int
    relationships: int
    seconds: float


def import_files(home: Path, folder: Path, heap: str = "1g") -> Imported:
    """Run ``neo4j-admin database import full neo4j @import.args`` in a folder.

    Raises
    ------
    ImportFailedError
    ToolchainError
        No Java, or no way to the jars.
    """
    command = [str(find_java()), f"-Xmx{heap}"]
    command += [f"--add-opens=java.base/{p}=ALL-UNNAMED" for p in ("java.nio", "java.lang")]
    command += ["-cp", f"{resolve_jars()}/*", "org.neo4j.cli.AdminTool"]
    command += [
        "database",
        "import",
        "full",
        "neo4j",
        f"--report-file={home / 'import.report'}",
        "@import.args",
    ]
    environment = {**os.environ, "NEO4J_HOME": str(home), "NEO4J_CONF": str(home / "conf")}
    done = subprocess.run(
        command,
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=IMPORT_SECONDS,
        check=False,
    )
    said = re.search(
        r"IMPORT DONE in (?:(\d+)m )?(?:(\d+)s )?(?:(\d+)ms)?.*?(\d+) nodes\s+(\d+) relationships",
        done.stdout,
        re.DOTALL,
    )
    if done.returncode or said is None:
        raise ImportFailedError(f"{done.stdout[-2000:]}\n{done.stderr[-2000:]}")
    minutes, seconds, milliseconds, nodes, relationships = (int(text or 0) for text in said.groups())
    return Imported(nodes, relationships, minutes * 60 + seconds + milliseconds / 1000)

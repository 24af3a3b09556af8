"""A real Neo4j with its Graph Data Science library: its own jars as plugins, what else it needs on the class path."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from tests.neo4j.server import Neo4jServer, ServerOptions
from tests.neo4j.toolchain import resolve_jars

GDS_POM = Path(__file__).with_name("gds.xml")
GDS_VERSION = "2.13.9"


class GdsServer(Neo4jServer):
    """As ``Neo4jServer``, with 3 GB of heap and all of GDS's procedures."""

    def __init__(self) -> None:
        super().__init__(ServerOptions(heap="3g", page_cache="512m"))

    def _write_configuration(self) -> None:
        super()._write_configuration()
        with (self.home / "conf" / "neo4j.conf").open("a") as conf:
            conf.write("dbms.security.procedures.unrestricted=gds.*\n")
        plugins, extra = self.home / "plugins", self.home / "extra"
        plugins.mkdir()
        extra.mkdir()
        there = {_artifact(jar) for jar in resolve_jars().iterdir()}
        for jar in resolve_jars(GDS_POM).iterdir():
            if jar.name.endswith(f"-{GDS_VERSION}.jar"):
                shutil.copy(jar, plugins)
            elif _artifact(jar) not in there:
                shutil.copy(jar, extra)

    def _command(self, java: Path, lib: Path) -> list[str]:
        command = super()._command(java, lib)
        place = command.index("-cp") + 1
        command[place] += f":{self.home}/extra/*"
        return command


def _artifact(jar: Path) -> str:
    """A jar's name without its version."""
    return re.sub(r"-\d[\w.\-]*\.jar$", "", jar.name)

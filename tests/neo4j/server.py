"""One Neo4j Community server on loopback: a free port, a fresh home, gone when it is stopped.

For a demo or a benchmark: ``python -m tests.neo4j.server [--port N] [--password SECRET]`` serves until Ctrl-C.
"""

from __future__ import annotations

import argparse
import contextlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, Self

from neo4j import GraphDatabase
from neo4j.exceptions import AuthError, DriverError, Neo4jError

from tests.neo4j.importing import import_files
from tests.neo4j.toolchain import find_java, resolve_jars

if TYPE_CHECKING:
    from types import FrameType

USER = "neo4j"
START_SECONDS = 180
STOP_SECONDS = 20
# A test runs a statement a few times, so making it fast costs more than it ever saves: no second compiler, no collector
# with threads of its own, and a plan stays a plan though the graph it was made for is wiped (a quarter of the server's time).
HASTY_JAVA = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
HASTY_NEO4J = {"dbms.cypher.min_replan_interval": "1d"}
OPEN_PACKAGES = ("java.nio", "java.io", "sun.nio.ch", "java.util.concurrent")


class ServerStartError(Exception):
    """The server ended or stayed silent; the message carries the end of its log."""


@dataclass(frozen=True)
class ServerOptions:
    """How a server is to run.

    Parameters
    ----------
    port : int
        Bolt port on loopback; 0 takes a free one.
    password : str or None
        The password of user ``neo4j`` (at least 8 characters); None switches authentication off.
    heap, page_cache : str
        Memory as Java and Neo4j write it (``1g``, ``256m``).
    imports : Path or None
        Folder of import files that fill the database before the start.
    hasty : bool
        Answer soon rather than fast: for tests, at about half the processor time; never for a measurement.
    """

    port: int = 0
    password: str | None = None
    heap: str = "1g"
    page_cache: str = "256m"
    imports: Path | None = None
    hasty: bool = False


class Neo4jServer:
    """A running server, as a context manager.

    Attributes
    ----------
    url : str
        ``bolt://127.0.0.1:PORT``.
    auth : tuple of str, or None
        User and password, or None when authentication is off.
    log : pathlib.Path
        What the server said. It lives in the home and goes with it.
    imported : Imported
        What was imported before the start, if anything was.

    Raises
    ------
    ToolchainError
        On entering: no Java, no Maven, or no way to the jars.
    ServerStartError
        On entering: the server ended or did not answer within ``START_SECONDS``.
    """

    def __init__(self, options: ServerOptions | None = None) -> None:
        self.options = options or ServerOptions()
        self.port = self.options.port or _free_port()
        self.url = f"bolt://127.0.0.1:{self.port}"
        self.auth = (USER, self.options.password) if self.options.password else None
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        java, lib = find_java(), resolve_jars()
        self.home = Path(tempfile.mkdtemp(prefix="neo4j-home-"))
        self.log = self.home / "console.log"
        try:
            self._write_configuration()
            if self.options.imports is not None:
                self.imported = import_files(self.home, self.options.imports, self.options.heap)
            with self.log.open("wb") as log:
                self._process = subprocess.Popen(
                    self._command(java, lib), stdout=log, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL
                )
            self._wait()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop()

    def stop(self) -> None:
        """End the process (asked first, then forced) and remove its home. Safe to call twice."""
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None
        shutil.rmtree(self.home, ignore_errors=True)

    @property
    def pid(self) -> int:
        """Process id of the running server, for tests that kill it."""
        if self._process is None:
            raise ServerStartError("The Neo4j server is not running.")
        return self._process.pid

    def _write_configuration(self) -> None:
        settings = {
            "server.default_listen_address": "127.0.0.1",
            "server.bolt.listen_address": f"127.0.0.1:{self.port}",
            "server.bolt.advertised_address": f"127.0.0.1:{self.port}",
            "server.http.enabled": "false",
            "server.https.enabled": "false",
            "server.memory.pagecache.size": self.options.page_cache,
            "dbms.security.auth_enabled": str(self.auth is not None).lower(),
            "dbms.usage_report.enabled": "false",
            **(HASTY_NEO4J if self.options.hasty else {}),
        }
        conf = self.home / "conf"
        conf.mkdir()
        conf.joinpath("neo4j.conf").write_text("".join(f"{k}={v}\n" for k, v in settings.items()))

    def _command(self, java: Path, lib: Path) -> list[str]:
        opens = [f"--add-opens=java.base/{package}=ALL-UNNAMED" for package in OPEN_PACKAGES]
        return [
            *_dies_with_parent(),
            str(java),
            *(HASTY_JAVA if self.options.hasty else ()),
            "-Xms512m",
            f"-Xmx{self.options.heap}",
            *opens,
            "-cp",
            f"{self.home}/plugins/*:{lib}/*",
            "org.neo4j.server.CommunityEntryPoint",
            f"--home-dir={self.home}",
            f"--config-dir={self.home}/conf",
            "--console-mode",
        ]

    def _wait(self) -> None:
        """Return when Bolt answers with the wanted credentials."""
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            if self._process is None or self._process.poll() is not None:
                self._fail("ended while starting")
            if time.monotonic() > deadline:
                self._fail(f"did not answer on {self.url} within {START_SECONDS} s")
            time.sleep(0.25)

    def _answers(self) -> bool:
        if not _port_is_open(self.port):  # spares the driver's own waiting and its log lines
            return False
        try:
            with GraphDatabase.driver(self.url, auth=self.auth) as driver:
                driver.verify_connectivity()
        except AuthError:
            return self._set_password()
        except (DriverError, Neo4jError, OSError):
            return False
        return True

    def _set_password(self) -> bool:
        """Replace the password that a new database begins with; the next look then succeeds."""
        with (
            contextlib.suppress(DriverError, Neo4jError),
            GraphDatabase.driver(self.url, auth=(USER, USER)) as driver,
        ):
            driver.execute_query(
                "ALTER CURRENT USER SET PASSWORD FROM $old TO $new",
                {"old": USER, "new": self.options.password},
                database_="system",
            )
        return False

    def _fail(self, what: str) -> NoReturn:
        said = self.log.read_text(errors="replace")[-4000:]
        raise ServerStartError(f"The Neo4j server {what}. Its log ends:\n{said}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _port_is_open(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _dies_with_parent() -> list[str]:
    """Where the system can do it, tie the server's life to ours: a killed test run leaves no server behind."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "TERM", "--"] if setpriv else []


def _end(_signal: int, _frame: FrameType | None) -> NoReturn:
    """Stop at the first signal; a second one must not leave the home behind."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


def main() -> None:
    """Serve until interrupted, and print the address."""
    parser = argparse.ArgumentParser(prog="python -m tests.neo4j.server", description=main.__doc__)
    parser.add_argument("--port", type=int, default=0, help="Bolt port on loopback (default: a free one)")
    parser.add_argument("--password", help="password of user neo4j (default: no authentication)")
    parser.add_argument("--heap", default="1g", help="largest Java heap (default: 1g)")
    given = parser.parse_args()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _end)
    options = ServerOptions(port=given.port, password=given.password, heap=given.heap)
    with contextlib.suppress(KeyboardInterrupt), Neo4jServer(options) as server:
        sys.stdout.write(f"{server.url}\n")
        sys.stdout.flush()
        signal.pause()


if __name__ == "__main__":
    main()

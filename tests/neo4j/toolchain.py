"""What a Neo4j server needs on this machine: a Java that it runs on, and its jars.

The jars are resolved once by Maven into a cache outside the checkout, under the hash of ``pom.xml``: a changed
pom is another folder, an interrupted download is never taken for a finished one.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

POM = Path(__file__).with_name("pom.xml")
OLDEST_JAVA, NEWEST_JAVA = 17, 21  # what Neo4j 5.26 is released for
DOWNLOAD_SECONDS = 900


class ToolchainError(Exception):
    """Java or Maven is missing, or of the wrong version: this machine cannot start a Neo4j."""


def find_java() -> Path:
    """Return the first Java of a fitting version: ``JAVA_HOME``, then the ``PATH``.

    Raises
    ------
    ToolchainError
        When there is none; the message names what was found and what is needed.
    """
    seen: list[str] = []
    for java in _java_candidates():
        version = java_version(java)
        if version is not None and OLDEST_JAVA <= version <= NEWEST_JAVA:
            return java
        seen.append(f"{java} is version {version or 'unknown'}")
    found = "; ".join(seen) or "none found"
    raise ToolchainError(
        f"Neo4j needs Java {OLDEST_JAVA} to {NEWEST_JAVA} ({found}). Install one, or point JAVA_HOME at it."
    )


def _java_candidates() -> Iterator[Path]:
    if home := os.environ.get("JAVA_HOME"):
        yield Path(home) / "bin" / "java"
    if java := shutil.which("java"):
        yield Path(java)


def java_version(java: Path) -> int | None:
    """Return the feature version of a Java (17, 21, ...), or None when it does not tell."""
    try:
        told = subprocess.run([java, "-version"], capture_output=True, text=True, timeout=30, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    number = re.search(r'version "(?:1\.)?(\d+)', told.stderr)
    return int(number.group(1)) if number else None


def cache_home(pom: Path = POM) -> Path:
    """Return the folder of a pom's jars (it may not exist yet)."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "xinlian" / f"neo4j-{hashlib.sha256(pom.read_bytes()).hexdigest()[:16]}"


def resolve_jars(pom: Path = POM) -> Path:
    """Return the folder that holds the jars of a pom (the server's), downloading them on the first call.

    Raises
    ------
    ToolchainError
        When they are not cached and Maven is missing or could not resolve them.
    """
    lib = cache_home(pom) / "lib"
    lib.parent.mkdir(parents=True, exist_ok=True)
    with _only_one(lib.parent / ".lock"):
        if not lib.is_dir():
            _download(pom, lib)
    return lib


@contextmanager
def _only_one(lock: Path) -> Iterator[None]:
    """Wait until no other process is downloading."""
    with lock.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _download(pom: Path, lib: Path) -> None:
    """Let Maven copy the jars beside their place, then move them there in one step."""
    maven = shutil.which("mvn")
    if maven is None:
        raise ToolchainError("Maven (mvn) is not on the PATH; it resolves the jars of the Neo4j server.")
    with tempfile.TemporaryDirectory(dir=lib.parent, prefix="download-") as scratch:
        shutil.copy(pom, Path(scratch) / "pom.xml")
        command = [maven, "-q", "-B", "dependency:copy-dependencies"]
        command += ["-DincludeScope=runtime", f"-DoutputDirectory={scratch}/lib"]
        try:
            told = subprocess.run(
                command, cwd=scratch, capture_output=True, text=True, timeout=DOWNLOAD_SECONDS, check=False
            )
        except subprocess.TimeoutExpired as late:
            raise ToolchainError(f"Maven took more than {DOWNLOAD_SECONDS} s for the Neo4j jars.") from late
        if told.returncode:
            raise ToolchainError(f"Maven could not resolve the Neo4j jars:\n{told.stdout[-2000:]}")
        (Path(scratch) / "lib").rename(lib)

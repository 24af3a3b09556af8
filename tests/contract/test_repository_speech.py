"""The repository speaks of the project only: no registry's address, no path of one machine, no workshop's tools.

What is looked for is put together from parts here, so that this file does not find itself.
"""

from __future__ import annotations

import re
import subprocess
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

BUILT = frozenset({".git", ".venv", ".data", "node_modules", "__pycache__"})


def _hosts(*parts: tuple[str, ...]) -> str:
    return "|".join(r"\.".join(part) for part in parts)


REGISTRIES = _hosts(
    ("pypi", "org"),
    ("files", "pythonhosted", "org"),
    ("registry", "npmjs", "org"),
    ("repo", "maven", "apache", "org"),
    ("repo1", "maven", "org"),
    ("proxy", "golang", "org"),
)
WORKSHOP = "|".join((r"farm-" + "bench", r"farm-" + "studio", r"(?<![\w)\]])\." + r"library\b"))
FOLDERS = "|".join(("work", "root"))
ANYWHERE = {
    "registry address": re.compile(rf"(?<![\w-])(?:{REGISTRIES})\b"),
    "package index": re.compile(r"^\s*(?:--(?:extra-)?|)index" + r"[-_]url\b", re.MULTILINE),
    "machine path": re.compile(rf"(?<![\w./$}}*-])/(?:{FOLDERS})/\w"),
    "workshop tool": re.compile(rf"(?:{WORKSHOP})"),
}
IN_DOCS = {"temporary path": re.compile(r"(?<![\w./-])/tmp" + r"/\w")}
IN_LOCKS = {"address": re.compile(r"https?:" + "//")}
NAMESPACE = re.compile(r"""\b(?:xmlns(?::\w+)?|xsi:schemaLocation)\s*=\s*"[^"]*\"""")


def offences(path: str, text: str) -> list[str]:
    """Return what a file says that it must not, as ``path:line: what``."""
    rules = dict(ANYWHERE)
    if path.endswith((".md", ".toml", ".rst")):
        rules |= IN_DOCS
    if path.endswith(("requirements.lock", "pom.xml")):
        rules |= IN_LOCKS
        text = NAMESPACE.sub("", text)
    return [
        f"{path}:{text.count(chr(10), 0, found.start()) + 1}: {what}"
        for what, form in rules.items()
        for found in form.finditer(text)
    ]


def _files(root: Path) -> list[Path]:
    """Return every file that is, or would be, committed."""
    if (root / ".git").exists():
        command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        listed = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True).stdout
        paths = [root / name for name in listed.split("\0") if name]
    else:
        paths = [path for path in root.rglob("*") if not BUILT & set(path.relative_to(root).parts)]
    return [path for path in paths if path.is_file()]


def _text(path: Path) -> str:
    """Return a file's text; a binary file has none."""
    content = path.read_bytes()
    return "" if b"\0" in content[:8192] else content.decode("utf-8", errors="replace")


def test_the_repository_speaks_of_the_project_only(root: Path) -> None:
    files = _files(root)
    assert root / "pyproject.toml" in files
    found = [said for path in files for said in offences(path.relative_to(root).as_posix(), _text(path))]
    assert found == []


@pytest.mark.parametrize(
    ("path", "text", "what"),
    [
        ("a.py", "https://" + "pypi." + "org/simple", "registry address"),
        ("Makefile", "get files." + "pythonhosted.org/x", "registry address"),
        ("package-lock.json", '"https://registry.' + 'npmjs.org/x"', "registry address"),
        ("pip.conf", "index" + "-url = http://127.0.0.1", "package index"),
        ("requirements.txt", "--extra-index" + "-url x", "package index"),
        ("a.py", "open('/" + "work/shared/a.csv')", "machine path"),
        ("a.md", "see /" + "root/a", "machine path"),
        ("a.md", "write to /" + "tmp/a", "temporary path"),
        ("a.md", "run farm-" + "bench now", "workshop tool"),
        ("a.md", "under ~/." + "library/x", "workshop tool"),
        ("requirements.lock", "a @ " + "https:" + "//example.com/a.whl", "address"),
        ("tests/neo4j/pom.xml", "<url>http:" + "//example.com</url>", "address"),
    ],
)
def test_a_planted_word_is_found(path: str, text: str, what: str) -> None:
    assert offences(path, f"first line\n{text}\n") == [f"{path}:2: {what}"]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.py", "self.library.work/root"),
        ("a.py", "Path('/app/work/x'), '/tmp/x', 'https://www.example.org/work/'"),
        ("Makefile", "uv pip compile --no-emit-index-url"),
        ("pom.xml", '<project xmlns="http://maven.apache.org/POM/4.0.0">'),
        ("a.md", "the mypypi.org of somebody"),
    ],
)
def test_ordinary_words_are_left_alone(path: str, text: str) -> None:
    assert offences(path, text) == []

"""The header of a catalogue file: its question, parameters, columns, bounds and access.

A file of the catalogue begins with comment lines; one that begins with three blanks continues the line above::

    // beneficial_owner_paths: along which chains does a person hold this enterprise?
    // params: $enterprise_id STRING, $as_of DATE, $known_run INTEGER,
    //   $audiences LIST<STRING>
    // returns: owner_id STRING, fact_ids LIST<STRING>, ratio FLOAT [0,1]
    // bounds: 10 hops, 500 rows
    // access: reads-facts

A file without parameters or columns says ``none``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

ACCESSES = ("reads-facts", "reads-nodes", "writes", "admin", "internal")
KEYS = ("params", "returns", "bounds", "access")
_OPENING, _CLOSING = "([{<", ")]}>"
_TYPED = re.compile(
    r"(?P<name>\$?\w+) (?P<type>(?:STRING|INTEGER|FLOAT|BOOLEAN|DATE|DATETIME|MAP|ANY|LIST<.+>)(?:\?|\b|(?<=>)).*)",
    re.DOTALL,
)


class HeaderError(ValueError):
    """A header line is missing or cannot be read; the message says which and how it should look."""


@dataclass(frozen=True)
class Header:
    """What a catalogue file says of itself.

    Parameters
    ----------
    name, question : str
        The file's stem, and the question that it answers.
    params, returns : dict of str to str
        Parameter names (without ``$``) and column names with their types, in order.
    bounds : str
        The limits on hops and rows, in words.
    access : str
        One of ``ACCESSES``.
    """

    name: str
    question: str
    params: dict[str, str]
    returns: dict[str, str]
    bounds: str
    access: str


def parse_header(text: str) -> Header:
    """Read the header of a catalogue file.

    Raises
    ------
    HeaderError
        When a line is missing, repeated or malformed.
    """
    lines = _comment_lines(text)
    name, colon, question = lines[0].partition(": ") if lines else ("", "", "")
    if not (colon and re.fullmatch(r"\w+", name) and question.strip() and name not in KEYS):
        raise HeaderError("the first line must read `// name: question`")
    said: dict[str, str] = {}
    for line in lines[1:]:
        key, colon, value = line.partition(":")
        if not colon or key not in KEYS:
            raise HeaderError(f"`// {line}` is none of {', '.join(KEYS)} (three blanks continue a line)")
        if key in said:
            raise HeaderError(f"`// {key}:` is there twice")
        said[key] = value.strip()
    return _header(name, question.strip(), said)


def split_top(text: str, opening: str = _OPENING, closing: str = _CLOSING) -> list[str]:
    """Split at the commas that stand inside no bracket; empty parts are left out."""
    parts, depth, start = [], 0, 0
    for place, letter in enumerate(text):
        depth += (letter in opening) - (letter in closing)
        if letter == "," and depth == 0:
            parts.append(text[start:place])
            start = place + 1
    return [part.strip() for part in [*parts, text[start:]] if part.strip()]


def _comment_lines(text: str) -> list[str]:
    """Return the leading comment lines without their slashes, continuations joined on."""
    lines: list[str] = []
    for line in text.splitlines():
        if not line.startswith("//"):
            break
        if line.startswith("//   ") and lines:
            lines[-1] += " " + line[2:].strip()
        else:
            lines.append(line[2:].strip())
    return lines


def _header(name: str, question: str, said: dict[str, str]) -> Header:
    if missing := [key for key in KEYS if not said.get(key)]:
        raise HeaderError(f"the header lacks `// {missing[0]}: …`")
    if said["access"] not in ACCESSES:
        raise HeaderError(f"`// access:` must be one of {', '.join(ACCESSES)}, not {said['access']!r}")
    params = _typed(said["params"])
    if bare := [param for param in params if not param.startswith("$")]:
        raise HeaderError(f"parameter {bare[0]} must be written ${bare[0]}")
    return Header(
        name=name,
        question=question,
        params={param[1:]: kind for param, kind in params.items()},
        returns=_typed(said["returns"]),
        bounds=said["bounds"],
        access=said["access"],
    )


def _typed(text: str) -> dict[str, str]:
    """Read ``a STRING, b LIST<STRING>``."""
    if text == "none":
        return {}
    named: dict[str, str] = {}
    for part in split_top(text):
        found = _TYPED.fullmatch(part)
        if found is None:
            raise HeaderError(f"`{part}` must read `name TYPE` with a Cypher type (STRING, LIST<STRING>, …)")
        if found["name"] in named:
            raise HeaderError(f"`{found['name']}` is declared twice")
        named[found["name"]] = found["type"]
    return named

"""What every catalogue file must keep, so that it answers alike on both stores and reads only what it may.

A reading of facts takes the civil date, the run number and the reader's audience classes; whoever may have a place is
bounded by the reader's region (S0-25); a path has an upper bound (the embedded engine silently stops an open one at 10 hops); nothing is used in which the two stores differ;
the header tells the truth about parameters and columns.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from queries.header import Header, HeaderError, parse_header, split_top
from schema.nodes import PLACED

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FACT_PARAMS = ("as_of", "known_run", "audiences")

_COMMENT_OR_STRING = re.compile(r"//[^\n]*|/\*.*?\*/|'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\"", re.DOTALL)
_NODE = re.compile(r"(?:\bMATCH\s+(?:\w+\s*=\s*)?|[->]\s*)\((?P<name>\w+)(?::(?P<label>\w+))?")
_PLACE = "coalesce({0}.region_code, {0}.village_code, $region) STARTS WITH $region"
_PARAM = re.compile(r"\$`?(\w+)")
_RELATIONSHIP = re.compile(r"-\s*\[(?P<inside>[^\]]*)\]|--")
_HOPS = re.compile(r"\*\s*(?P<least>\d+)?\s*(?P<dots>\.\.)?\s*(?P<most>\d+)?")
_SHORTEST = re.compile(r"\b(?:allShortestPaths|shortestPath)\s*\(", re.IGNORECASE)
_RETURN = re.compile(r"\bRETURN\b(?:\s+DISTINCT\b)?", re.IGNORECASE)
_AFTER_RETURN = re.compile(r"\b(?:ORDER\s+BY|SKIP|OFFSET|LIMIT|UNION)\b|;", re.IGNORECASE)
_ALIAS = re.compile(r"\bAS\s+`?(\w+)`?$", re.IGNORECASE)

# In these the two stores give different answers (measured), so no catalogue file may use them.
_DIFFERENT = {
    "properties-function": (
        r"\bproperties\s*\(",
        "properties(…) adds keys on one store: list the properties",
    ),
    "map-projection": (r"[{,]\s*\.\s*\*", "`.*` adds keys on one store: list the properties"),
    "quantified-path": (
        r"\]\s*->?\s*[+*{]|--?>\s*[+*{]|\]\s*->?\s*\([^()]*\)\s*\)\s*(?:[+*]|\{\s*\d*\s*,?\s*\d*\s*\})|\b(?:SHORTEST\s+\d|(?:ALL|ANY)\s+SHORTEST)\b",
        "quantified paths differ between the stores: write `*1..N`",
    ),
    "percentile-cont": (r"\bpercentileCont\s*\(", "percentileCont differs between the stores"),
    "in-transactions": (r"\bIN\s+(?:\w+\s+)*TRANSACTIONS\b", "one statement is one atomic batch"),
}
_FORBIDDEN = {code: (re.compile(form, re.IGNORECASE), why) for code, (form, why) in _DIFFERENT.items()}


@dataclass(frozen=True)
class Finding:
    """One thing that a catalogue file must not do.

    Parameters
    ----------
    name : str
        The query's name (the file's stem).
    code : str
        The broken rule, e.g. ``unbounded-path``.
    message : str
        What is wrong and how to write it instead.
    """

    name: str
    code: str
    message: str

    def __str__(self) -> str:
        return f"{self.name}: {self.code}: {self.message}"


def lint_text(name: str, text: str) -> list[Finding]:
    """Check one catalogue file.

    Parameters
    ----------
    name : str
        The file's stem.
    text : str
        Its whole text.

    Returns
    -------
    list of Finding
        Empty when the file keeps every rule.
    """
    try:
        header = parse_header(text)
    except HeaderError as error:
        return [Finding(name, "header", str(error))]
    body = _COMMENT_OR_STRING.sub(lambda found: "''" if found[0][0] in "'\"" else " ", text)
    found = [
        *_parameters(header, body),
        *_facts(header, body),
        *_regions(header, body),
        *_paths(body),
        *_differences(body),
    ]
    if header.name != name:
        found.insert(0, ("name", f"the header says {header.name!r}, the file is {name}.cypher"))
    return [Finding(name, code, message) for code, message in [*found, *_columns(header, body)]]


def lint_catalogue(path: Path) -> list[Finding]:
    """Check every ``.cypher`` file under a folder; names must be unique across its sub-folders."""
    findings: list[Finding] = []
    seen: dict[str, Path] = {}
    for file in sorted(path.rglob("*.cypher")):
        name = file.stem
        if name in seen:
            also = seen[name].relative_to(path).as_posix()
            findings.append(Finding(name, "duplicate", f"there is also {also}: a name is used once"))
        seen[name] = file
        findings += lint_text(name, file.read_text(encoding="utf-8"))
    return findings


_Found = tuple[str, str]  # code, message


def _parameters(header: Header, body: str) -> Iterator[_Found]:
    used = set(_PARAM.findall(body))
    for name in sorted(used - header.params.keys()):
        yield "param-undeclared", f"${name} is used but not declared in `// params:`"
    for name in sorted(header.params.keys() - used):
        yield "param-unused", f"${name} is declared but not used"


def _facts(header: Header, body: str) -> Iterator[_Found]:
    """Relationships are the dated facts: whoever reads them says at which dates and for which reader."""
    if header.access == "reads-nodes" and _RELATIONSHIP.search(body):
        yield "facts-undeclared", "it reads relationships, so its access is reads-facts (or admin)"
    if header.access == "reads-facts":
        for name in FACT_PARAMS:
            if not re.search(rf"\${name}\b", body):
                yield "facts-unfiltered", f"it reads facts without ${name}"


def _regions(header: Header, body: str) -> Iterator[_Found]:
    """Whoever may lie in a division, by his label or for want of one, lies in the reader's."""
    if header.access not in ("reads-facts", "reads-nodes"):
        return
    labels: dict[str, set[str]] = {}
    for node in _NODE.finditer(body):
        labels.setdefault(node["name"], set()).update(filter(None, [node["label"]]))
    said = " ".join(body.split())
    for name, known in labels.items():
        condition = _PLACE.format(name)
        if (not known or known & PLACED.keys()) and condition not in said:
            yield "region-unfiltered", f"({name}) may lie outside the reader's region: add `AND {condition}`"


def _paths(body: str) -> Iterator[_Found]:
    for relationship in _RELATIONSHIP.finditer(body):
        pattern = re.split(r"\{|\bWHERE\b", relationship["inside"] or "", flags=re.IGNORECASE)[0]
        hops = _HOPS.search(pattern)
        if hops and not hops["most"] and (hops["dots"] or not hops["least"]):
            yield "unbounded-path", f"`{relationship[0]}` has no upper bound: write `*1..N`"
    for call in _SHORTEST.finditer(body):
        if "*" not in _closed(body[call.end() :]):
            yield "unbounded-path", "a shortest path needs its bound: write `*1..N` in its relationship"


def _closed(text: str) -> str:
    """Return the text up to the bracket that closes the one just before it."""
    depth = 1
    for place, letter in enumerate(text):
        depth += (letter == "(") - (letter == ")")
        if depth == 0:
            return text[:place]
    return text


def _differences(body: str) -> Iterator[_Found]:
    for code, (form, why) in _FORBIDDEN.items():
        if form.search(body):
            yield code, why


def _columns(header: Header, body: str) -> Iterator[_Found]:
    declared = list(header.returns)
    returned = list(_returned(body)) or [[]]
    for columns in returned:
        if columns != declared:
            told, are = ", ".join(declared) or "none", ", ".join(columns) or "none"
            yield "columns", f"`// returns:` says {told}; the query returns {are}"


def _returned(body: str) -> Iterator[list[str]]:
    """Yield the column names of each RETURN that is not inside a sub-query (a UNION has several)."""
    level = _outside_braces(body)
    for found in _RETURN.finditer(level):
        end = _AFTER_RETURN.search(level, found.end())
        yield [
            _column(part)
            for part in split_top(body[found.end() : end.start() if end else None], "([{", ")]}")
        ]


def _outside_braces(body: str) -> str:
    """Blank out what stands in braces, places unchanged."""
    letters, depth = [], 0
    for letter in body:
        depth -= letter == "}"
        letters.append(" " if depth > 0 else letter)
        depth += letter == "{"
    return "".join(letters)


def _column(expression: str) -> str:
    alias = _ALIAS.search(expression)
    return alias.group(1) if alias else " ".join(expression.split())

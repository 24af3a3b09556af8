"""Slow, obvious twins of the walks: lists of facts, read again for every step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

Fact = tuple[int, int]


def hops(facts: Sequence[Fact], size: int, seeds: Sequence[int], *, ways: str) -> list[int]:
    """Least number of steps from any seed, −1 where there is none: relax until nothing changes."""
    best = [0 if node in seeds else -1 for node in range(size)]
    changed = True
    while changed:
        changed = False
        for one, other in arcs(facts, ways):
            if best[one] >= 0 and (best[other] < 0 or best[other] > best[one] + 1):
                best[other], changed = best[one] + 1, True
    return best


def shortest_paths(facts: Sequence[Fact], start: int, end: int, *, ways: str) -> list[tuple[int, ...]]:
    """All shortest paths as node sequences, sorted: extend every path by one step until some arrive."""
    paths, seen = [(start,)], {start}
    while paths:
        arrived = sorted({path for path in paths if path[-1] == end})
        if arrived:
            return arrived
        paths = [
            (*path, other)
            for path in paths
            for one, other in sorted(set(arcs(facts, ways)))
            if one == path[-1] and other not in seen
        ]
        seen |= {path[-1] for path in paths}
    return []


def arcs(facts: Sequence[Fact], ways: str) -> Iterator[Fact]:
    """The steps that facts allow: along (OUT), against (IN), or both."""
    for start, end in facts:
        if ways in ("OUT", "BOTH"):
            yield start, end
        if ways in ("IN", "BOTH"):
            yield end, start

"""What an answer cites: facts, by id, with what is needed to find their source row."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Fact:
    """One version of one relationship.

    Parameters
    ----------
    id : str
        ``<key>@<run>``; the run names the source file, ``line`` the row in it.
    relationship : str
        Its kind, e.g. ``OWNS``.
    start, end : str
        Node ids at either end.
    run, line : int
        Number of the run that wrote it, and the line in that run's file (the header is line 1).
    """

    id: str
    relationship: str
    start: str
    end: str
    run: int
    line: int

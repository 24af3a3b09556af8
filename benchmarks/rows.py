"""Rows to ingest: persons who hold shares of companies, with the properties that registry files have."""

from __future__ import annotations

import datetime as dt
from typing import Any

from schema.access import Audience
from schema.provenance import RunHeader, series_key

COMMON = {"audience": Audience.PUBLIC.value, "bank": None}
SINCE = dt.date(2020, 1, 1)


def companies(prefix: str, count: int) -> list[dict[str, Any]]:
    """Return company rows with four properties."""
    return [
        {
            **COMMON,
            "id": f"E:{prefix}:{n}",
            "line": n + 2,
            "name": f"company {n}",
            "status": "ACTIVE",
            "scale": "SMALL",
        }
        for n in range(count)
    ]


def persons(prefix: str, count: int) -> list[dict[str, Any]]:
    """Return person rows with a name."""
    return [{**COMMON, "id": f"P:{prefix}:{n}", "line": n + 2, "name": f"person {n}"} for n in range(count)]


def holdings(prefix: str, count: int, numbers: range | None = None) -> list[dict[str, Any]]:
    """Return one holding a person, scattered over as many companies; or those of some numbers, beyond `count` too."""
    return [
        {
            **COMMON,
            "start": f"P:{prefix}:{n % count}",
            "end": f"E:{prefix}:{(n + n // count) * 7919 % count}",
            "key": series_key(prefix, "holdings", str(n), "OWNS"),
            "line": n + 2,
            "valid_from": SINCE,
            "valid_to": None,
            "share_ratio": 0.25,
        }
        for n in numbers or range(count)
    ]


def header(prefix: str, dataset: str) -> RunHeader:
    """Return the header of a run."""
    return RunHeader(prefix, dataset, f"{dataset}.csv", "0" * 64, SINCE, prefix)

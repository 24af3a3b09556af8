"""Run the benchmarks that are named, or all but the large ones."""

from __future__ import annotations

import sys
from importlib import import_module

NAMES = (
    "ingest_embedded",
    "ingest_neo4j",
    "columns_neo4j",
    "graphql_object",
    "programme",
    "county",
    "propagation",
    "walks",
    "early_warning",
    "features",
    "projection_build",
    "projection_delta",
    "projection_cache",
    "ownership",
    "control",
    "components",
    "growth",
    "city",
    "gds",
    "identity",
    "proposals",
)
LARGE = ("ingest_million", "bulk_neo4j", "county_neighbourhood")
"""Run when named: minutes to an hour each; XINLIAN_SCALE=0.1 runs a tenth."""


def main(names: list[str]) -> None:
    """Run them one after the other; each prints one line."""
    if unknown := [name for name in names if name not in (*NAMES, *LARGE)]:
        raise SystemExit(f"There is no benchmark {unknown[0]}; there are {', '.join((*NAMES, *LARGE))}.")
    for name in names or NAMES:
        import_module(f"benchmarks.{name}").main()


if __name__ == "__main__":
    main(sys.argv[1:])

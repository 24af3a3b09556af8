"""``docs/kinds.schema.json``: the JSON Schema of every canonical kind, under ``$defs`` by name."""

from __future__ import annotations

import orjson

from schema.json_schema import DIALECT, kind_schema
from schema.kinds import KINDS


def kind_schemas() -> str:
    """Render the file; the same declarations give the same bytes."""
    defs = {
        name: {key: said for key, said in kind_schema(kind).items() if key != "$schema"}
        for name, kind in KINDS.items()
    }
    written = {"$schema": DIALECT, "title": "canonical kinds", "$defs": defs}
    return orjson.dumps(written, option=orjson.OPT_INDENT_2).decode() + "\n"

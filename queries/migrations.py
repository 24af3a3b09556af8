"""The schema that a store must have, its version, and what ``doctor`` says of it."""

from __future__ import annotations

from collections.abc import Callable

from queries.engine import Engine
from queries.reclassing import class_of_its_own
from queries.runs import Load
from queries.statements import COUNTER

Migration = tuple[str, Callable[[Engine], None]]


def _first(engine: Engine) -> None:
    """Begin with the run counter; constraints and indexes are applied before every migration."""
    engine.write(f"MERGE (c:{COUNTER} {{id: 'runs'}}) ON CREATE SET c.published = 0, c.schema = 0", {})


MIGRATIONS: tuple[Migration, ...] = (
    ("run counter", _first),
    ("risk databases and scores in classes of their own", class_of_its_own),
)
"""Applied in order, each once; the number of the last one applied is kept on the counter."""


def prepare(engine: Engine) -> None:
    """Bring a store up to this version."""
    engine.apply_schema()
    for number, (_, migrate) in enumerate(MIGRATIONS, 1):
        if schema_version(engine) < number:
            migrate(engine)
            engine.write(f"MATCH (c:{COUNTER} {{id: 'runs'}}) SET c.schema = $number", {"number": number})


def schema_version(engine: Engine) -> int:
    """Return the number of the last migration applied; 0 for a new store."""
    found = engine.read(f"MATCH (c:{COUNTER} {{id: 'runs'}}) RETURN c.schema AS version", {})["version"]
    return int(found[0] or 0) if found else 0


def problems(engine: Engine, own: Load | None) -> list[str]:
    """Say what is missing or left over."""
    version = schema_version(engine)
    said = []
    if version < len(MIGRATIONS):
        said.append(f"the store is at schema version {version} of {len(MIGRATIONS)}: prepare it")
    said += [f"missing: {name}" for name in engine.missing_schema()]
    staged = engine.read(
        "MATCH (r:LoadRun) WHERE r.state = 'STAGED' RETURN r.number AS number, r.host AS host, r.pid AS pid "
        "ORDER BY number",
        {},
    )
    mine = set() if own is None else {*own.numbers}
    said += [
        f"run {r['number']} is staged by process {r['pid']} on {r['host']}: if that has ended, the next load rolls it back"
        for r in staged.rows()
        if r["number"] not in mine
    ]
    return said

"""Open a graph store by its URL."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from queries.store import Store
from schema.errors import ConfigurationError
from schema.ports import GraphStore

_SERVER = ("neo4j", "neo4j+s", "neo4j+ssc", "bolt", "bolt+s", "bolt+ssc")


def open_store(url: str, *, user: str | None = None, password: str | None = None) -> GraphStore:
    """Open a store.

    Parameters
    ----------
    url : str
        ``embedded:PATH`` for a file of this process, or ``neo4j://``, ``neo4j+s://``, ``bolt://`` … for a server.
    user, password : str, optional
        Credentials of the server; none when it asks for none.

    Raises
    ------
    ConfigurationError
        Another scheme, no path, or credentials that the server refuses.
    StoreUnavailable
        The server does not answer, or the file cannot be used.
    LeaseHeld
        Another process has the file open.
    """
    scheme, colon, rest = url.partition(":")
    # Only the engine that is asked for is imported: a driver costs a third of what starting the command line costs.
    if scheme == "embedded" and colon and rest:
        return Store(import_module("queries.embedded_store").EmbeddedEngine(Path(rest)))
    if scheme in _SERVER and rest.startswith("//") and len(rest) > 2:
        return Store(import_module("queries.neo4j_store").Neo4jEngine(url, user, password))
    raise ConfigurationError(
        f"A graph store's URL is embedded:PATH or {'://, '.join(_SERVER)}://HOST:PORT; the scheme {scheme!r} is none of them."
    )

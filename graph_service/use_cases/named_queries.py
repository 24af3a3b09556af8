"""Any question of the catalogue, safely: a named query with the caller's day, knowledge and classes filled in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from graph_service.asking import Asking
from graph_service.use_cases.guarantees import follow_guarantees
from graph_service.use_cases.parties import describe, having_name
from queries.catalogue import check_params, named
from schema.access import Role
from schema.errors import InputError, NotFound
from schema.identifiers.names import normalise_name
from schema.nodes import PARTY, key_label_of
from schema.tables import Table

MOST_ROWS = 10_000
SEARCH = "search_parties"
READS = frozenset({"reads-facts", "reads-nodes"})
# What the service fills in: a caller never says himself what he may see.
FILLED_IN = frozenset({"as_of", "known_run", "audiences", "banks", "region"})


@dataclass(frozen=True)
class NamedQuery:
    """A query's answer as columns and rows; ``truncated`` says that a bound cut it."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    truncated: bool


def ask_named_query(
    asking: Asking, name: str, params: Mapping[str, Any], first: int = MOST_ROWS
) -> NamedQuery:
    """Run a query of the catalogue as this caller.

    Parameters
    ----------
    name : str
        A catalogue query, or ``guarantee_chain``, which is answered from the projection.
    params : mapping
        Its own parameters; day, knowledge and classes are filled in.
    first : int
        Rows at most.

    Raises
    ------
    NotFound
        No such query, for this caller.
    InputError
        A parameter is missing, foreign or of the wrong type.
    """
    if foreign := FILLED_IN & params.keys():
        raise InputError(f"{', '.join(sorted(foreign))}: filled in by the service. Leave it out.")
    if name == "guarantee_chain":
        table = _guarantee_chain(asking, params)
    else:
        table = _from_catalogue(asking, name, params)
    rows = tuple(zip(*(column[:first] for column in table.data), strict=True))
    return NamedQuery(name, table.columns, rows, table.truncated or len(table) > first)


def _from_catalogue(asking: Asking, name: str, params: Mapping[str, Any]) -> Table:
    header = named(name).header
    allowed = READS | {"admin"} if asking.principal.role is Role.OPERATOR else READS
    if header.access not in allowed:
        raise NotFound("There is no such query, for this caller.")
    access = asking.access
    filled: dict[str, Any] = {
        "as_of": asking.as_of,
        "known_run": asking.known_run,
        "audiences": sorted(a.value for a in access.classes),
        "banks": sorted(access.banks),
        "region": access.region or "",
    }
    asked = {**params, **{k: v for k, v in filled.items() if k in header.params}}
    if name == SEARCH and (access.region != "" or asking.question.known_at is not None):
        return _found_here(asking, check_params(named(name), asked))
    return _in_region(asking, params, asking.rooms.store.query(name, asked))


def _found_here(asking: Asking, asked: Mapping[str, Any]) -> Table:
    """Search in the caller's view: the store's bound would count persons who are tied to other regions alone.

    It knows the names of today only, too.
    """
    labels, text = ("LegalEntity", "Person"), normalise_name(asked["text"])
    found = [describe(asking, int(at)) for each in labels for at in having_name(asking, each, text)]
    found = sorted(found, key=lambda n: (n.name or "", n.id))[: asked["limit"]]
    asking.about(*(n.id for n in found))
    rows = [(n.id, n.label, n.name, n.properties.get("uscc"), n.properties.get("region_code")) for n in found]
    return Table.of_rows(tuple(named(SEARCH).header.returns), rows)


def _in_region(asking: Asking, params: Mapping[str, Any], table: Table) -> Table:
    """Note whom an answer is about, after leaving out what is not there for a caller with a region.

    The query has left out whose code lies elsewhere, before its bound cuts; who has no place (see
    ``algorithms.projection.regions``), and records about somebody elsewhere, are found by the view.
    """
    asked = _parties(params.values())
    rows = list(zip(*table.data, strict=True))
    kept = rows
    if asking.access.region != "":
        ids = [at for at, column in enumerate(table.columns) if column == "id" or column.endswith("_id")]
        there = all(_there(asking, p) for p in asked)
        kept = [row for row in rows if there and all(_there(asking, row[at]) for at in ids)]
    asking.about(*asked, *(p for row in kept for p in _parties(row)))
    if len(kept) == len(rows):
        return table
    return replace(Table.of_rows(table.columns, kept), truncated=table.truncated and bool(kept))


def _there(asking: Asking, node_id: str | None) -> bool:
    """Whether an id is that of a node that the caller sees; one that no projection holds (a consent) is not judged."""
    known = [label for label, index in asking.projection.index.items() if node_id in index]
    return node_id is None or not known or any(asking.view.sees(node_id, label) for label in known)


def _parties(values: Iterable[Any]) -> list[str]:
    return [v for v in values if isinstance(v, str) and key_label_of(v) in PARTY]


def _guarantee_chain(asking: Asking, params: Mapping[str, Any]) -> Table:
    if set(params) != {"id"}:
        raise InputError("guarantee_chain takes one parameter, id: the guarantor's node id.")
    answer = follow_guarantees(asking, str(params["id"]))
    rows = [(r.party.id, r.depth, answer.loan_count, answer.loan_sum_fen) for r in answer.reached]
    return Table.of_rows(("id", "depth", "loan_count", "loan_sum_fen"), rows)

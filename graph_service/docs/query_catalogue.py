"""``docs/queries.md``: every named query, from the header of its file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby

from graph_service.docs.markdown import table
from graph_service.use_cases.named_queries import FILLED_IN, READS
from queries.catalogue import Query, catalogue

_INTRODUCTION = """\
# Queries 命名查询

Written by `make docs` from the headers of `queries/catalogue/`; a test fails when this page is stale.

Ask one with `python -m graph_service query NAME -p name=value`, or over GraphQL with `namedQuery`. Day, knowledge and
classes (`as_of`, `known_run`, `audiences`, `banks`) are filled in by the service: nobody says himself what he may see.
Queries with access `reads-facts` and `reads-nodes` are open to whoever may ask named queries, `admin` to the operator
only. Those that only the service itself uses are listed at the end.

## guarantee_chain

Everyone behind one guarantor, to the end, and what they borrowed 担保链. Answered from the projection, so its length has
no bound.

"""
_CHAIN = (
    ("`id`", "parameter", "STRING", "node id of the guarantor"),
    ("`id`", "column", "STRING", "a party that is reached, the guarantor not included"),
    ("`depth`", "column", "INTEGER", "fewest guarantees that lead there"),
    ("`loan_count`", "column", "INTEGER", "distinct loans of all reached parties, the same in every row"),
    ("`loan_sum_fen`", "column", "INTEGER", "their sum in fen, the same in every row"),
)


def query_catalogue(queries: Mapping[str, Query] | None = None) -> str:
    """Render the page; the same headers give the same bytes."""
    listed = catalogue() if queries is None else queries
    open_ones = [q for q in listed.values() if q.header.access in READS | {"admin"}]
    inner = [q for q in listed.values() if q not in open_ones]
    parts = [_INTRODUCTION + table(("Name", "Is", "Type", "Meaning"), _CHAIN)]
    for subject, group in groupby(sorted(open_ones, key=_order), key=lambda q: q.subject):
        parts += [f"# {subject}\n", *(_query(query) for query in group)]
    if inner:
        rows = ((f"`{q.header.name}`", q.header.question) for q in sorted(inner, key=_order))
        parts.append("# Used by the service itself\n\n" + table(("Query", "What it does"), rows))
    return "\n".join(parts)


def _order(query: Query) -> tuple[str, str]:
    return (query.subject, query.header.name)


def _query(query: Query) -> str:
    header = query.header
    own = {name: kind for name, kind in header.params.items() if name not in FILLED_IN}
    rows = [*_typed(own, "parameter"), *_typed(header.returns, "column")]
    said = f"{header.question[:1].upper()}{header.question[1:]}"
    return f"## {header.name}\n\n{said} Bounds: {header.bounds}. Access: {header.access}.\n\n" + table(
        ("Name", "Is", "Type"), rows
    )


def _typed(named: Mapping[str, str], what: str) -> Iterable[tuple[str, str, str]]:
    return ((f"`{name}`", what, kind) for name, kind in named.items())

"""Everything that a caller may see, as tables 导出: one a key label, one a relationship."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from algorithms.projection import SINCE_EVER, STILL, ClassBits, Edges, Projection
from graph_service.asking import Asking
from graph_service.use_cases.parties import describe
from schema.access import Audience
from schema.edges import EDGES
from schema.nodes import NODES, PARTY
from schema.provenance import fact_id

_AUDIENCES: Final = {audience.bit: audience.value for audience in Audience}


@dataclass(frozen=True)
class Export:
    """A part of the graph, as one caller may see it.

    Parameters
    ----------
    known_run : int
        Graph version.
    as_of : date
        The facts held on that day.
    nodes : mapping of str to DataFrame
        Key label → ``id, kinds, audience, bank`` and the declared properties; labels without a node are left out.
    edges : mapping of str to DataFrame
        Relationship → ``fact, start, start_label, end, end_label, valid_from, valid_to, audience, bank`` and the declared
        properties.
    """

    known_run: int
    as_of: dt.date
    nodes: Mapping[str, pl.DataFrame]
    edges: Mapping[str, pl.DataFrame]

    @property
    def counts(self) -> dict[str, dict[str, int]]:
        """How many nodes and facts of each kind."""
        return {
            "nodes": {label: len(frame) for label, frame in self.nodes.items()},
            "edges": {name: len(frame) for name, frame in self.edges.items()},
        }


def export_graph(asking: Asking) -> Export:
    """Return what the caller may see of the day, all of it, and note every party in it as asked about.

    A fact stands there only with both its ends, a property only where a query would show it. Consents are never exported:
    they are live.

    Notes
    -----
    O(V + E); persons are described one by one for a caller who may not see what is personal.
    """
    nodes = {label: _nodes(asking, label) for label in NODES}
    edges = {name: _edges(asking, name) for name in EDGES}
    asking.about(*(i for label in PARTY for i in nodes[label]["id"]))
    return Export(
        asking.known_run,
        asking.as_of,
        {label: frame for label, frame in nodes.items() if len(frame)},
        {name: frame for name, frame in edges.items() if len(frame)},
    )


# tables ---------------------------------------------------------------------------------------------------------------
def _nodes(asking: Asking, label: str) -> pl.DataFrame:
    p = asking.projection
    first, last = p.spans[label]
    places = first + np.flatnonzero(asking.view.visible[first:last])
    frame = _shown(asking, label, places)
    return pl.DataFrame(
        {
            "id": _ids(p, places),
            "kinds": frame["kinds"],
            "audience": _audiences(p.audience[places]),
            "bank": _ids(p, p.bank[places]),
            **{name: frame[name] for name in NODES[label].field_names},
        }
    )


def _shown(asking: Asking, label: str, places: NDArray[np.int64]) -> pl.DataFrame:
    """Return the properties of nodes as a query would show them to this caller."""
    p = asking.projection
    frame = p.frames[label][places - p.spans[label][0]]
    personal = label == "Person" and Audience.RESTRICTED not in asking.access.classes
    if not (personal or label == "ChainProgram"):
        return frame
    rows = [
        {"kinds": [*node.kinds], **node.properties} for node in (describe(asking, int(i)) for i in places)
    ]
    return pl.DataFrame(rows, schema=frame.schema)


def _edges(asking: Asking, name: str) -> pl.DataFrame:
    p = asking.projection
    e = p.edges[name]
    places = asking.view.positions(name)
    said = e.properties[places].to_dict() if e.properties.width else {}  # a frame without columns has no rows
    return pl.DataFrame({**_meta(p, e, places), **said})


def _meta(p: Projection, e: Edges, places: NDArray[np.int64]) -> dict[str, pl.Series]:
    facts = [fact_id(int(k), int(r)) for k, r in zip(e.key[places], e.run[places], strict=True)]
    return {
        "fact": pl.Series(facts, dtype=pl.String),
        "start": _ids(p, e.start[places]),
        "start_label": _labels(p, e.start[places]),
        "end": _ids(p, e.end[places]),
        "end_label": _labels(p, e.end[places]),
        "valid_from": _days(e.since[places], SINCE_EVER),
        "valid_to": _days(e.until[places], STILL),
        "audience": _audiences(e.audience[places]),
        "bank": _ids(p, e.bank[places]),
    }


def _ids(p: Projection, places: NDArray[Any]) -> pl.Series:
    return pl.Series([p.ids[i] if i >= 0 else None for i in places.tolist()], dtype=pl.String)


def _labels(p: Projection, places: NDArray[np.int32]) -> pl.Series:
    names = [label for label, (first, last) in p.spans.items() if last > first]
    ends = [p.spans[label][1] for label in names]
    return pl.Series(
        [names[i] for i in np.searchsorted(ends, places, side="right").tolist()], dtype=pl.String
    )


def _days(days: NDArray[np.int32], null: int) -> pl.Series:
    return pl.Series([None if day == null else day for day in days.tolist()], dtype=pl.Int32).cast(pl.Date)


def _audiences(bits: ClassBits) -> pl.Series:
    return pl.Series([_AUDIENCES[bit] for bit in bits.tolist()], dtype=pl.String)


def rows(frames: Mapping[str, pl.DataFrame]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every row of several tables with the table's name, unknown values left out."""
    for name, frame in frames.items():
        for row in frame.iter_rows(named=True):
            yield name, {column: value for column, value in row.items() if value is not None}

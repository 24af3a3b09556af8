"""A city's columns, made with NumPy in the form that a store hands out: 1M enterprises, 3M people, 10M facts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from algorithms.column_types import COLUMN_DTYPES
from benchmarks.registers import register
from schema.edges import EDGES
from schema.nodes import NODES
from schema.tables import Table

Ints = NDArray[np.int64]
Ends = tuple[Ints, Ints]
FIRST_DAY, LAST_DAY = 14_000, 20_500  # days since 1970: 2008 to early 2026


@dataclass(frozen=True)
class CitySize:
    """How large a city is.

    Attributes
    ----------
    enterprises, people : int
    facts : int
        All relationships together; their mix is fixed.
    """

    enterprises: int = 1_000_000
    people: int = 3_000_000
    facts: int = 10_000_000


MIX = {
    "OWNS": 0.30,
    "LEGAL_REP_OF": 0.10,
    "HOLDS_POST": 0.12,
    "FAMILY_OF": 0.08,
    "SUPPLIES": 0.16,
    "REACHED_AT": 0.16,
    "GUARANTOR": 0.03,
    "BENEFICIARY": 0.03,
    "SUBJECT_OF": 0.02,
}
"""Parts of all facts."""


def city_columns(size: CitySize, seed: int = 0) -> tuple[dict[str, Table], dict[str, Table]]:
    """Return the tables of nodes and facts that ``algorithms.projection.project`` takes.

    Notes
    -----
    Who owns whom is a register of :mod:`benchmarks.registers`; a family is a couple; a guarantee has one guarantor and one
    beneficiary; suppliers are drawn by a power law; two parties share a contact on average; a fiftieth of the facts are
    listings of dishonesty and of abnormal status. All is public and holds since a day between 2008 and 2026.
    """
    random = np.random.default_rng(seed)
    count = {name: int(part * size.facts) for name, part in MIX.items()}
    contacts, agreements, listings = count["REACHED_AT"] // 2, count["GUARANTOR"], count["SUBJECT_OF"]
    nodes = {
        "LegalEntity": _nodes("LegalEntity", size.enterprises, "E:city:", ["Enterprise"], status="ACTIVE"),
        "Person": _nodes("Person", size.people, "P:city:", []),
        "Contact": _nodes("Contact", contacts, "C:phone:", ["Phone"], contact_kind="PHONE"),
        "Guarantee": _nodes("Guarantee", agreements, "city:g", [], amount_fen=100_000_000),
        "ListMembership": _listings(listings, random),
    }
    return nodes, _facts(size, count, random)


def _facts(size: CitySize, count: dict[str, int], random: np.random.Generator) -> dict[str, Table]:
    def some(of: int, n: int) -> Ints:
        return random.integers(0, of, n)

    firms, people = size.enterprises, size.people
    agreements = np.arange(count["GUARANTOR"])
    couples = random.permutation(people)[: 2 * count["FAMILY_OF"]]
    power = (firms * random.random(count["SUPPLIES"]) ** 2).astype(np.int64)
    supplied = (some(firms, len(power)), power)
    plain: dict[str, tuple[Ends, dict[str, Any]]] = {
        "LEGAL_REP_OF": ((some(people, count["LEGAL_REP_OF"]), np.arange(count["LEGAL_REP_OF"]) % firms), {}),
        "HOLDS_POST": (
            (some(people, count["HOLDS_POST"]), some(firms, count["HOLDS_POST"])),
            {"post": "DIRECTOR"},
        ),
        "FAMILY_OF": ((couples[::2], couples[1::2]), {"kin": "SPOUSE"}),
        "SUPPLIES": (supplied, {"share_ratio": random.random(len(power)) * 0.5}),
        "REACHED_AT": (
            (some(firms, count["REACHED_AT"]), some(count["REACHED_AT"] // 2, count["REACHED_AT"])),
            {},
        ),
        "GUARANTOR": ((some(firms, len(agreements)), agreements), {}),
        "BENEFICIARY": ((agreements, some(firms, len(agreements))), {}),
        "SUBJECT_OF": (
            (some(firms, count["SUBJECT_OF"]), np.arange(count["SUBJECT_OF"])),
            {"end_label": "ListMembership"},
        ),
    }
    found = {name: _table(name, ends, random, **values) for name, (ends, values) in plain.items()}
    return {"OWNS": _holdings(size, count["OWNS"], random), **found}


def _holdings(size: CitySize, count: int, random: np.random.Generator) -> Table:
    """Persons' and enterprises' holdings of enterprises; both number from 0 in their own tables."""
    made = register(int(size.enterprises / 0.46), count, 500)
    edges = made.shares.tocoo()
    first = made.shares.shape[0] - made.companies
    by_firm = edges.row >= first
    holder = np.where(
        by_firm, np.minimum(edges.row - first, size.enterprises - 1), edges.row * 2 % size.people
    )
    held = np.minimum(edges.col - first, size.enterprises - 1)
    labels = pl.select(
        pl.when(pl.Series(by_firm)).then(pl.lit("LegalEntity")).otherwise(pl.lit("Person"))
    ).to_series()
    ends = holder.astype(np.int64), held.astype(np.int64)
    return _table("OWNS", ends, random, start_label=labels, share_ratio=edges.data)


def _nodes(label: str, count: int, prefix: str, kinds: list[str], **values: Any) -> Table:
    ids = pl.select(pl.lit(prefix) + pl.int_range(count).cast(pl.String)).to_series()
    kind = pl.Series([kinds], dtype=pl.List(pl.String)).new_from_index(0, count)
    meta = {
        "id": ids,
        "kinds": kind,
        "audience": _same("PUBLIC", pl.String, count),
        "bank": _same(None, pl.String, count),
        "run": np.ones(count, dtype=np.int64),
        "line": np.arange(count),
    }
    return _completed(meta, NODES[label].fields, values, count)


def _listings(count: int, random: np.random.Generator) -> Table:
    kinds = np.array(["DISHONEST_DEBTOR", "ABNORMAL_OPERATION"])[random.integers(0, 2, count)]
    listed = pl.Series(random.integers(19_500, 20_400, count).astype(np.int32)).cast(pl.Date)
    return _nodes(
        "ListMembership", count, "city:l", ["Sanction"], list_kind=pl.Series(kinds), listed_on=listed
    )


def _table(name: str, ends: Ends, random: np.random.Generator, **values: Any) -> Table:
    edge, count = EDGES[name], len(ends[0])
    since = random.integers(FIRST_DAY, LAST_DAY, count).astype(np.int32)
    meta = {
        "start": ends[0],
        "end": ends[1],
        "start_label": values.pop("start_label", _same(edge.starts[0], pl.String, count)),
        "end_label": _same(values.pop("end_label", edge.ends[0]), pl.String, count),
        "key": (list(EDGES).index(name) << 40) + np.arange(count),
        "run": np.ones(count, dtype=np.int64),
        "line": np.arange(count) + 2,
        "valid_from": since,
        "valid_to": np.full(count, np.iinfo(np.int32).max, dtype=np.int32),
        "audience": _same("PUBLIC", pl.String, count),
        "bank": _same(None, pl.String, count),
    }
    return _completed(meta, edge.fields, values, count)


def _completed(meta: dict[str, Any], fields: Any, values: dict[str, Any], count: int) -> Table:
    columns = dict(meta)
    for field in fields:
        value = values.get(field.name)
        given = isinstance(value, (pl.Series, np.ndarray))
        columns[field.name] = value if given else _same(value, COLUMN_DTYPES[field.kind], count)
    return Table(tuple(columns), tuple(columns.values()))


def _same(value: object, dtype: Any, count: int) -> pl.Series:
    return pl.Series([value], dtype=dtype).new_from_index(0, count)

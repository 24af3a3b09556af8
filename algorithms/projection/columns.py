"""One column of a store's table as an array: lists, NumPy arrays and Arrow columns are taken as they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
import polars as pl
from numpy.typing import NDArray

from algorithms.column_types import COLUMN_DTYPES
from algorithms.projection.arrays import ClassBits
from algorithms.projection.ids import LabelIndex
from schema.access import Audience
from schema.errors import InputError
from schema.fields import Field
from schema.tables import Table

Column: TypeAlias = Any
"""A sequence of values, a NumPy array, or a polars series."""
_BITS = {a.value: a.bit for a in Audience}


def series(values: Column, dtype: Any, name: str = "") -> pl.Series:
    """Return a column of a declared type; a column that is one already is not copied."""
    if isinstance(values, pl.Series):
        return values.alias(name) if values.dtype == dtype else values.alias(name).cast(dtype)
    if isinstance(values, np.ndarray) and values.dtype != object:
        return pl.Series(name, values).cast(dtype)
    return pl.Series(name, list(values), dtype=dtype, strict=True)


def properties(table: Table, fields: Sequence[Field]) -> dict[str, pl.Series]:
    """Return the declared properties, nulls kept."""
    return {f.name: series(table[f.name], COLUMN_DTYPES[f.kind], f.name) for f in fields}


def numbers(values: Column, dtype: type[np.generic]) -> NDArray[Any]:
    """Return a column without nulls."""
    return np.ascontiguousarray(values, dtype=dtype)


def audience_bits(values: Column) -> ClassBits:
    """Return data classes as bits; a column of bits passes through."""
    if isinstance(values, np.ndarray) and values.dtype == np.uint16:
        return values
    column = series(values, pl.String)
    if not column.len():
        return np.empty(0, dtype=np.uint16)
    return column.replace_strict(_BITS, return_dtype=pl.UInt16).to_numpy()


def day_numbers(values: Column, null: int) -> NDArray[np.int32]:
    """Return civil days as days since 1970; a column of such numbers passes through."""
    if isinstance(values, np.ndarray) and values.dtype == np.int32:
        return values
    return series(values, pl.Date).to_physical().fill_null(null).to_numpy()


def banks(values: Column, entities: LabelIndex) -> NDArray[np.int32]:
    """Return the positions of the banks that facts or nodes belong to, -1 for none. There are few of them."""
    column = series(values, pl.String)
    if column.null_count() == column.len():
        return np.full(column.len(), -1, dtype=np.int32)
    few = LabelIndex(column.drop_nulls().unique(), 0)
    place = np.append(entities.places(few.column), np.int32(-1))
    found: NDArray[np.int32] = place[few.places(column)]
    return found


def ends(
    table: Table, side: str, labels: tuple[str, ...], index: Mapping[str, LabelIndex], name: str
) -> NDArray[np.int32]:
    """Return the positions of one side's nodes; each id is looked up under its own key label.

    A column of whole numbers holds rows of the label's own table instead of ids.

    Raises
    ------
    InputError
        A fact ends at a node that was not given.
    """
    given: Column = table[side]
    column = pl.Series(given) if isinstance(given, np.ndarray) else series(given, _end_type(given))
    if len(labels) == 1:
        found = _places(column, index[labels[0]])
    else:
        found = np.full(column.len(), -1, dtype=np.int32)
        of = series(table[f"{side}_label"], pl.String)
        for label in labels:
            mine = of == label
            if mine.any():
                found[mine.to_numpy()] = _places(column.filter(mine), index[label])
    if len(found) and found.min() < 0:
        lost = column[int(np.argmin(found))]
        raise InputError(
            f"{name}: there is no node {lost!r} at the {side} of a fact among {', '.join(labels)}."
        )
    return found


def _end_type(given: Any) -> Any:
    return given.dtype if isinstance(given, pl.Series) else pl.String


def _places(column: pl.Series, index: LabelIndex) -> NDArray[np.int32]:
    if not column.dtype.is_integer():
        return index.places(column)
    rows = column.to_numpy().astype(np.int32, copy=False)
    if len(rows) and (rows.min() < 0 or rows.max() >= len(index)):
        return np.full(len(rows), -1, dtype=np.int32)
    return rows + np.int32(index.first) if index.first else rows

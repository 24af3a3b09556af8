"""How a declared field type stands in a table column: one answer for projections and rules."""

from __future__ import annotations

import polars as pl

COLUMN_DTYPES: dict[str, pl.DataType | type[pl.DataType]] = {
    "string": pl.String,
    "integer": pl.Int64,
    "money": pl.Int64,
    "ratio": pl.Float64,
    "number": pl.Float64,
    "boolean": pl.Boolean,
    "date": pl.Date,
    "datetime": pl.Datetime("us", "UTC"),
}

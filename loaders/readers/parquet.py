"""Parquet: the columns as they are, each value as the text that it would be in CSV."""

from __future__ import annotations

import io
from typing import Final

import polars as pl
from polars.exceptions import PolarsError

from loaders.readers.rows import Rows, rows_of
from schema.errors import FileRefused

PARQUET: Final = b"PAR1"
MOST_CELLS: Final = 200_000_000
"""A packed file says nothing of its size: one value, repeated a thousand million times, takes a few bytes."""


def read_parquet(content: bytes, name: str) -> Rows:
    """Read a Parquet file; rows are numbered as if a header stood in line 1, and one without any value is left out.

    Raises
    ------
    FileRefused
        When it is damaged, holds more than ``MOST_CELLS``, or a column holds lists or structures.
    """
    try:
        packed = pl.scan_parquet(io.BytesIO(content))
        cells = packed.select(pl.len()).collect().item() * len(packed.collect_schema())
        if cells > MOST_CELLS:
            raise FileRefused(f"{name} holds {cells} cells: split it, or deliver it as CSV.")
        frame = pl.read_parquet(io.BytesIO(content))
        nested = [column for column, kind in frame.schema.items() if kind.is_nested() or kind == pl.Binary]
        if nested:
            raise FileRefused(
                f"{name}: the column {nested[0]} holds no plain values; a column holds one value."
            )
        texts = frame.select(pl.all().cast(pl.String).fill_null(""))
    except (PolarsError, OSError) as error:
        raise FileRefused(f"{name} is no Parquet file that can be read: {error}.") from None
    numbered = ((n, list(row)) for n, row in enumerate(texts.iter_rows(), 2) if any(row))
    return rows_of(name, texts.columns, numbered)

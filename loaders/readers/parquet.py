"""Parquet: the columns as they are, each value as the text that it would be in CSV."""

from __future__ import annotations

import io
from typing import Final

import polars as pl
from polars.exceptions import PolarsError

from loaders.readers.rows import Rows, rows_of
from schema.errors import FileRefused

PARQUET: Final = b"PAR1"


def read_parquet(content: bytes, name: str) -> Rows:
    """Read a Parquet file; rows are numbered as if a header stood in line 1.

    Raises
    ------
    FileRefused
        When it is damaged, or a column holds lists or structures.
    """
    try:
        frame = pl.read_parquet(io.BytesIO(content))
        nested = [column for column, kind in frame.schema.items() if kind.is_nested() or kind == pl.Binary]
        if nested:
            raise FileRefused(
                f"{name}: the column {nested[0]} holds no plain values; a column holds one value."
            )
        texts = frame.select(pl.all().cast(pl.String).fill_null(""))
    except (PolarsError, OSError) as error:
        raise FileRefused(f"{name} is no Parquet file that can be read: {error}.") from None
    return rows_of(name, texts.columns, ((n, list(row)) for n, row in enumerate(texts.iter_rows(), 2)))

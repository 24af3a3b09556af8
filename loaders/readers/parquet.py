"""Parquet: the columns as they are, each value as the text that it would be in CSV."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path
from typing import Final

import polars as pl

from loaders.readers.rows import Rows, rows_of
from schema.errors import FileRefused

PARQUET: Final = b"PAR1"
MOST_CELLS: Final = 200_000_000
"""A packed file says nothing of its size: one value, repeated a thousand million times, takes a few bytes."""
_UNPACK: Final = Path(__file__).with_name("unpack_parquet.py")
_LONGEST_SECONDS: Final = 600


def read_parquet(content: bytes, name: str) -> Rows:
    """Read a Parquet file; rows are numbered as if a header stood in line 1, and one without any value is left out.

    Raises
    ------
    FileRefused
        When it is damaged, holds more than ``MOST_CELLS``, or a column holds lists or structures.
    """
    texts = pl.read_ipc_stream(io.BytesIO(_unpacked(content, name)))
    numbered = ((n, list(row)) for n, row in enumerate(texts.iter_rows(), 2) if any(row))
    return rows_of(name, texts.columns, numbered)


def _unpacked(content: bytes, name: str) -> bytes:
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(_UNPACK), str(MOST_CELLS)],
            input=content,
            capture_output=True,
            timeout=_LONGEST_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise FileRefused(f"{name} takes longer than {_LONGEST_SECONDS} s to unpack: split it.") from None
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2]
        raise FileRefused(f"{name} is no Parquet file that can be read: {said or 'its decoder gave up'}")
    return done.stdout

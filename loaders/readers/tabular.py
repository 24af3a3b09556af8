"""Which reader a file wants: by what its bytes say, for a name may say anything."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

from loaders.readers.delimited import read_delimited
from loaders.readers.encoding import decode
from loaders.readers.ndjson import read_ndjson
from loaders.readers.parquet import PARQUET, read_parquet
from loaders.readers.rows import Rows
from loaders.readers.workbook import WORKBOOKS, read_workbook

Reader: TypeAlias = Callable[[bytes, str], Rows]
"""Bytes and file name → rows; raises FileRefused."""
ENDINGS: Final = (".csv", ".xlsx", ".xls", ".ods", ".ndjson", ".jsonl", ".parquet")


def read_rows(content: bytes, name: str, delimiter: str = ",") -> Rows:
    """Read delimited text, NDJSON, a workbook or Parquet.

    Raises
    ------
    FileRefused
        For anything else, and whatever the readers refuse.
    """
    if content.startswith(PARQUET):
        return read_parquet(content, name)
    if content.startswith(WORKBOOKS):
        return read_workbook(content, name)
    text = decode(content, name)
    if text.lstrip().startswith("{"):
        return read_ndjson(text, name)
    return read_delimited(text, name, delimiter)

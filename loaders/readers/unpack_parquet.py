"""Parquet on standard input → one Arrow IPC stream of texts on standard output; run as a script, in a process of its own.

A damaged file can make the decoder panic, or ask for more memory than there is and end the process: then this one ends, not
the service. It imports nothing of the house, so that it starts fast.
"""

from __future__ import annotations

import io
import sys

import polars as pl


def main() -> None:
    """Unpack a file of at most so many cells as the argument says; what is wrong with one that can be read is the exit message."""
    content = io.BytesIO(sys.stdin.buffer.read())
    packed = pl.scan_parquet(content)
    schema = packed.collect_schema()
    cells = packed.select(pl.len()).collect().item() * len(schema)
    if cells > int(sys.argv[1]):
        sys.exit(f"it holds {cells} cells: split it, or deliver it as CSV.")
    nested = [column for column, kind in schema.items() if kind.is_nested() or kind == pl.Binary]
    if nested:
        sys.exit(f"the column {nested[0]} holds no plain values; a column holds one value.")
    texts = packed.select(pl.all().cast(pl.String).fill_null("")).collect()
    texts.write_ipc_stream(sys.stdout.buffer)


if __name__ == "__main__":
    main()

"""XML with one element a record: read as a stream, so that memory holds one record's tree and the values that are kept.

Entities are never resolved and a document type is refused: a delivery has no use for either, and both are how a small file
becomes a large one, or another file's content.
"""

from __future__ import annotations

import io
import re
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from lxml import etree

from loaders.readers.rows import Rows, rows_of
from schema.errors import FileRefused

_NAME: Final = re.compile(r"(?:^|(?<=[/\[]))(?=[^/\[])")
"""Where the name of an element begins in a path."""
_HEAD_BYTES: Final = 1 << 20
"""A header that is longer than this is none."""


def read_xml(content: bytes, name: str, record: str, columns: Sequence[str]) -> Rows:
    """Read every element called ``record``; a column is the path of an element below it, without namespaces.

    Parameters
    ----------
    record : str
        Local name of the element that is a row.
    columns : sequence of str
        Paths such as ``Entity/LegalName``, also with ``[Name='value']`` after a step. An element that is not there gives
        ``""``; several give their texts with `` | `` between, which no date and no code is.

    Raises
    ------
    FileRefused
        For what is no XML, is cut off, or has a document type.
    """
    paths = [_NAME.sub("{*}", path) for path in columns]
    numbered = (
        (int(element.sourceline), [_text(element, path) for path in paths])
        for element in _records(io.BytesIO(content), name, record)
    )
    return rows_of(name, columns, numbered)


def read_xml_header(path: Path, headers: Collection[str]) -> tuple[str, dict[str, str]]:
    """Return the local name of a file's root, and the texts below the first element of one of these names, by local name.

    The file is read as far as that element only; a file without one gives no texts.

    Raises
    ------
    FileRefused
        For what is no XML or has a document type.
    """
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
    except OSError as error:
        raise FileRefused(f"{path.name} cannot be read: {error.strerror}.") from None
    root = ""
    try:
        for event, element in _walk(io.BytesIO(head), path.name, ("start", "end")):
            name = _local(element)
            root = root or name
            if event == "end" and name in headers:
                return root, {_local(child): (child.text or "").strip() for child in element}
    except FileRefused:
        if not root:
            raise  # otherwise the head was simply cut where the read ended
    return root, {}


def _records(file: io.BytesIO, name: str, record: str) -> Iterator[Any]:
    """Yield each record, then forget it."""
    for _, element in _walk(file, name, ("end",), f"{{*}}{record}"):
        yield element
        element.clear()
        while element.getprevious() is not None:  # lxml keeps emptied siblings in the tree
            del element.getparent()[0]


def _walk(
    file: io.BytesIO, name: str, events: tuple[str, ...], tag: str | None = None
) -> Iterator[tuple[str, Any]]:
    options: dict[str, Any] = {"resolve_entities": False, "load_dtd": False, "no_network": True}
    try:
        walk = etree.iterparse(file, events=events, tag=tag, remove_comments=True, remove_pis=True, **options)
        for count, (event, element) in enumerate(walk):
            if not count:
                _refuse_type(element, name)
            yield event, element
        _refuse_type(walk.root, name)
    except etree.XMLSyntaxError as error:
        raise FileRefused(f"{name} is no XML that can be read: {error.msg}.") from None


def _refuse_type(element: Any, name: str) -> None:
    if element.getroottree().docinfo.internalDTD is not None:
        raise FileRefused(f"{name} has a document type, which no delivery needs: send it without.")


def _local(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]  # not by QName: a parser lets names through that are none


def _text(element: Any, path: str) -> str:
    found = (" ".join("".join(each.itertext()).split()) for each in element.findall(path))
    return " | ".join(text for text in found if text)

"""Which encoding a file is in: UTF-8 (with or without mark) or GB18030, tried in this order, and nothing is guessed.

GB18030 accepts almost any bytes, so two accidents are looked for before it is believed: a UTF-8 file with a few broken
bytes, and text of some other encoding that decodes to characters nobody writes.
"""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from schema.errors import FileRefused

_MARKS = {
    codecs.BOM_UTF32_LE: "UTF-32",
    codecs.BOM_UTF32_BE: "UTF-32",
    codecs.BOM_UTF16_LE: "UTF-16",
    codecs.BOM_UTF16_BE: "UTF-16",
}
_CONTAINERS = {
    b"PK\x03\x04": "a zip archive",
    b"\x1f\x8b": "a gzip archive",
    b"%PDF": "a PDF",
}
_ADVICE = "save it as text in UTF-8 or GB18030"
_UNWRITTEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ue000-\uf8ff]")


def read_bytes(path: Path) -> bytes:
    """Return a file's content; FileRefused when there is no such file, it cannot be read or holds nothing."""
    return not_empty(any_bytes(path), path.name)


def any_bytes(path: Path) -> bytes:
    """Return a file's content, be it empty; FileRefused when there is no such file or it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise FileRefused(f"{path.name} cannot be read: {error.strerror}.") from None


def not_empty(content: bytes, name: str) -> bytes:
    """Return the content of a file; FileRefused when it holds nothing."""
    if not content or content.isspace():
        raise FileRefused(f"{name} is empty: a delivery without rows still has its header line.")
    return content


def decode(content: bytes, name: str) -> str:
    """Return the text of a file.

    Raises
    ------
    FileRefused
        For a binary file, UTF-16 or -32, broken UTF-8 (with the line) or an encoding that is neither.
    """
    _refuse_binary(content, name)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        broken = error
    if _mostly_utf8(content):
        line = content.count(b"\n", 0, broken.start) + 1
        raise FileRefused(f"{name} is UTF-8 with broken bytes in line {line}: {_ADVICE} again.")
    try:
        text = content.decode("gb18030")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise FileRefused(f"{name} is neither UTF-8 nor GB18030 (line {line}): {_ADVICE}.") from None
    if odd := _UNWRITTEN.search(text):
        line = text.count("\n", 0, odd.start()) + 1
        raise FileRefused(f"{name} is neither UTF-8 nor GB18030 (line {line}): {_ADVICE}.")
    return text


def _refuse_binary(content: bytes, name: str) -> None:
    for head, what in _CONTAINERS.items():
        if content.startswith(head):
            raise FileRefused(f"{name} is {what}: export the sheet or unpack the file first, as CSV.")
    for mark, encoding in _MARKS.items():
        if content.startswith(mark):
            raise FileRefused(f"{name} is in {encoding}: {_ADVICE}.")
    if (at := content.find(b"\0")) >= 0:
        line = content.count(b"\n", 0, at) + 1
        raise FileRefused(f"{name} holds a NUL byte in line {line}, so it is no text file: {_ADVICE}.")


def _mostly_utf8(content: bytes) -> bool:
    """Whether most bytes above 127 form valid UTF-8: GB18030 text practically never does."""
    above = sum(byte > 127 for byte in content)
    broken = sum("\udc80" <= c <= "\udcff" for c in content.decode("utf-8", "surrogateescape"))
    return broken * 4 < above

"""What every identifier shares: one way to clean typed characters, and the hint that is not an error."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff"))


@dataclass(frozen=True, slots=True)
class Hint:
    """Something odd in a valid identifier: reported, never a reason to refuse it.

    Parameters
    ----------
    rule : str
        Stable name of the rule, e.g. ``uscc.department_class``.
    detail : str
        What is odd, in one sentence.
    """

    rule: str
    detail: str


def half_width(text: str) -> str:
    """Return `text` with full-width forms 全角 made half-width and invisible characters removed.

    Ideographs stay as they are (traditional and simplified are not merged here).
    """
    if text.isascii():  # most codes are, and nothing of it changes
        return text
    return unicodedata.normalize("NFKC", text).translate(_INVISIBLE)


def compact(text: str) -> str:
    """Return `text` half-width, upper-case and without any white space: the written form of a code."""
    joined = "".join(half_width(text).split()).upper()
    return half_width(joined)  # again: without the space a combining mark may have met its letter

"""Legal entity identifiers (LEI): eighteen characters and two check digits.

References
----------
ISO 17442-1:2020; the check is ISO/IEC 7064 MOD 97-10.
"""

from __future__ import annotations

import re

from schema.errors import IdentifierInvalid
from schema.identifiers.text import compact

_FORM = re.compile(r"[0-9A-Z]{18}[0-9]{2}")


def validate_lei(text: str) -> str:
    """Return the LEI in `text`, upper-case.

    Raises
    ------
    IdentifierInvalid
        Rule ``lei.form`` or ``lei.check_digits``.
    """
    lei = compact(text)
    if not _FORM.fullmatch(lei):
        raise IdentifierInvalid(
            f"An LEI is 18 digits or letters and 2 check digits; this is {lei[:24]!r}.", "lei.form"
        )
    if _remainder(lei) != 1:
        raise IdentifierInvalid(
            f"{lei} fails its check digits (MOD 97-10): look for a mistyped character.", "lei.check_digits"
        )
    return lei


def make_lei(first18: str) -> str:
    """Return `first18` (digits and capital letters) with its two check digits."""
    if not _FORM.fullmatch(first18 + "00"):
        raise IdentifierInvalid("The body of an LEI is 18 digits or capital letters.", "lei.form")
    return f"{first18}{98 - _remainder(first18 + '00'):02d}"


def _remainder(lei: str) -> int:
    """Read letters as 10 to 35 and return the whole number modulo 97."""
    return int("".join(str(int(c, 36)) for c in lei)) % 97

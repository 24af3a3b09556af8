"""Resident identity numbers 公民身份号码: checked here, then kept only as a pseudonym and a mask.

No error of this module, and no ``repr``, quotes the number. Region parts are hints: codes of abolished counties stay
valid for life, and residence permits of Hong Kong, Macao and Taiwan residents and foreigners' permanent residence
cards use the same check.

References
----------
GB 11643-1999; the check is ISO 7064 MOD 11-2. Fifteen-digit numbers (before 1999-10-01) lack century and check.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from operator import mul

from schema.errors import ConfigurationError, IdentifierInvalid
from schema.identifiers.region_code import PROVINCES
from schema.identifiers.text import Hint, compact
from schema.periods import today_in_shanghai

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ZEROS = sum(_WEIGHTS) * ord("0")
_CHECKS = "10X98765432"
_FORM = re.compile(r"[0-9]{15}|[0-9]{17}[0-9X]")
_EARLIEST_BIRTH = date(1900, 1, 1)
_KEY_BYTES = 16
_PERMITS = {"81", "82", "83"}  # residence permits: Hong Kong, Macao, Taiwan


@dataclass(frozen=True, slots=True)
class ResidentId:
    """A number that passed every check.

    Parameters
    ----------
    number : str
        Eighteen characters; never shown by ``repr``.
    birth_on : datetime.date
        Date of birth in the number.
    """

    number: str = field(repr=False)
    birth_on: date = field(repr=False)

    @property
    def region6(self) -> str:
        """The region where the number was first issued."""
        return self.number[:6]

    @property
    def hints(self) -> tuple[Hint, ...]:
        """What is odd without making the number wrong."""
        head = self.number[:2]
        if head in PROVINCES or head in _PERMITS or head.startswith("9"):
            return ()
        return (Hint("resident_id.region", f"No province has the code {head}."),)


def validate_resident_id(text: str, on: date | None = None) -> ResidentId:
    """Return the number in `text`, in its eighteen-digit form, or say why there is none.

    Parameters
    ----------
    text : str
        Fifteen or eighteen characters; full-width forms, a lower-case x and spaces are accepted.
        Fifteen-digit numbers are read as born in 19YY.
    on : datetime.date, optional
        Births after this day are refused; today in Shanghai by default.

    Raises
    ------
    IdentifierInvalid
        ``rule`` is ``resident_id.form``, ``resident_id.check_digit`` or ``resident_id.birth_date``.
    """
    return _validated(text, on or today_in_shanghai())


@lru_cache(maxsize=16)  # whoever asks for the number asks for its mask and its year of birth as well
def _validated(text: str, latest: date) -> ResidentId:
    number = compact(text)
    if not _FORM.fullmatch(number):
        raise IdentifierInvalid(
            "An identity number is 15 digits, or 17 digits and a check digit (0-9 or X): copy it again.",
            "resident_id.form",
        )
    if len(number) == 15:
        number = f"{number[:6]}19{number[6:]}"
        number += check_digit(number)
    elif number[17] != check_digit(number[:17]):
        raise IdentifierInvalid(
            "This identity number fails its check digit: look for a mistyped digit.",
            "resident_id.check_digit",
        )
    return ResidentId(number, _birth(number, latest))


def check_digit(first17: str) -> str:
    """Return the check digit (0-9 or X) of seventeen digits."""
    total = sum(map(mul, first17.encode("ascii"), _WEIGHTS)) - _ZEROS
    return _CHECKS[total % 11]


def normalise(text: str) -> str:
    """Return the eighteen-digit form of a valid number. Raises as `validate_resident_id`."""
    return validate_resident_id(text).number


def birth_year(text: str) -> int:
    """Return the year of birth in a valid number. Raises as `validate_resident_id`."""
    return validate_resident_id(text).birth_on.year


def mask(text: str) -> str:
    """Return what may be shown of a number: three first and two last characters; no date of birth.

    Both written forms of one number have one mask. A text that is no valid number is masked the same way, so that
    a refused row can be shown; short ones are hidden whole.

    Examples
    --------
    >>> mask("11010519491231002X")
    '110*************2X'
    """
    number = compact(text)
    try:
        number = normalise(number)
    except IdentifierInvalid:
        if len(number) < 15:
            return "*" * len(number)
    return number[:3] + "*" * (len(number) - 5) + number[-2:]


def make_resident_id(region6: str, birth_on: date, sequence: int) -> str:
    """Return the number with these parts, for synthetic people.

    Parameters
    ----------
    region6 : str
        Six digits.
    birth_on : datetime.date
        From 1900-01-01.
    sequence : int
        0 to 999; odd for men, even for women.
    """
    first17 = f"{region6}{birth_on:%Y%m%d}{sequence:03d}"
    if not re.fullmatch(r"[0-9]{17}", first17) or birth_on < _EARLIEST_BIRTH:
        raise IdentifierInvalid(
            "An identity number needs a 6-digit region, a birth from 1900 on and a sequence of 0-999.",
            "resident_id.form",
        )
    return first17 + check_digit(first17)


def pseudonymous_person_id(number: str, key: bytes, key_version: int) -> str:
    """Return the graph id of the person who holds `number`: ``P:<key version>:<32 hex characters>``.

    HMAC-SHA256 over the eighteen-digit form, cut to 128 bits: equal for both written forms, not reversible without
    the key (a plain hash would be, there are few birth dates and regions).

    Parameters
    ----------
    number : str
        A valid identity number in either form.
    key : bytes
        The operator's secret, at least 16 bytes.
    key_version : int
        From 1; a new key is a new version, so ids of two keys never look alike.

    Raises
    ------
    IdentifierInvalid
        As `validate_resident_id`.
    ConfigurationError
        When the key is shorter than 16 bytes or the version below 1.
    """
    if len(key) < _KEY_BYTES or key_version < 1:
        raise ConfigurationError(
            f"The identity key needs at least {_KEY_BYTES} bytes and a version from 1: set both in the settings."
        )
    digest = hmac.new(key, normalise(number).encode("ascii"), hashlib.sha256).hexdigest()
    return f"P:{key_version}:{digest[:32]}"


def _birth(number: str, latest: date) -> date:
    try:
        birth = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        birth = date.min
    if not _EARLIEST_BIRTH <= birth <= latest:
        raise IdentifierInvalid(
            "The birth date in this identity number is no day between 1900-01-01 and today: copy it again.",
            "resident_id.birth_date",
        )
    return birth

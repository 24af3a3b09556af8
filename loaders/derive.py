"""Properties of a node that no column holds: parts of a company's name, mask and birth year of a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

from loaders.faults import ValueRefused
from loaders.identity.references import Identity
from loaders.values import parse_text
from schema.identifiers.names import parse_name

_LONGEST_NAME: Final = 500
"""As the LEI standard has it; registered names are shorter."""
Columns = Mapping[str, Sequence[Any]]


def company_name(text: str) -> str:
    """Return a company's name as it is written.

    Raises
    ------
    ValueRefused, IdentifierInvalid
        For what is no text, of which nothing is left without stray signs, or that is longer than any name.
    """
    name = parse_text(text)
    if len(name) > _LONGEST_NAME:  # splitting takes time that grows with the square of the length
        raise ValueRefused(f"A company's name has at most {_LONGEST_NAME} characters.", "name.length")
    _parts(name)
    return name


def derived(label: str, values: Columns) -> dict[str, list[Any]]:
    """Return further properties of the nodes of a file, as columns beside those that were read."""
    if label == "LegalEntity" and "name" in values:
        return _name_columns(values["name"])
    if label == "Person" and "identity_number" in values:
        return _identity_columns(values["identity_number"])
    return {}


def _name_columns(names: Sequence[str | None]) -> dict[str, list[Any]]:
    parts = [_parts(name) if name else _NO_PARTS for name in names]
    columns = zip(*parts, strict=True) if parts else ([] for _ in _NAME_FIELDS)
    return {field: list(column) for field, column in zip(_NAME_FIELDS, columns, strict=True)}


def _identity_columns(identities: Sequence[Identity | None]) -> dict[str, list[Any]]:
    return {
        "id_mask": [identity and identity.mask for identity in identities],
        "birth_year": [identity and identity.birth_year for identity in identities],
    }


_NAME_FIELDS = ("name_region", "name_brand", "name_industry", "legal_form", "branch")
_NO_PARTS = (None,) * len(_NAME_FIELDS)


@lru_cache(maxsize=1 << 16)
def _parts(name: str) -> tuple[str | None, ...]:
    """Split a name; a part that is not there is None. Cached, because a company stands in several files."""
    parts = parse_name(name)
    words = (parts.region, parts.brand, parts.industry, parts.legal_form, parts.branch_no)
    return tuple(word or None for word in words)

"""The basis matrix as typed data: ``basis.toml`` read once, every word of it checked."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Final, TypeVar

from schema.access import Audience, Purpose, Role
from schema.errors import ConfigurationError

BASIS_FILE: Final = Path(__file__).with_name("basis.toml")
Word = TypeVar("Word", bound=StrEnum)


class Basis(StrEnum):
    """On which ground a role sees a data class 处理依据."""

    PUBLIC = "public"
    CONSENT = "consent"
    DUTY = "duty"
    OWN = "own"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of the matrix.

    Attributes
    ----------
    basis : Basis
    purposes : frozenset of Purpose
        Purposes the cell is limited to; all that the role may declare unless the file narrows them.
    citations : tuple of str
        The law, in full, that the cell rests on.
    """

    basis: Basis
    purposes: frozenset[Purpose] = frozenset()
    citations: tuple[str, ...] = ()


NEVER: Final = Cell(Basis.NEVER)


@dataclass(frozen=True, slots=True)
class BasisTable:
    """Everything that ``basis.toml`` declares."""

    cells: Mapping[tuple[Role, Audience], Cell]
    purposes: Mapping[Role, frozenset[Purpose]]
    region_scoped: frozenset[Role]
    known_at: frozenset[Role]
    operations: Mapping[str, frozenset[Role]]


def load_basis(path: Path = BASIS_FILE) -> BasisTable:
    """Read and check a basis file.

    Raises
    ------
    ConfigurationError
        Unreadable, an unknown word, a duty without a citation, or a purpose that its role may not declare.
    """
    try:
        document = tomllib.loads(path.read_text("utf-8"))
        return _table(document)
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError, AttributeError, ValueError) as error:
        raise ConfigurationError(f"The basis matrix {path.name} is wrong: {error}.") from None


def _table(document: Mapping[str, Mapping[str, object]]) -> BasisTable:
    roles = {role: _section(document["roles"], role) for role in _words(Role, document["roles"])}
    purposes = {role: _words(Purpose, section["purposes"]) for role, section in roles.items()}
    law = document["citations"]
    public_law = {Audience(audience): cites for audience, cites in document["audiences"].items()}
    cells = {
        (role, Audience(word)): _cell(entry, purposes[role], law, public_law.get(Audience(word)))
        for role, section in roles.items()
        for word, entry in section.items()
        if word not in {"purposes", "region_scoped"}
    }
    return BasisTable(
        MappingProxyType(cells),
        MappingProxyType(purposes),
        frozenset(role for role, section in roles.items() if section["region_scoped"] is not False),
        _words(Role, document["known_at"]["roles"]),
        MappingProxyType({name: _words(Role, allowed) for name, allowed in document["operations"].items()}),
    )


def _section(roles: Mapping[str, object], role: Role) -> Mapping[str, object]:
    section = roles[role]
    if not isinstance(section, dict):
        raise TypeError(f"roles.{role} must be a table")
    return section


def _cell(entry: object, allowed: frozenset[Purpose], law: Mapping[str, object], public_law: object) -> Cell:
    parts = entry if isinstance(entry, dict) else {"basis": entry}
    if unknown := parts.keys() - {"basis", "purposes", "cites"}:
        raise ValueError(f"a cell has no field {sorted(unknown)}")
    basis = Basis(str(parts["basis"]))
    purposes = _words(Purpose, parts["purposes"]) if "purposes" in parts else allowed
    default = public_law if basis is Basis.PUBLIC and public_law else []
    citations = tuple(str(law[key]) for key in _texts(parts.get("cites", default)))
    if not purposes <= allowed:
        raise ValueError("a cell is limited to a purpose that its role may not declare")
    if basis is Basis.DUTY and not citations:
        raise ValueError("a statutory duty needs a citation")
    return Cell(basis, purposes, citations) if basis is not Basis.NEVER else NEVER


def _words(kind: type[Word], value: object) -> frozenset[Word]:
    return frozenset(kind(word) for word in _texts(value))


def _texts(value: object) -> list[str]:
    if isinstance(value, str) or not isinstance(value, Iterable):
        raise TypeError("a list of words is needed")
    return [str(word) for word in value]

"""Parties: find one by its code or name, and say what it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from graph_service.asking import Asking
from schema.errors import InputError, NotFound
from schema.identifiers.names import normalise_name
from schema.identifiers.uscc import validate_uscc
from schema.nodes import NODES, OF_ITS_BANK, PARTY, PERSONAL, key_label_of

SHORTEST_SEARCH, MOST_FOUND = 2, 10_000


@dataclass(frozen=True)
class NodeAnswer:
    """A node as the caller may see it.

    Parameters
    ----------
    id, label : str
        Graph id and key label.
    kinds : tuple of str
        Kind labels, e.g. Enterprise, Bank.
    name : str or None
        What to call it; None where it has no name (a household).
    properties : mapping
        Declared property → value; unknown ones are left out.
    """

    id: str
    label: str
    kinds: tuple[str, ...]
    name: str | None
    properties: Mapping[str, Any]


@dataclass(frozen=True)
class PartySearch:
    """Parties found, best first: exact names, then shorter ones, then by id."""

    found: tuple[NodeAnswer, ...]
    truncated: bool


def describe(asking: Asking, position: int) -> NodeAnswer:
    """Describe a node that the caller was already found to see."""
    p = asking.projection
    label = p.label(position)
    row: dict[str, Any] = p.frames[label].row(position - p.spans[label][0], named=True)
    kinds = tuple(row.pop("kinds"))
    withheld = _withheld(asking, label, position)
    known = {name: value for name, value in row.items() if value is not None and name not in withheld}
    return NodeAnswer(p.ids[position], label, kinds, known.get("name"), known)


def require_enterprise(node_id: str, said: str) -> None:
    """Refuse an id that is not an enterprise's, with words that end at "id". InputError."""
    if key_label_of(node_id) != "LegalEntity":
        raise InputError(f"{said} begins with E:, or is an opaque one.")


def _withheld(asking: Asking, label: str, position: int) -> frozenset[str]:
    """Properties of a visible node that are not for this caller."""
    if label == "Person" and not asking.view.opened(position):
        return PERSONAL
    if label == "ChainProgram":
        p = asking.projection
        banks = {p.ids[i] for i in p.edges["RUN_BY"].end[asking.view.facts_from("RUN_BY", position)]}
        return frozenset() if banks & asking.access.banks else OF_ITS_BANK
    return frozenset()


def node(asking: Asking, label: str, node_id: str) -> NodeAnswer:
    """Return any node by key label and id; NotFound for what does not exist or may not be seen."""
    if label not in NODES:
        raise NotFound("There is no such node, for this caller.")
    if label in PARTY:
        return describe(asking, asking.party(node_id))
    if not asking.view.sees(node_id, label):
        raise NotFound("There is no such node, for this caller.")
    return describe(asking, asking.projection.position(node_id, label))


def enterprise_by_code(asking: Asking, code: str) -> NodeAnswer:
    """Return the enterprise with a unified social credit code 统一社会信用代码.

    Raises
    ------
    IdentifierInvalid
        The code is malformed: which rule it breaks is said.
    NotFound
        No such enterprise, for this caller.
    """
    return describe(asking, asking.party(f"E:{validate_uscc(code).code}"))


def search_parties(asking: Asking, text: str, label: str | None = None) -> PartySearch:
    """Find parties whose name holds a text.

    Parameters
    ----------
    text : str
        At least two characters, or one Chinese character more than a single letter would find: names are compared after
        folding width, brackets and spaces.
    label : str, optional
        LegalEntity or Person only.

    Raises
    ------
    InputError
        The text is too short, or the label is none that has names.
    """
    wanted = normalise_name(text)
    if len(wanted) < SHORTEST_SEARCH:
        raise InputError(f"Search for at least {SHORTEST_SEARCH} characters.")
    named = ("LegalEntity", "Person")
    if label is not None and label not in named:
        raise InputError("Only LegalEntity and Person have names to search for.")
    places = np.concatenate([having_name(asking, each, wanted) for each in ([label] if label else named)])
    found = [describe(asking, int(p)) for p in places[:MOST_FOUND]]
    # An exact name is the shortest that holds the text.
    found.sort(key=lambda n: (len(normalise_name(n.name or "")), n.id))
    asking.about(*(n.id for n in found))
    return PartySearch(tuple(found), len(places) > MOST_FOUND)


def having_name(asking: Asking, label: str, wanted: str) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Return the positions of the parties of a label, as the caller may see them, whose folded name holds a text."""
    p = asking.projection
    first, last = p.spans[label]
    holds = p.frames[label].select(folded(pl.col("name")).str.contains(wanted, literal=True).fill_null(False))
    return first + np.flatnonzero(holds.to_series().to_numpy() & asking.view.visible[first:last])


def folded(name: pl.Expr) -> pl.Expr:
    """Fold a whole column of names as ``normalise_name`` folds one: width, case, white space, brackets."""
    plain = (
        name.str.normalize("NFKC").str.replace_all(r"[\s\u200b-\u200d\u2060\ufeff]", "").str.to_uppercase()
    )
    return plain.str.replace_all(r"[\[{〔【〈《「『]", "(").str.replace_all(r"[\]}〕】〉》」』]", ")")

"""Receivables, invoices and orders as claims: who owes them to whom."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from algorithms.projection import View
from algorithms.walks.links import Links, Nodes, Place, incoming, node_rows, of_label, outgoing


@dataclass(frozen=True, eq=False)
class Claim:
    """One receivable, invoice or order.

    Attributes
    ----------
    node : int
    row : int
        Index of the creditor (seller) or debtor (buyer) in the list that was asked for.
    creditor, debtor : int
        Positions; −1 where nobody is named.
    values : dict
        Its declared properties.
    places : tuple of Place
        Where it is said who owes it to whom.
    """

    node: int
    row: int
    creditor: int
    debtor: int
    values: dict[str, Any]
    places: tuple[Place, ...]


def owed_to(view: View, parties: Nodes, label: str) -> list[Claim]:
    """Return the claims of one label that are owed to the parties, in order of party and position."""
    return _claims(view, parties, label, ("OWED_TO", "OWED_BY"))


def owed_by(view: View, parties: Nodes, label: str) -> list[Claim]:
    """Return the claims of one label that the parties owe, in order of party and position."""
    return _claims(view, parties, label, ("OWED_BY", "OWED_TO"))


def _claims(view: View, parties: Nodes, label: str, sides: tuple[str, str]) -> list[Claim]:
    near, far = sides
    links = of_label(view.projection, incoming(view, near, parties), label)
    found = _each_once(links)
    nodes = np.array([node for _, node in found], dtype=np.int64)
    others = _first(outgoing(view, far, nodes))
    rows = node_rows(view.projection, label, nodes, *_names(view, label))
    claims = []
    for index, (((row, node), place), values) in enumerate(zip(found.items(), rows, strict=True)):
        other, elsewhere = others.get(index, (-1, None))
        creditor, debtor = (int(parties[row]), other) if near == "OWED_TO" else (other, int(parties[row]))
        places = (place, elsewhere) if elsewhere else (place,)
        claims.append(Claim(node, row, creditor, debtor, values, places))
    return claims


def _each_once(links: Links) -> dict[tuple[int, int], Place]:
    found: dict[tuple[int, int], Place] = {}
    for row, node, place in sorted(links.triples()):
        found.setdefault((row, node), place)
    return found


def _first(links: Links) -> dict[int, tuple[int, Place]]:
    found: dict[int, tuple[int, Place]] = {}
    for row, node, place in sorted(links.triples()):
        found.setdefault(row, (node, place))
    return found


def _names(view: View, label: str) -> Iterable[str]:
    return (name for name in view.projection.frames[label].columns if name != "kinds")

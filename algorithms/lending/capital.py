"""A bank's capital on a day, and the headroom that it leaves a client and a group 大额风险暴露."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from algorithms.lending.portions import portion
from algorithms.projection import View
from algorithms.rules import Governing
from algorithms.walks.links import Place, as_nodes, node_rows, outgoing
from schema.money import Fen


@dataclass(frozen=True)
class Capital:
    """The bank's last measured capital; None where it is unknown."""

    net_fen: Fen | None
    tier1_fen: Fen | None
    measured_on: dt.date | None
    places: tuple[Place, ...]


@dataclass(frozen=True)
class Limits:
    """The bank's large-exposure limits in fen; None where capital or rule is unknown."""

    single_loans_fen: Fen | None
    single_exposure_fen: Fen | None
    group_exposure_fen: Fen | None
    materiality_fen: Fen | None


def capital_of(view: View, bank: int, day: dt.date) -> Capital:
    """Return the capital measured last, on or before the day."""
    links = outgoing(view, "CAPITALISED_AT", as_nodes([bank]))
    names = ("measured_on", "net_capital_fen", "tier1_fen")
    rows = node_rows(view.projection, "BankCapital", links.node, *names)
    measured = [
        (row["measured_on"], place, row)
        for row, place in zip(rows, links.places(), strict=True)
        if row["measured_on"] is not None and row["measured_on"] <= day
    ]
    if not measured:
        return Capital(None, None, None, ())
    on, place, row = max(measured, key=lambda entry: (entry[0], entry[1]))
    return Capital(row["net_capital_fen"], row["tier1_fen"], on, (place,))


def limits_of(capital: Capital, governing: Governing) -> Limits:
    """Return the limits of the 2018 measures, art. 7 and 8, on that capital, rounded down."""
    return Limits(
        _part(capital.net_fen, governing, "single_loan_ratio"),
        _part(capital.tier1_fen, governing, "single_exposure_ratio"),
        _part(capital.tier1_fen, governing, "group_exposure_ratio"),
        _part(capital.tier1_fen, governing, "dependence_materiality_ratio"),
    )


def _part(fen: Fen | None, governing: Governing, name: str) -> Fen | None:
    ratio = governing.constants.get(name)
    return None if fen is None or ratio is None else portion(fen, ratio)

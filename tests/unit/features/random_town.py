"""A small random town that holds records of every source and relations of every kind, with gaps as real files have them."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

from algorithms.projection import Projection
from schema.edges import EDGES
from schema.fields import Field, FieldType
from schema.nodes import NODES
from tests.unit.lending.builder import DAY, Graph

ENTERPRISES = [f"E:{n}" for n in range(7)]
PEOPLE = [f"P:{n}" for n in range(4)]
BANK = "E:bank"
PARTIES = [*ENTERPRISES, *PEOPLE]
# Record label -> relationships that tie it to parties: name, and whether the record stands at the start.
_RECORDS = {
    "Penalty": (("SUBJECT_OF", False),),
    "ListMembership": (("SUBJECT_OF", False),),
    "FinancialStatement": (("SUBJECT_OF", False),),
    "Loan": (("LENT_TO", True), ("LENT_BY", True)),
    "LoanApplication": (("APPLIED_FOR", False), ("LENT_BY", True)),
    "Guarantee": (("GUARANTOR", False), ("BENEFICIARY", True)),
    "Receivable": (("OWED_TO", True), ("OWED_BY", True)),
    "Invoice": (("OWED_TO", True), ("OWED_BY", True)),
    "Order": (("OWED_TO", True), ("OWED_BY", True)),
    "ContributionRecord": (("SUBJECT_OF", False),),
}
_TO_ENTERPRISE = {"APPOINTS": PARTIES, "LEGAL_REP_OF": PEOPLE, "HOLDS_POST": PEOPLE, "PARTNER_OF": PARTIES}


def random_town(seed: int) -> Projection:
    dice = random.Random(seed)
    g = Graph()
    for each in (*PARTIES, BANK, "Contact:1", "Contact:2", "ChainProgram:1"):
        g.node(each, name=each)
    _ties(g, dice)
    _holdings(g, dice)
    for label, facts in _RECORDS.items():
        for n in range(dice.randrange(45)):
            record = g.node(f"{label}:{n}", **_values(NODES[label].fields, dice))
            for name, first in facts:
                party = BANK if name == "LENT_BY" else dice.choice(PARTIES)
                if dice.random() < 0.92:
                    _fact(g, dice, name, *((record, party) if first else (party, record)))
    return g.project()


def _ties(g: Graph, dice: random.Random) -> None:
    for name, starts in _TO_ENTERPRISE.items():
        for _ in range(dice.randrange(14)):
            _fact(g, dice, name, dice.choice(starts), dice.choice(ENTERPRISES))
    for _ in range(dice.randrange(14)):
        _fact(g, dice, "SUPPLIES", *dice.sample(PARTIES, 2))
    for _ in range(dice.randrange(7)):
        _fact(g, dice, "REACHED_AT", dice.choice(PARTIES), dice.choice(["Contact:1", "Contact:2"]))
        _fact(g, dice, "PARTICIPATES_IN", dice.choice(PARTIES), "ChainProgram:1")
    _fact(g, dice, "CORE_OF", dice.choice(ENTERPRISES), "ChainProgram:1")
    _fact(g, dice, "ACTS_WITH", *dice.sample(PARTIES, 2))


def _holdings(g: Graph, dice: random.Random) -> None:
    """Declared shares stay below the whole on every day, so that every share in the end is defined."""
    left = dict.fromkeys(ENTERPRISES, 0.95)
    for _ in range(dice.randrange(16)):
        company, share = dice.choice(ENTERPRISES), dice.choice([0.05, 0.25, 0.3, 0.51, 0.6])
        if share <= left[company]:
            left[company] -= share
            said = (
                {"share_ratio": share}
                if dice.random() < 0.8
                else {"share_ratio": None, "share_min_ratio": share}
            )
            _fact(g, dice, "OWNS", dice.choice(PARTIES), company, **said)


def _fact(g: Graph, dice: random.Random, name: str, start: str, end: str, **values: Any) -> None:
    known = _values(EDGES[name].fields, dice) | values
    since = None if dice.random() < 0.2 else _day(dice)
    until = since + dt.timedelta(days=dice.randrange(1, 2500)) if since and dice.random() < 0.3 else None
    g.fact(name, start, end, "PUBLIC", valid_from=since, valid_to=until, **known)


def _values(fields: tuple[Field, ...], dice: random.Random) -> dict[str, Any]:
    return {f.name: _value(f, dice) for f in fields}


def _value(f: Field, dice: random.Random) -> Any:
    if dice.random() < 0.2:
        return None
    if f.name == "month":
        return f"{_day(dice):%Y-%m}"
    if f.choices:
        return dice.choice(f.choices)
    made = {
        FieldType.STRING: lambda: dice.choice("abc"),
        FieldType.INTEGER: lambda: dice.randrange(4),
        FieldType.MONEY: lambda: dice.choice([0, 1, 7, 100, 10_000_000, 123_456_789_01, -50]),
        FieldType.RATIO: lambda: dice.choice([0.0, 0.1, 0.25, 0.5, 0.7, 1.0]),
        FieldType.NUMBER: lambda: dice.random() * 10,
        FieldType.BOOLEAN: lambda: dice.random() < 0.5,
        FieldType.DATE: lambda: _day(dice),
        FieldType.DATETIME: lambda: None,
    }
    return made[f.kind]()


def _day(dice: random.Random) -> dt.date:
    """Around the edges of the windows as often as anywhere else; sometimes in the future."""
    ages = [0, 1, 29, 30, 89, 90, 179, 180, 364, 365, 366, 729, 730, 1094, 1095, 1096, 2500, -1, -40]
    return DAY - dt.timedelta(days=dice.choice([*ages, dice.randrange(1200)]))

"""What a member trades: supplies, orders, invoices and receivables 供货、订单、发票、应收账款."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from loaders.city.delivery import ratio
from loaders.city.site import Site


class State(Enum):
    """What is the matter with a receivable."""

    CONFIRMED = "confirmed"
    UNCONFIRMED = "unconfirmed"
    DISPUTED = "disputed"
    OVERDUE = "overdue for more than 90 days"
    CONTRA = "the debtor has a claim against the creditor"
    ASSIGNED = "assigned to another bank"
    HALF_YEAR = "term between 6 months and a year"
    TOO_LONG = "term above a year"


STATES = (
    (State.CONFIRMED,) * 16 + (State.UNCONFIRMED,) * 2 + tuple(s for s in State if s is not State.CONFIRMED)
)
_TERM_DAYS = {State.HALF_YEAR: 270, State.TOO_LONG: 400}


@dataclass(frozen=True)
class Trade:
    """One supplier's year with one buyer.

    Parameters
    ----------
    seller, buyer : str
        Party references.
    sales : int
        The seller's yearly sales, fen.
    confirmed : bool
        The buyer has confirmed the supply relation and the orders.
    states : tuple of State
        One receivable each.
    order : bool
        A contract before delivery or harvest is open.
    other_bank : str
        Party reference of the bank to which ASSIGNED receivables went.
    """

    seller: str
    buyer: str
    sales: int
    confirmed: bool
    states: tuple[State, ...]
    order: bool
    other_bank: str


@dataclass
class Claims:
    """What was written: (receivable, invoice) record ids, and the sum that the buyer has confirmed, in fen."""

    papers: list[tuple[str, str]] = field(default_factory=list)
    confirmed_fen: int = 0


class Claiming:
    """Writes trades."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._rng = site.stream("claims")

    def write(self, trade: Trade) -> Claims:
        """Write everything that one trade leaves on paper."""
        self._write_supply(trade)
        if trade.order:
            self._write_order(trade)
        written = Claims()
        for state in trade.states:
            amount = trade.sales // 1000 * self._rng.randint(30, 80)
            written.papers.append(self._write_receivable(trade, state, amount))
            written.confirmed_fen += 0 if state is State.UNCONFIRMED else amount
        return written

    def _write_supply(self, trade: Trade) -> None:
        share = self._rng.randint(2000, 4800) if trade.confirmed else self._rng.randint(1000, 9000)
        self._site.put(
            "supplies",
            supplier=trade.seller,
            buyer=trade.buyer,
            amount_fen=trade.sales * share // 10_000,
            share_ratio=ratio(share),
            period=str(self._site.spec.as_of.year),
            confirmed_by=trade.buyer if trade.confirmed else None,
            confirmed_on=self._site.ago(self._rng.randint(5, 60)) if trade.confirmed else None,
        )

    def _write_order(self, trade: Trade) -> None:
        rng, site = self._rng, self._site
        amount = trade.sales // 100 * rng.randint(10, 30)
        signed = rng.randint(20, 120)
        site.put(
            "orders",
            seller=trade.seller,
            buyer=trade.buyer,
            number=f"DD{site.ago(signed):%Y%m%d}{rng.randrange(10**6):06d}",
            amount_fen=amount,
            deposit_ratio=ratio(rng.randint(0, 30) * 100),
            cost_to_complete_fen=amount // 100 * rng.randint(40, 70),
            signed_on=site.ago(signed),
            due_on=site.ago(-rng.randint(20, 120)),
            confirmed_on=site.ago(signed - 5) if trade.confirmed else None,
            status="OPEN",
        )

    def _write_receivable(self, trade: Trade, state: State, amount: int) -> tuple[str, str]:
        """Write an invoice and its receivable."""
        rng, site = self._rng, self._site
        age = rng.randint(260, 300) if state is State.OVERDUE else rng.randint(10, 60)
        term = _TERM_DAYS.get(state, rng.randint(90, 150))
        invoice = site.put(
            "invoices",
            seller=trade.seller,
            buyer=trade.buyer,
            number=f"{site.ago(age):%y}44{rng.randrange(10**16):016d}",
            amount_fen=amount,
            issued_on=site.ago(age),
        )
        receivable = site.put(
            "receivables",
            creditor=trade.seller,
            debtor=trade.buyer,
            invoice=invoice,
            amount_fen=amount,
            outstanding_fen=amount,
            incurred_on=site.ago(age),
            due_on=site.ago(age - term),
            confirmed_on=None if state is State.UNCONFIRMED else site.ago(age - 5),
            disputed="true" if state is State.DISPUTED else "false",
            contra="true" if state is State.CONTRA else "false",
            assignee=trade.other_bank if state is State.ASSIGNED else None,
        )
        return receivable, invoice

"""1+N programmes 整链授信: a core, a bank, a product, and members upstream with their trades, consents and loans."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from loaders.city import cases
from loaders.city.banking import product_record
from loaders.city.cases import Demo, programme_record
from loaders.city.claims import STATES, Claiming, Claims, State, Trade
from loaders.city.draw import Shuffle
from loaders.city.lending import Lending, Purpose
from loaders.city.site import Site
from loaders.city.spec import DEMO_HOUSEHOLDS
from loaders.city.statements import write_statement

_OF_ENTERPRISES, _OF_HOUSEHOLDS = 0.2, 0.6  # share of the city that takes part in some programme
_TIER_TWO_EVERY = 10
_YUAN, _WAN = 100, 1_000_000


@dataclass(frozen=True)
class Member:
    """A supplier in a programme and the facts about it.

    Parameters
    ----------
    party, buyer : str
        Party references.
    sales : int
        Yearly sales, fen.
    tier : int
        1 sells to the core, 2 to a member.
    consent : str
        ``live``, ``revoked`` or ``none``.
    statement, confirmed, order, borrows : bool
        Whether it has a statement, confirmed trade, an open order, a loan under the programme.
    states : tuple of State
        Its receivables.
    twice : bool
        One invoice is financed by two banks.
    """

    party: str
    buyer: str
    sales: int
    tier: int = 1
    consent: str = "live"
    statement: bool = True
    confirmed: bool = True
    order: bool = True
    borrows: bool = False
    states: tuple[State, ...] = (State.CONFIRMED, State.CONFIRMED)
    twice: bool = False


class Programmes:
    """Writes programme after programme; only one programme's members are in memory."""

    def __init__(self, site: Site, lending: Lending) -> None:
        spec = site.spec
        self._site, self._lending, self._claiming = site, lending, Claiming(site)
        self._rng = site.stream("programmes")
        self._suppliers = Shuffle(spec.ordinary, site.seed + 1)
        self._enterprises = int(len(spec.ordinary) * _OF_ENTERPRISES) // spec.programmes
        self._households = int((spec.households - DEMO_HOUSEHOLDS) * _OF_HOUSEHOLDS) // spec.programmes

    def write(self) -> None:
        """Write every programme."""
        for index in range(self._site.spec.programmes):
            core = self._site.ids.company_id(self._site.spec.core(index))
            members = [*self._demo_members(core)] if index == 0 else []
            members.extend(self._enterprise_members(index, core))
            members.extend(self._household_members(index, core, members[-1].party))
            confirmed = 0
            for member in members:
                confirmed += self._write_member(index, member, core)
            self._write_programme(index, core, confirmed)

    def _write_programme(self, index: int, core: str, confirmed: int) -> None:
        """Write the programme, and the core's audited statement, whose payables cover what it has confirmed."""
        site, cap = self._site, confirmed // 10 * 8 // _WAN * _WAN
        site.put(
            "programmes",
            record_id=programme_record(index),
            core=core.removeprefix("E:"),
            bank=site.ids.bank(self._bank(index)),
            product=product_record(self._bank(index)),
            name=f"第{index + 1}号产业链整链授信",
            cap_fen=cap,
            core_draw_fen=cap // 10,
            allocation="PRO_RATA",
            downstream="false",
        )
        write_statement(site, core, confirmed * 8, payables=confirmed // 2 * 3, audited=True)
        self._lending.consent(core, self._bank(index), "LENDING")

    def _write_member(self, index: int, member: Member, core: str) -> int:
        """Write a member's rows and return what the core has confirmed to owe it, in fen."""
        self._site.put(
            "programme_members", member=member.party, programme=programme_record(index), tier=member.tier
        )
        bank, other = self._bank(index), self._bank(index + 1)
        trade = Trade(
            member.party,
            member.buyer,
            member.sales,
            member.confirmed,
            member.states,
            member.order,
            self._site.ids.bank_id(other),
        )
        claims = self._claiming.write(trade)
        if member.statement:
            write_statement(self._site, member.party, member.sales, payables=member.sales // 20)
        if member.consent != "none":
            self._lending.consent(member.party, bank, "LENDING", revoked=member.consent == "revoked")
        self._write_loans(index, member, claims)
        return claims.confirmed_fen if member.buyer == core else 0

    def _write_loans(self, index: int, member: Member, claims: Claims) -> None:
        """Write loans under the programme and, for who finances an invoice twice, one at another bank."""
        if not claims.papers:
            return
        receivable, invoice = claims.papers[0]
        amount = member.sales // 100
        if member.borrows or member.twice:
            under = Purpose(programme_record(index), receivable, invoice)
            self._lending.lend(member.party, self._bank(index), amount, under)
            self._lending.consent(member.party, self._bank(index), "POST_LOAN")
            self._lending.apply(member.party, self._bank(index), amount)
        if member.twice:
            self._lending.lend(member.party, self._bank(index + 1), amount, Purpose(invoice=invoice))

    def _demo_members(self, core: str) -> Iterator[Member]:
        """Yield the members with fixed facts, each different from an eligible one in one thing."""
        ids = self._site.ids
        sales = 600 * _WAN

        def company(index: int) -> str:
            return ids.company_id(index)

        yield Member(company(Demo.ELIGIBLE), core, sales)
        yield Member(company(Demo.AFFILIATED), core, sales)
        yield Member(company(Demo.SANCTIONED), core, sales)
        yield Member(company(Demo.UNKNOWN), core, sales, statement=False)
        unconfirmed = (State.UNCONFIRMED, State.UNCONFIRMED)
        yield Member(company(Demo.UNCONFIRMED), core, sales, confirmed=False, states=unconfirmed)
        yield Member(company(Demo.DOUBLE_FINANCED), core, sales, twice=True)
        home, sales = ids.household_id, 30 * _WAN
        yield Member(home(cases.ELIGIBLE_HOUSEHOLD), core, sales, statement=False)
        yield Member(home(cases.HOUSEHOLD_WITHOUT_CONSENT), core, sales, statement=False, consent="none")
        yield Member(home(cases.REVOKED_HOUSEHOLD), core, sales, statement=False, consent="revoked")
        yield Member(
            home(cases.UNCONFIRMED_HOUSEHOLD),
            core,
            sales,
            statement=False,
            confirmed=False,
            states=unconfirmed,
        )

    def _enterprise_members(self, programme: int, core: str) -> Iterator[Member]:
        for place in range(self._enterprises):
            index = self._suppliers[programme * self._enterprises + place]
            party = self._site.ids.company_id(index)
            statement = self._rng.random() < 0.8
            yield self._draw(Member(party, core, self._rng.randint(200, 3000) * _WAN, statement=statement))

    def _household_members(self, programme: int, core: str, middleman: str) -> Iterator[Member]:
        """Yield a block of households; each tenth sells to `middleman`, a member itself."""
        first = DEMO_HOUSEHOLDS + programme * self._households
        for index in range(first, first + self._households):
            second = index % _TIER_TWO_EVERY == 0
            sales = self._rng.randint(60_000, 400_000) * _YUAN
            party = self._site.ids.household_id(index)
            buyer, tier = (middleman, 2) if second else (core, 1)
            yield self._draw(Member(party, buyer, sales, tier, statement=False))

    def _draw(self, member: Member) -> Member:
        """Return an ordinary member: most are confirmed and consent, some have something the matter."""
        rng: Random = self._rng
        confirmed = rng.random() < 0.88
        states = tuple(rng.choice(STATES) for _ in range(rng.randint(1, 3)))
        return Member(
            member.party,
            member.buyer,
            member.sales,
            member.tier,
            consent=rng.choices(("live", "none", "revoked"), (85, 10, 5))[0],
            statement=member.statement,
            confirmed=confirmed,
            order=rng.random() < 0.6,
            borrows=rng.random() < 0.25,
            states=states if confirmed else (State.UNCONFIRMED,),
            twice=rng.random() < 0.01,
        )

    def _bank(self, programme: int) -> int:
        return programme % self._site.spec.banks

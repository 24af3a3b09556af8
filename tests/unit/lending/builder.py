"""A tiny graph builder: nodes and facts by name, then a Projection, as a store would have handed it out."""

from __future__ import annotations

import datetime as dt
from typing import Any

from algorithms.lending import Inquiry, Policy
from algorithms.projection import Access, Projection, View, project
from schema.access import Audience
from schema.edges import EDGES
from schema.nodes import NODES, key_label_of
from schema.tables import Table

DAY = dt.date(2026, 11, 22)
YUAN = 100
_META = (
    "start",
    "end",
    "start_label",
    "end_label",
    "key",
    "run",
    "line",
    "valid_from",
    "valid_to",
    "audience",
    "bank",
)


class Graph:
    """Collects nodes and facts. Ids of other key labels than parties begin with the label: ``Loan:1``."""

    def __init__(self) -> None:
        self.nodes: dict[str, dict[str, dict[str, Any]]] = {}
        self.facts: dict[str, list[dict[str, Any]]] = {}

    def node(self, node_id: str, *kinds: str, audience: str | None = None, **values: Any) -> str:
        label = label_of(node_id)
        known = self.nodes.setdefault(label, {}).setdefault(node_id, {"kinds": list(kinds), "bank": None})
        known["audience"] = audience or NODES[label].audience.value
        if label == "LegalEntity":
            known.setdefault("status", "ACTIVE")
        known.update(values)
        return node_id

    def fact(self, relationship: str, start: str, end: str, audience: str = "PUBLIC", **values: Any) -> None:
        rows = self.facts.setdefault(relationship, [])
        line = len(rows) + 2
        key = (list(EDGES).index(relationship) << 32) + line
        rows.append(
            {
                "start": start,
                "end": end,
                "start_label": label_of(start),
                "end_label": label_of(end),
                "key": key,
                "run": 1,
                "line": line,
                "valid_from": None,
                "valid_to": None,
                "audience": audience,
                "bank": None,
                **values,
            }
        )

    def loan(self, name: str, borrower: str, bank: str, balance: int | None, **values: Any) -> str:
        """Add a loan in its bank's private book; ``programme`` and ``finances`` name what it stands on."""
        programme, finances = values.pop("programme", None), values.pop("finances", ())
        private = {"audience": Audience.BANK_PRIVATE.value, "bank": bank}
        loan = self.node(
            f"Loan:{name}",
            principal_fen=balance,
            balance_fen=balance,
            disbursed_on=dt.date(2026, 6, 1),
            **private,
        )
        self.nodes["Loan"][loan].update(values)
        self.fact("LENT_TO", loan, borrower, **private)
        self.fact("LENT_BY", loan, bank, **private)
        if programme:
            self.fact("DRAWN_UNDER", loan, programme, **private)
        for claim in finances:
            self.fact("FINANCES", loan, claim, **private)
        return loan

    def receivable(self, name: str, creditor: str, debtor: str, amount: int | None, **values: Any) -> str:
        """Add a receivable of 90 days that the debtor confirmed two months ago."""
        made: dict[str, Any] = {
            "amount_fen": amount,
            "outstanding_fen": amount,
            "incurred_on": dt.date(2026, 9, 15),
            "due_on": dt.date(2026, 12, 14),
            "confirmed_on": dt.date(2026, 9, 20),
            "disputed": False,
            "contra": False,
        }
        claim = self.node(f"Receivable:{name}", **{**made, **values})
        self.fact("OWED_BY", claim, debtor, "MEMBER")
        self.fact("OWED_TO", claim, creditor, "MEMBER")
        return claim

    def invoice(self, name: str, seller: str, buyer: str, amount: int, **values: Any) -> str:
        made = {"number": name, "code": "", "amount_fen": amount, "issued_on": dt.date(2026, 9, 15)}
        invoice = self.node(f"Invoice:{name}", **{**made, **values})
        self.fact("OWED_BY", invoice, buyer, "MEMBER")
        self.fact("OWED_TO", invoice, seller, "MEMBER")
        return invoice

    def order(self, name: str, seller: str, buyer: str, amount: int, **values: Any) -> str:
        made = {
            "amount_fen": amount,
            "deposit_ratio": 0.2,
            "cost_to_complete_fen": amount,
            "signed_on": dt.date(2026, 10, 1),
            "due_on": dt.date(2027, 1, 31),
            "confirmed_on": dt.date(2026, 10, 5),
            "status": "OPEN",
        }
        order = self.node(f"Order:{name}", **{**made, **values})
        self.fact("OWED_BY", order, buyer, "MEMBER")
        self.fact("OWED_TO", order, seller, "MEMBER")
        return order

    def project(self) -> Projection:
        return project(
            1,
            {label: self._nodes(label) for label in self.nodes},
            {name: self._facts(name) for name in self.facts},
        )

    def _nodes(self, label: str) -> Table:
        columns = ("id", "kinds", "audience", "bank", "run", "line", *NODES[label].field_names)
        rows = [
            [{"id": i, "run": 1, "line": n + 2, **values}.get(c) for c in columns]
            for n, (i, values) in enumerate(self.nodes[label].items())
        ]
        return Table.of_rows(columns, rows)

    def _facts(self, name: str) -> Table:
        columns = (*_META, *EDGES[name].field_names)
        return Table.of_rows(columns, [[row.get(c) for c in columns] for row in self.facts[name]])


def label_of(node_id: str) -> str:
    """The key label of an id of this builder."""
    return key_label_of(node_id) or node_id.partition(":")[0]


CORE, BANK, OTHER_BANK, PROGRAMME, PRODUCT = (
    "E:core",
    "E:bank",
    "E:other-bank",
    "ChainProgram:1",
    "LoanProduct:1",
)
MAKER, FARM, HEAD = "E:maker", "H:farm", "P:head"
WAN = 10_000 * YUAN


def programme_graph(**agreement: Any) -> Graph:
    """A core, its bank and programme, and nobody else.

    Bank: net capital 800,000,000 yuan, tier 1 680,000,000 yuan. Programme: cap 50,000,000 yuan. Product: 5,000,000 yuan.
    """
    g = Graph()
    g.node(CORE, "Enterprise", "CoreEnterprise", scale="LARGE", uscc="core", name="核心公司")
    g.node(BANK, "Enterprise", "Bank")
    g.node(OTHER_BANK, "Enterprise", "Bank")
    g.node(
        "BankCapital:1",
        measured_on=dt.date(2026, 9, 30),
        net_capital_fen=80_000 * WAN,
        tier1_fen=68_000 * WAN,
    )
    g.fact("CAPITALISED_AT", BANK, "BankCapital:1", "MEMBER")
    g.node(PROGRAMME, **{"cap_fen": 5_000 * WAN, "core_draw_fen": 0, "downstream": False, **agreement})
    g.fact("CORE_OF", CORE, PROGRAMME, "MEMBER")
    g.fact("RUN_BY", PROGRAMME, BANK, "MEMBER")
    g.node(PRODUCT, name="产业链贷", form="SUPPLY_CHAIN", cap_fen=500 * WAN)
    g.fact("UNDER_PRODUCT", PROGRAMME, PRODUCT)
    return g


def add_enterprise(g: Graph, node_id: str = MAKER, *, owed: int = 100 * WAN, **supply: Any) -> str:
    """Add an enterprise that supplies the core, with one confirmed receivable and a statement."""
    g.node(node_id, "Enterprise", scale="SMALL")
    g.fact("PARTICIPATES_IN", node_id, PROGRAMME, "MEMBER", tier=1)
    made = {"amount_fen": 300 * WAN, "share_ratio": 0.3, "period": "2026", "confirmed_by": CORE}
    made["confirmed_on"] = dt.date(2026, 10, 1)
    g.fact("SUPPLIES", node_id, CORE, "MEMBER", **{**made, **supply})
    if owed:
        g.receivable(node_id, node_id, CORE, owed)
    add_statement(g, node_id)
    return node_id


def add_statement(g: Graph, party: str, **values: Any) -> str:
    """Add a statement whose gap is 1,860,000 yuan.

    Days: inventory 60, receivable 45, payable 30, prepaid 10, advance 5 → cycle 80, turns 4.5. Need = 10,000,000 ×
    0.9 × 1.1 / 4.5 = 2,200,000 yuan; less own funds 240,000 and other funding 100,000.
    """
    made = {
        "period_from": dt.date(2025, 1, 1),
        "period_to": dt.date(2025, 12, 31),
        "sales_fen": 1000 * WAN,
        "cost_fen": 720 * WAN,
        "profit_fen": 100 * WAN,
        "expected_sales_fen": 1100 * WAN,
        "avg_inventory_fen": 120 * WAN,
        "avg_receivable_fen": 125 * WAN,
        "avg_payable_fen": 60 * WAN,
        "avg_prepaid_fen": 20 * WAN,
        "avg_advance_fen": 125 * WAN // 9,
        "own_funds_fen": 24 * WAN,
        "other_funding_fen": 10 * WAN,
        "audited": False,
    }
    statement = g.node(f"FinancialStatement:{party}", **{**made, **values})
    g.fact("SUBJECT_OF", party, statement, "MEMBER")
    return statement


def add_household(g: Graph, node_id: str = FARM, *, star: str = "EXCELLENT", mu: float = 10) -> str:
    """Add a household with a head and a shrimp pond, which sells to the core under a confirmed contract."""
    head = f"P:head-{node_id}"
    g.node(head)
    g.node(node_id, star_rating=star, civility_points=50, collection_basis="CONSENT")
    g.fact("MEMBER_OF", head, node_id, "RESTRICTED", head=True)
    asset = g.node(
        f"HouseholdAsset:{node_id}", asset_kind="POND", species="罗氏虾", area_mu=mu, season="2026-AUTUMN"
    )
    g.fact("HAS_ASSET", node_id, asset, "RESTRICTED")
    g.fact("PARTICIPATES_IN", node_id, PROGRAMME, "MEMBER", tier=1)
    g.fact(
        "SUPPLIES",
        node_id,
        CORE,
        "MEMBER",
        share_ratio=0.4,
        confirmed_by=CORE,
        confirmed_on=dt.date(2026, 10, 1),
        period="2026",
    )
    g.receivable(node_id, node_id, CORE, 10 * WAN)
    return node_id


def lender(*consented: str) -> Access:
    """What the programme's bank may see: public and shared data, its own book, and what consent opens."""
    return Access(
        frozenset({Audience.PUBLIC, Audience.MEMBER}),
        frozenset({Audience.RESTRICTED}),
        frozenset(consented),
        frozenset({BANK}),
    )


def inquiry(
    g: Graph | Projection,
    access: Access | None = None,
    *,
    day: dt.date = DAY,
    consented: frozenset[str] | None = None,
    policy: Policy | None = None,
) -> Inquiry:
    """Ask as the system (or as somebody) about the programme."""
    projection = g.project() if isinstance(g, Graph) else g
    system: View = projection.view(day, Access.system())
    view = system if access is None else projection.view(day, access)
    return Inquiry(view, system, PROGRAMME, BANK, policy or Policy.shipped(), consented)

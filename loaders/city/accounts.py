"""Branches, lines, vouchers, collateral, pools and accounts 网点、授信、凭证、抵质押、账户: a few of each."""

from __future__ import annotations

from datetime import UTC, datetime, time
from random import Random

from loaders.city.registry import village_code
from loaders.city.site import Site

_WAN = 1_000_000  # 1 万元 in fen
_SHARE = 0.02


def write_accounts(site: Site) -> None:
    """Write what the banks and the compensation pool keep."""
    rng = site.stream("banking")
    for bank in range(site.spec.banks):
        code, region = site.ids.bank(bank), village_code(site.ids.village(bank))
        site.put("branches", name=f"第{bank + 1}支行", bank=code, region_code=region)
        _write_village_line(site, rng, code, region)
    site.put(
        "compensation_pools",
        name="普惠贷款风险补偿资金池",
        target_kind="BANK",
        cash_fen=5000 * _WAN,
        share_ratio="0.5",
    )
    for place, index in enumerate(site.spec.ordinary):
        if place == 0 or rng.random() < _SHARE:
            _write_enterprise(site, rng, index)


def _write_village_line(site: Site, rng: Random, bank: str, region: str) -> None:
    line = rng.randint(10, 60) * 100 * _WAN
    site.put(
        "credit_lines",
        bank=bank,
        region=region,
        scope="VILLAGE",
        line_fen=line,
        allocated_fen=line // 2,
        drawn_fen=line // 5,
        granted_on=site.ago(200),
    )


def _write_enterprise(site: Site, rng: Random, index: int) -> None:
    party, bank = site.ids.company_id(index), site.ids.bank(0)
    buyer = site.ids.company_id(site.spec.ordinary[0])
    site.put(
        "collaterals",
        pledgor=party,
        pledgee=f"E:{bank}",
        collateral_kind=rng.choice(("CHATTEL", "INVENTORY", "EQUIPMENT")),
        secured_fen=rng.randint(5, 300) * _WAN,
        registered_on=site.ago(rng.randint(10, 500)),
    )
    whole = site.put(
        "vouchers",
        debtor=buyer,
        holder=party,
        amount_fen=100 * _WAN,
        issued_on=site.ago(60),
        due_on=site.ago(-100),
    )
    site.put(
        "vouchers",
        debtor=buyer,
        holder=party,
        parent=whole,
        amount_fen=40 * _WAN,
        issued_on=site.ago(60),
        due_on=site.ago(-100),
    )
    _write_money(site, rng, party, bank)


def _write_money(site: Site, rng: Random, party: str, bank: str) -> None:
    accounts = [
        site.put(
            "accounts", holder=party, bank=bank, account_kind="SETTLEMENT", opened_at=_at(site, 400, hour)
        )
        for hour in (9, 10)
    ]
    device = site.put("media", bank=bank, medium_kind="PHONE", opened_at=_at(site, 300, 8))
    site.put("sign_ins", medium=device, account=accounts[0], bank=bank, at=_at(site, 5, 8))
    amount = rng.randint(1, 90) * _WAN
    site.put(
        "transfers", payer=accounts[0], payee=accounts[1], bank=bank, amount_fen=amount, at=_at(site, 5, 9)
    )
    loan = site.put(
        "loans",
        record_id=f"account-loan-{accounts[0]}",
        borrower=party,
        bank=bank,
        principal_fen=amount,
        balance_fen=amount // 2,
        disbursed_on=site.ago(150),
    )
    site.put(
        "loan_deposits", loan=loan, account=accounts[0], bank=bank, amount_fen=amount, at=_at(site, 150, 9)
    )
    site.put(
        "repayments", payer=accounts[0], loan=loan, bank=bank, amount_fen=amount // 2, at=_at(site, 20, 9)
    )


def _at(site: Site, days: int, hour: int) -> str:
    return datetime.combine(site.ago(days), time(hour), UTC).isoformat()

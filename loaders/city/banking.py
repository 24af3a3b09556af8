"""Banks 银行 with their capital and products."""

from __future__ import annotations

from datetime import date

from loaders.city import names
from loaders.city.registry import village_code
from loaders.city.site import Site
from loaders.city.spec import DEMO_PERSONS

_YI = 10_000_000_000  # 1 亿元 in fen
_PRODUCTS = (
    # form, name, cap in yuan, unsecured
    ("SUPPLY_CHAIN", "产业链贷", 5_000_000, "false"),
    ("RECEIVABLE_PLEDGE", "应收账款质押贷", 3_000_000, "false"),
    ("CREDIT", "信用村贷", 300_000, "true"),
)
_CHAIN_PRODUCT = 0


def write_banks(site: Site) -> None:
    """Write banks, their capital at two dates, their products and one credit officer each."""
    rng = site.stream("banks")
    for bank in range(site.spec.banks):
        code = site.ids.bank(bank)
        name = f"{names.COUNTIES[bank % 10]}{'农村商业' if bank < 10 else '村镇'}银行股份有限公司"
        region = village_code(site.ids.village(bank))
        site.put("banks", uscc=code, name=name, region_code=region)
        net = (8 if bank == 0 else rng.randint(3, 60)) * _YI
        _write_capital(site, code, net, site.ago(32))
        _write_capital(site, code, net // 100 * 95, site.ago(215))
        for place, (form, word, cap, unsecured) in enumerate(_PRODUCTS):
            site.put(
                "products",
                record_id=product_record(bank, place),
                bank=code,
                name=word,
                form=form,
                cap_fen=cap * 100,
                unsecured=unsecured,
            )
        officer = rng.randrange(DEMO_PERSONS, site.spec.business)
        site.put("posts", person=site.ids.identity_number(officer), company=code, post="CREDIT_STAFF")


def product_record(bank: int, place: int = _CHAIN_PRODUCT) -> str:
    """Return the record id of a bank's product; the supply-chain product unless another place is given."""
    return f"products-{bank:03d}-{place}"


def _write_capital(site: Site, bank: str, net: int, measured_on: date) -> None:
    site.put(
        "bank_capital", bank=bank, measured_on=measured_on, net_capital_fen=net, tier1_fen=net // 100 * 85
    )

"""Penalties and lists 行政处罚、名单: about 7 % of enterprises have an adverse record."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from loaders.city import names
from loaders.city.cases import Demo
from loaders.city.site import Site
from loaders.city.spec import DEMO_PERSONS

_SHARE = 0.07
_FIRST_DAY = date(2020, 6, 1)  # well before the first of the three publication regimes that tests compare
_REGIME_DAYS = (date(2022, 9, 15), date(2024, 6, 20), date(2026, 5, 12))  # one under each of the three
_DOMAINS = ("FOOD", "DRUGS", "SPECIAL_EQUIPMENT", "WORK_SAFETY", "FIRE", "OTHER", "OTHER", "OTHER")
_SEVERITIES = ("MINOR", "GENERAL", "GENERAL", "SERIOUS")
_CATEGORIES = ("罚款", "警告", "没收违法所得", "责令停产停业")
_LISTS = (
    ("ABNORMAL_OPERATION", "市场监督管理局", "经营异常名录"),
    ("ABNORMAL_OPERATION", "市场监督管理局", "经营异常名录"),
    ("DISHONEST_DEBTOR", "人民法院", "失信被执行人名单"),
    ("SERIOUS_VIOLATION", "市场监督管理局", "严重违法失信名单"),
    ("TAX_ARREARS", "税务局", "欠税公告"),
    ("WAGE_ARREARS", "人力资源和社会保障局", "拖欠农民工工资失信联合惩戒名单"),
    ("DEBT_EVASION", "金融工作局", "逃废债名单"),
)


class Adverse:
    """Writes penalties and list memberships."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._rng = site.stream("adverse")
        self._days = (site.spec.as_of - _FIRST_DAY).days

    def write(self) -> None:
        """Write the demo case, the enterprises' records and those of a few people."""
        site = self._site
        sanctioned = site.ids.company_id(Demo.SANCTIONED)
        self._list(sanctioned, Demo.SANCTIONED, _LISTS[2], live=True)
        for decided in _REGIME_DAYS:
            if decided < site.spec.as_of:
                self._penalty(sanctioned, Demo.SANCTIONED, decided, may_repair=False)
        for index in site.spec.ordinary:
            if self._rng.random() < _SHARE:
                self._write_records(site.ids.company_id(index), index)
        for person in range(DEMO_PERSONS, site.spec.business):
            if self._rng.random() < 0.002:
                self._list(site.ids.person_id(person), person, _LISTS[2], live=True)

    def _write_records(self, party: str, index: int) -> None:
        rng = self._rng
        kind = rng.random()
        if kind < 0.75:
            for _ in range(rng.choice((1, 1, 1, 2, 3))):
                self._penalty(party, index, self._day(rng))
        if kind > 0.6:
            self._list(party, index, rng.choice(_LISTS), live=rng.random() < 0.6)

    def _penalty(self, party: str, index: int, decided: date, may_repair: bool = True) -> None:
        rng = self._rng
        until = (self._site.spec.as_of - decided).days
        repaired = may_repair and until > 100 and rng.random() < 0.35
        authority = f"{self._county(index)}市场监督管理局"
        self._site.put(
            "penalties",
            party=party,
            document_no=f"{authority[:2]}市监处罚〔{decided.year}〕{rng.randint(1, 9999)}号",
            category=rng.choice(_CATEGORIES),
            domain=rng.choice(_DOMAINS),
            severity=rng.choice(_SEVERITIES),
            decided_on=decided,
            amount_fen=rng.randint(1, 200) * 50_000,
            authority=authority,
            repaired_on=decided + timedelta(days=rng.randint(90, until)) if repaired else None,
        )

    def _list(self, party: str, index: int, entry: tuple[str, str, str], live: bool) -> None:
        kind, authority, regime = entry
        listed = self._day(self._rng)
        until = (self._site.spec.as_of - listed).days
        self._site.put(
            "list_memberships",
            party=party,
            list_kind=kind,
            document_no=f"（{listed.year}）名单{self._rng.randint(1, 99999)}号",
            authority=f"{self._county(index)}{authority}",
            listed_on=listed,
            removed_on=None if live else listed + timedelta(days=self._rng.randint(0, until)),
            tier="COUNTY",
            regime=regime,
        )

    def _day(self, rng: Random) -> date:
        return _FIRST_DAY + timedelta(days=rng.randint(0, self._days - 1))

    def _county(self, index: int) -> str:
        return f"{names.COUNTIES[self._site.ids.county_number(index)]}县"

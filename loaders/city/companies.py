"""Enterprises 企业 with their owners, representatives, posts and contacts, written side by side in one pass."""

from __future__ import annotations

from datetime import date, timedelta

from loaders.city import names
from loaders.city.delivery import yes_no
from loaders.city.draw import Dice
from loaders.city.governance import Governance
from loaders.city.holdings import Holdings, Ownership
from loaders.city.profiles import FORMS
from loaders.city.registry import town_code, village_code
from loaders.city.site import Site
from loaders.city.spec import DEMO_ENTERPRISES, DIVISIONS_PER_PARENT

_FIRST_DAY = date(1998, 1, 1)
_SMALL = ("MICRO", "MICRO", "MICRO", "SMALL", "SMALL", "MEDIUM")
_CAPITAL_YUAN = {"MICRO": 100_000, "SMALL": 2_000_000, "MEDIUM": 20_000_000, "LARGE": 200_000_000}


class Companies:
    """Writes the enterprises and everything that is stated about each of them once."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._rng = site.stream("enterprises")
        self._words = Dice(site.seed, "brands")
        self._holdings, self._governance = Holdings(site), Governance(site)
        self._cores = {site.spec.core(p) for p in range(site.spec.programmes)}

    def write(self) -> None:
        """Write authorities, then every enterprise."""
        for county in range(self._site.spec.counties):
            self._write_authority(county)
        for index in range(self._site.spec.enterprises):
            form = self._site.ids.form(index)
            ownership = self._holdings.of(index, form)
            capital = self._write_enterprise(index, form, ownership)
            self._governance.write(index, form, ownership, capital)
            self._write_contacts(index)

    def _write_authority(self, county: int) -> None:
        """Write the authority that holds the county's state capital."""
        self._site.put(
            "enterprises",
            record_id=f"authorities-{county + 1:03d}",
            uscc=self._site.ids.special("A", county),
            name=f"{names.COUNTIES[county]}县国有资产管理办公室",
            status="ACTIVE",
            entity_kind="AGENCY",
            state_owned="true",
        )

    def _write_enterprise(self, index: int, form: str, ownership: Ownership | None) -> int:
        """Write the enterprise's own row and return its capital in fen."""
        site, rng = self._site, self._rng
        fixed = index < DEMO_ENTERPRISES or index in self._cores
        scale = "LARGE" if index in self._cores else "SMALL" if fixed else self._scale(form)
        # a multiple of 10,000 yuan, so that every basis point of it is a whole fen
        capital = _CAPITAL_YUAN[scale] // 10_000 * rng.randint(1, 9) * 1_000_000
        industry = self._industry(index)
        site.put(
            "enterprises",
            uscc=site.ids.enterprise(index),
            name=self._name(index, form, industry),
            status="ACTIVE" if fixed else self._status(),
            scale=scale,
            industry_code=industry.code,
            registered_on=_FIRST_DAY + timedelta(days=rng.randint(0, 9800)),
            registered_capital_fen=capital,
            state_owned=yes_no(bool(ownership and ownership.state)),
            shares_complete=yes_no(not ownership.withheld) if ownership else None,
            entity_kind=FORMS[form].kind,
            region_code=village_code(site.ids.village(index)),
        )
        return capital

    def _scale(self, form: str) -> str:
        if form in ("SOLE_TRADER", "COLLECTIVE"):
            return "MICRO"
        return "LARGE" if self._rng.random() < 0.01 else self._rng.choice(_SMALL)

    def _status(self) -> str:
        drawn = self._rng.random()
        if drawn < 0.93:
            return "ACTIVE"
        return "DEREGISTERED" if drawn < 0.97 else "REVOKED" if drawn < 0.99 else "SUSPENDED"

    def _industry(self, index: int) -> names.Industry:
        if index in self._cores:  # a core processes what households raise
            return names.INDUSTRIES[(1, 3, 4, 5, 6)[index % 5]]
        return names.INDUSTRIES[(self._words.word(index) >> 40) % len(names.INDUSTRIES)]

    def _name(self, index: int, form: str, industry: names.Industry) -> str:
        county = names.COUNTIES[self._site.ids.county_number(index)]
        if form == "COLLECTIVE":
            place = names.place_name(self._site.ids.village(index) * 3 + 1)
            return f"{county}县{place}村{FORMS[form].ending}"
        return f"{county}{names.brand(self._words.word(index))}{industry.word}{FORMS[form].ending}"

    def _write_contacts(self, index: int) -> None:
        """Write a third's phone and address; the first eight of each hundred share both with their neighbours."""
        site, shared = self._site, index % 100 < 8 and index >= DEMO_ENTERPRISES
        if not shared and index % 3:
            return
        number = index - index % 4 if shared else index
        town = town_code(site.ids.village(number) // DIVISIONS_PER_PARENT)
        for kind, value in (
            ("PHONE", f"0758-1{number:07d}"),  # no subscriber's number starts with 1
            ("ADDRESS", f"{town}工业路{number}号"),
        ):
            site.put("contacts", party=site.ids.company_id(index), contact_kind=kind, value=value)

"""Farm households 农户: head, members, what they grow and keep, star grades."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time
from random import Random

from loaders.city.registry import household_record, village_code
from loaders.city.site import Site
from loaders.city.spec import DEMO_HOUSEHOLDS

_CHANNELS = ("PARTY_BRANCH", "YUEZHIZHU", "COMMISSIONER", "THREE_CAPITALS", "WHOLE_VILLAGE")
_STARS = ("EXCELLENT", "GOOD", "FAIR", "FAIR", "NONE", "NONE")


@dataclass(frozen=True)
class Produce:
    """Something a household raises: kind of asset, species, season, and the usual size (mu or head)."""

    kind: str
    species: str
    season: str
    smallest: int
    largest: int


PRODUCE = (
    Produce("POND", "罗氏虾", "AUTUMN", 3, 30),
    Produce("POND", "草鱼", "WINTER", 3, 40),
    Produce("LIVESTOCK", "肉鸡", "AUTUMN", 200, 6000),
    Produce("LIVESTOCK", "生猪", "WINTER", 10, 400),
    Produce("CROP", "水稻", "AUTUMN", 2, 60),
    Produce("CROP", "茶叶", "AUTUMN", 2, 40),
    Produce("CROP", "柑橘", "WINTER", 2, 50),
    Produce("CROP", "竹笋", "AUTUMN", 5, 80),
)


def write_households(site: Site) -> None:
    """Write households with members and assets; the first few belong to demo cases and raise shrimp."""
    rng = site.stream("households")
    for household in range(site.spec.households):
        record = household_record(household)
        demo = household < DEMO_HOUSEHOLDS
        head, *others = site.ids.members(household)
        site.put(
            "households",
            record_id=record,
            head=site.ids.identity_number(head),
            village_code=village_code(site.ids.village(household)),
            star_rating="EXCELLENT" if demo else rng.choice(_STARS),
            civility_points=rng.randint(0, 100),
            collection_channel=rng.choice(_CHANNELS),
            collection_basis="CONSENT" if demo or rng.random() < 0.6 else "DEMAND",
        )
        for person in others:
            site.put("household_members", person=site.ids.identity_number(person), household=record)
        raised = PRODUCE[:1] if demo else rng.sample(PRODUCE, rng.choice((1, 1, 2)))
        assets = [_write_asset(site, rng, record, produce) for produce in raised]
        if household == 0:
            _write_readings(site, assets[0])


def _write_asset(site: Site, rng: Random, household: str, produce: Produce) -> str:
    size = rng.randint(produce.smallest, produce.largest)
    animals = produce.kind == "LIVESTOCK"
    return site.put(
        "household_assets",
        household=household,
        asset_kind=produce.kind,
        species=produce.species,
        area_mu=None if animals else size,
        head_count=size if animals else None,
        season=f"{site.spec.as_of.year}-{produce.season}",
    )


def _write_readings(site: Site, pond: str) -> None:
    """Write a day of readings of one pond, every hour."""
    rng = site.stream("telemetry")
    for hour in range(24):
        site.put(
            "telemetry",
            asset=pond,
            metric="dissolved_oxygen_mg_l",
            reading=f"{5 + rng.random() * 3:.2f}",
            read_at=datetime.combine(site.ago(1), time(hour), UTC).isoformat(),
        )

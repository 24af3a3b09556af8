"""Write a whole city: every canonical kind as one CSV file, and the manifest last."""

from __future__ import annotations

from pathlib import Path

from loaders.city.accounts import write_accounts
from loaders.city.adverse import Adverse
from loaders.city.banking import write_banks
from loaders.city.cases import cases
from loaders.city.companies import Companies
from loaders.city.delivery import Delivery, FileCount
from loaders.city.departments import Departments
from loaders.city.dirt import plan_dirt
from loaders.city.guarantees import Guarantees
from loaders.city.households import write_households
from loaders.city.lending import Lending
from loaders.city.manifest import CityManifest, FilePromise
from loaders.city.people import write_people
from loaders.city.places import write_regions
from loaders.city.programmes import Programmes
from loaders.city.registry import Registry
from loaders.city.site import Site
from loaders.city.spec import CitySpec
from loaders.city.trade import write_ordinary_trade
from schema.errors import InputError


def write_city(out: Path, spec: CitySpec, seed: int) -> CityManifest:
    """Write a synthetic city in the canonical formats.

    Parameters
    ----------
    out : pathlib.Path
        Folder for ``<kind>.csv`` and ``manifest.json``; made when it is not there, files in it are replaced.
    spec : CitySpec
        How large.
    seed : int
        The same seed and size give the same bytes.

    Returns
    -------
    CityManifest
        What the files hold, which rows must be refused, and the ids of the demo cases.

    Raises
    ------
    InputError
        When `out` cannot be written.

    Notes
    -----
    O(rows) time. Memory is bounded by one programme's members and one component of the guarantee network.
    """
    ids = Registry(spec, seed)
    try:
        out.mkdir(parents=True, exist_ok=True)
        with Delivery(out, plan_dirt(ids)) as delivery:
            _write_all(Site(spec, seed, ids, delivery))
        manifest = CityManifest(
            spec, seed, {kind: _promise(count) for kind, count in delivery.counts.items()}, cases(ids)
        )
        manifest.save(out)
    except OSError as reason:
        raise InputError(f"The city cannot be written to {out}: {reason.strerror}.") from reason
    return manifest


def _write_all(site: Site) -> None:
    lending = Lending(site)
    write_regions(site)
    Companies(site).write()
    write_banks(site)
    write_people(site)
    write_households(site)
    Programmes(site, lending).write()
    write_ordinary_trade(site)
    Guarantees(site, lending).write()
    lending.write_ordinary_loans()
    Adverse(site).write()
    Departments(site).write()
    write_accounts(site)


def _promise(count: FileCount) -> FilePromise:
    codes = {code: len(lines) for code, lines in count.dirty.items()}
    return FilePromise(count.rows, sum(codes.values()), codes, count.dirty)

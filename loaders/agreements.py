"""Sharing agreements 共享协议: which fields of a dataset a department shares, in which period, and on which terms.

An agreement is a dated text, so it is data: TOML files in a folder of the centre's own. A batch with a column that its
agreement does not name, or outside its period, is held whole (S0-23). The shipped file is a SAMPLE.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from loaders.quality import Thresholds
from schema.datasets import DATASETS, DEPARTMENTS, county_of, current_department, department_of
from schema.errors import ConfigurationError, InputError
from schema.periods import Period

SAMPLE: Final = Path(__file__).with_name("agreements.toml")


@dataclass(frozen=True)
class Terms:
    """What an agreement says of one dataset.

    Parameters
    ----------
    agreement : str
        Id of the agreement.
    dataset : str
        Code of the dataset.
    fields : frozenset of str
        The columns that may be delivered; all others hold the batch.
    period : Period
        The days whose data are shared.
    obliged : bool
        Whether the department must deliver (S1-40), or only may.
    four_eyes : bool
        Whether a steward other than the uploader must approve each batch (S3-13).
    enterprise_list : bool
        Whether only enterprises of the current list are answered for (S3-29).
    thresholds : Thresholds
        Below which quality a batch is held (S3-03).
    least_rows : int
        Fewest good rows of a file that states the whole dataset; a smaller one is held.

    Raises
    ------
    ValueError
        A negative number of rows.
    """

    agreement: str
    dataset: str
    fields: frozenset[str]
    period: Period
    obliged: bool = False
    four_eyes: bool = False
    enterprise_list: bool = False
    thresholds: Thresholds = field(default_factory=Thresholds)
    least_rows: int = 0

    def __post_init__(self) -> None:
        if self.least_rows < 0:
            raise ValueError(f"{self.dataset}: least_rows is not negative")


@dataclass(frozen=True)
class Agreement:
    """One agreement with one department.

    Parameters
    ----------
    id, name : str
        Its number, and what it is called.
    department : str
        Code of the department that shares.
    owner : str
        Who answers for it at the centre.
    county : str
        Division code of the county whose bureau it binds; empty: every bureau of the department.
    terms : tuple of Terms
        One per dataset.
    organisations : tuple of str
        Unified codes of those whose tokens deliver as this department.
    """

    id: str
    name: str
    department: str
    owner: str
    county: str
    terms: tuple[Terms, ...]
    organisations: tuple[str, ...] = ()

    @property
    def source(self) -> str:
        """The source that it binds, as deliveries name it."""
        return f"{self.department}.{self.county}" if self.county else self.department

    def binds(self, source: str) -> bool:
        """Whether it is with this source, with the department that this became, or with the county that it lies in."""
        department = department_of(source)
        current = current_department(department) if department in DEPARTMENTS else department
        return self.department in (department, current) and county_of(source).startswith(self.county)


@dataclass(frozen=True)
class Agreements:
    """All agreements of a centre."""

    all: tuple[Agreement, ...]

    def terms(self, source: str, dataset: str) -> tuple[Terms, ...]:
        """Return what the agreements with a source say of a dataset, those of its own county first."""
        bound = sorted((a for a in self.all if a.binds(source)), key=lambda a: a.county == "")
        return tuple(t for agreement in bound for t in agreement.terms if t.dataset == dataset)

    def source_of(self, organisation: str) -> str:
        """Return the source that an organisation delivers as: the one that an agreement says it is, else itself."""
        return next((a.source for a in self.all if organisation in a.organisations), organisation)


@dataclass(frozen=True)
class AgreementReport:
    """Why an agreement holds a batch.

    Parameters
    ----------
    agreements : tuple of str
        Ids of the agreements with the source about the dataset.
    outside : tuple of str
        Columns of the file that none of those in force allows.
    allowed : tuple of str
        Columns that are allowed; none when no agreement is in force.
    detail : str
        What to do about it.
    """

    agreements: tuple[str, ...]
    outside: tuple[str, ...]
    allowed: tuple[str, ...]
    detail: str


def check_agreement(
    columns: Sequence[str], terms: Sequence[Terms], as_of: dt.date
) -> Terms | AgreementReport | None:
    """Compare a header with the agreements about it.

    Parameters
    ----------
    columns : sequence of str
        The file's columns.
    terms : sequence of Terms
        As ``Agreements.terms`` returns them.
    as_of : date
        The day that the data speak of: it must lie in the agreement's period.

    Returns
    -------
    Terms, AgreementReport or None
        The terms that the batch is taken in on; why it is held; None when there is no agreement about it.
    """
    if not terms:
        return None
    in_force = next((t for t in terms if t.period.contains(as_of)), None)
    ids = tuple(dict.fromkeys(t.agreement for t in terms))
    if in_force is None:
        detail = f"No agreement about this dataset is in force on {as_of}: amend {' or '.join(ids)}, and load again."
        return AgreementReport(ids, (), (), detail)
    outside = tuple(column for column in columns if column not in in_force.fields)
    if not outside:
        return in_force
    allowed = tuple(sorted(in_force.fields))
    detail = (
        f"{in_force.agreement} does not allow {', '.join(outside)}. It allows {', '.join(allowed)}. "
        "Amend the agreement, or take the columns out, and load again."
    )
    return AgreementReport((in_force.agreement,), outside, allowed, detail)


def read_agreements(folder: Path | None = None) -> Agreements:
    """Read every ``*.toml`` of a folder; without one, the SAMPLE that is shipped.

    Raises
    ------
    ConfigurationError
        A file cannot be read, or names what the catalogue does not have: which one and what is said.
    """
    files = [SAMPLE] if folder is None else sorted(folder.glob("*.toml"))
    if folder is not None and not folder.is_dir():
        raise ConfigurationError(f"The folder of sharing agreements {folder} does not exist.")
    read = [agreement for file in files for agreement in _file(file)]
    ids = [agreement.id for agreement in read]
    if twice := sorted({i for i in ids if ids.count(i) > 1}):
        raise ConfigurationError(f"Two sharing agreements have the id {twice[0]}.")
    _require_one_source(read)
    return Agreements(tuple(read))


def _require_one_source(read: Iterable[Agreement]) -> None:
    """Refuse an organisation that would deliver as two departments: nothing in a request says which is meant."""
    sources: dict[str, str] = {}
    for agreement in read:
        for organisation in agreement.organisations:
            if (other := sources.setdefault(organisation, agreement.source)) != agreement.source:
                raise ConfigurationError(
                    f"Sharing agreements say that {organisation} is {other}, and that it is {agreement.source}."
                )


def _file(path: Path) -> Iterable[Agreement]:
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
        return [_agreement(told) for told in document["agreements"]]
    except KeyError as error:
        raise ConfigurationError(f"{path.name}: {error} is missing, or not in the catalogue.") from None
    except (OSError, tomllib.TOMLDecodeError, TypeError, ValueError, AttributeError) as error:
        raise ConfigurationError(f"{path.name} is no file of sharing agreements: {error}.") from None
    except InputError as error:
        raise ConfigurationError(f"{path.name}: {error.detail}") from None


def _agreement(told: Mapping[str, Any]) -> Agreement:
    period = Period(told.get("valid_from"), told.get("valid_to"))
    terms = tuple(_terms(told["id"], period, code, each) for code, each in told["datasets"].items())
    if told["department"] not in DEPARTMENTS:
        raise ValueError(f"{told['department']} is no department of the catalogue")
    return Agreement(
        told["id"],
        told["name"],
        told["department"],
        told["owner"],
        told.get("county", ""),
        terms,
        _organisations(told.get("organisations", [])),
    )


def _organisations(told: Any) -> tuple[str, ...]:
    if not isinstance(told, list):
        raise TypeError("organisations is a list")
    return tuple(str(each).removeprefix("E:") for each in told)


def _terms(agreement: str, period: Period, code: str, told: Mapping[str, Any]) -> Terms:
    dataset = DATASETS[code]
    options = dict(told)
    fields = frozenset(options.pop("fields"))
    if strange := sorted(fields - {*dataset.columns}):
        raise ValueError(f"{code} has no column {', '.join(strange)}")
    thresholds = Thresholds(**{**dataset.quality, **options.pop("quality", {})})
    options.setdefault("least_rows", dataset.least_rows)
    return Terms(agreement, code, fields, period, thresholds=thresholds, **options)

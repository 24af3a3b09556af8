"""Good files of every loader, to be spoilt."""

from __future__ import annotations

import csv
import datetime as dt
import io
from typing import TYPE_CHECKING, Final

from loaders import LoadReport, LoadRequest, Vault, load
from loaders.city import SOURCE, CitySpec, write_city
from schema.datasets import DATASETS, Dataset, Status, suppliers_of
from schema.kinds import KINDS
from tests.integration.deliveries import KEYS
from tests.integration.formats import FORMATS
from tests.property.fuzzing.accounts import KEY
from tests.property.fuzzing.tables import Sheet
from tests.unit.loaders.test_shuanggongshi import OLDER, PENALTY, PERMIT

if TYPE_CHECKING:
    from pathlib import Path

    from schema.ports import GraphStore

SPEC: Final = CitySpec(30, 140, 20, dirty=0)
DAY: Final = SPEC.as_of
DAYS: Final = tuple(DAY + dt.timedelta(days=n) for n in (-1, 0, 1))
ROWS: Final = 5
"""Of a kind that has more."""
DELIVERED: Final = tuple(
    each for each in DATASETS.values() if each.kind is not None and each.status is Status.ASSIGNED
)


class City:
    """A small city: its folder, and some rows of each kind."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "city"
        write_city(self.folder, SPEC, seed=3)
        self._sheets = {kind: self._sheet(kind) for kind in KINDS}

    def load_into(self, store: GraphStore) -> LoadReport:
        """Load all of it."""
        return load(
            store,
            LoadRequest("canonical", self.folder, SOURCE, DAY),
            Vault(self.folder.parent / "vault", KEY),
            KEYS,
        )

    def _sheet(self, kind: str) -> Sheet:
        return Sheet.of_text((self.folder / f"{kind}.csv").read_text("utf-8"))

    def some(self, kind: str) -> Sheet:
        """Return the first rows of a kind."""
        whole = self._sheets[kind]
        return Sheet(whole.header, whole.rows[:ROWS])

    def some_of(self, dataset: Dataset) -> Sheet:
        """Return rows as a department delivers them: without what the dataset itself says."""
        assert dataset.kind is not None
        return self.some(dataset.kind.name).without(*dataset.constants)


def supplier_of(dataset: Dataset) -> str:
    """Return who delivers a dataset today."""
    return next(iter(suppliers_of(dataset)))


def _text(*rows: dict[str, str]) -> str:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, [*rows[0]], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def _several(row: dict[str, str], number: str, party: str) -> str:
    """Write a decision three times: as it is, under another number, and about somebody without a code."""
    return _text(row, row | {number: "又一号"}, row | {number: "再一号", party: ""})


TABLES: Final[dict[str, tuple[str, dict[str, str], str]]] = {
    "penalties": ("shuanggongshi", {"a.csv": _several(PENALTY, "CF_WSH", "CF_XDR_SHXYM")}, ","),
    "permits": ("shuanggongshi", {"a.csv": _several(PERMIT, "XK_WSH", "XK_XDR_SHXYM")}, ","),
    "older penalties": (
        "shuanggongshi",
        {"a.csv": _several(OLDER, "行政处罚决定书文号", "行政相对人代码_2")},
        ",",
    ),
    "finbench": ("finbench", {**FORMATS["finbench"].good}, "|"),
    "listed companies": ("listed_companies", {**FORMATS["listed_companies"].good}, ","),
}
"""Tables of public formats: the word after ``load``, files by name, delimiter."""

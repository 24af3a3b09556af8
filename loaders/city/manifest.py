"""What a generated city promises: rows and planted errors per file, and the ids of the demo cases."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from loaders.city.cases import Case
from loaders.city.spec import SOURCE, CitySpec
from schema.errors import InputError

_FILE = "manifest.json"


@dataclass(frozen=True)
class FilePromise:
    """One file.

    Parameters
    ----------
    rows : int
        Data rows, dirty ones included: what a loader reads.
    quarantined : int
        Rows that a loader must refuse; the others it loads.
    dirty : dict
        Error code → planted rows with it.
    lines : dict
        Error code → their line numbers, the header being line 1.
    """

    rows: int
    quarantined: int
    dirty: dict[str, int]
    lines: dict[str, list[int]]


@dataclass(frozen=True)
class CityManifest:
    """The whole city; ``manifest.json`` beside the files holds the same.

    Parameters
    ----------
    spec, seed
        What the city was made from: the same pair gives the same bytes.
    files : dict
        Kind → promise for ``<kind>.csv``, in loading order.
    cases : dict
        Name → demo case.
    """

    spec: CitySpec
    seed: int
    files: dict[str, FilePromise]
    cases: dict[str, Case]

    @property
    def rows(self) -> int:
        """Data rows of all files."""
        return sum(f.rows for f in self.files.values())

    @property
    def quarantined(self) -> int:
        """Rows that must be refused, over all files."""
        return sum(f.quarantined for f in self.files.values())

    def save(self, out: Path) -> None:
        """Write ``manifest.json``."""
        content = {
            "source": SOURCE,
            "as_of": self.spec.as_of,
            "seed": self.seed,
            "rows": self.rows,
            "quarantined": self.quarantined,
            "spec": asdict(self.spec),
            "files": {name: {"file": f"{name}.csv", **asdict(f)} for name, f in self.files.items()},
            "cases": {name: asdict(case) for name, case in self.cases.items()},
        }
        text = json.dumps(content, ensure_ascii=False, indent=1, default=str)
        (out / _FILE).write_text(text + "\n", encoding="utf-8")

    @classmethod
    def read(cls, out: Path) -> CityManifest:
        """Read the manifest of a city.

        Raises
        ------
        InputError
            When `out` holds no finished city.
        """
        try:
            content: dict[str, Any] = json.loads((out / _FILE).read_text(encoding="utf-8"))
        except (OSError, ValueError) as reason:
            raise InputError(f"{out} holds no finished city: generate it again.") from reason
        spec = content["spec"] | {"as_of": date.fromisoformat(content["spec"]["as_of"])}
        files = {n: {k: v for k, v in f.items() if k != "file"} for n, f in content["files"].items()}
        return cls(
            CitySpec(**spec),
            content["seed"],
            {name: FilePromise(**f) for name, f in files.items()},
            {name: Case(**case) for name, case in content["cases"].items()},
        )

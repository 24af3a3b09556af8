"""The demonstration's records: a synthetic city, written once, and what its loading must have done."""

from __future__ import annotations

from pathlib import Path
from typing import Final, Literal, TypeAlias

from graph_service.cli.desk import Desk, Failed
from loaders import LoadReport
from loaders.city import CityManifest, CitySpec, write_city
from schema.errors import InputError

Scale: TypeAlias = Literal["village", "county"]
_SPECS: Final = {"village": CitySpec.village, "county": CitySpec.county}


def demo_city(folder: Path, scale: Scale, seed: int) -> CityManifest:
    """Return the city in a folder, written now if there is none.

    Raises
    ------
    InputError
        The folder holds a city of another size or seed: loading one over the other would mix them.
    """
    spec = _SPECS[scale]()
    if not (folder / "manifest.json").exists():
        return write_city(folder, spec, seed)
    found = CityManifest.read(folder)
    if (found.spec, found.seed) != (spec, seed):
        raise InputError(
            f"{folder} holds another city ({found.spec.enterprises} enterprises, seed {found.seed}). "
            "Name another folder with --data, or delete this one's."
        )
    return found


def check_quarantine(desk: Desk, report: LoadReport, manifest: CityManifest) -> None:
    """Compare what was refused with what was planted, file by file.

    Raises
    ------
    Failed
        A file has another number of rows, or of refused ones, than the manifest promises.
    """
    wrong = []
    for file in report.files:
        promise, book = manifest.files[file.kind], file.ledger
        if (book.read, book.quarantined) != (promise.rows, promise.quarantined) or not book.balances:
            wrong.append(
                f"{file.file}: read {book.read} of {promise.rows}, "
                f"quarantined {book.quarantined} of {promise.quarantined} planted"
            )
    found = sum(file.ledger.quarantined for file in report.files)
    desk.say(
        f"quarantined {found} of {manifest.quarantined} planted 隔离行与预置脏行一致"
        if not wrong
        else "\n".join(wrong)
    )
    if wrong:
        raise Failed

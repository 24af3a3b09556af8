"""A synthetic village through the ordinary loaders: what the generator planted is what quarantine holds."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING

from loaders.city import SOURCE, CitySpec, write_city
from queries.stores import open_store
from tests.integration.deliveries import load_path, quarantined

if TYPE_CHECKING:
    from pathlib import Path


def test_every_planted_row_is_found_for_its_planted_reason(tmp_path: Path) -> None:
    manifest = write_city(tmp_path / "city", CitySpec.village(), seed=7)
    store = open_store(f"embedded:{tmp_path / 'graph.kgl'}")
    store.prepare()
    report = load_path(store, tmp_path / "city", source=SOURCE)
    found = {f.kind: (f.ledger.read, f.ledger.quarantined) for f in report.files}
    assert found == {kind: (file.rows, file.quarantined) for kind, file in manifest.files.items()}
    assert all(file.ledger.balances for file in report.files)

    lines: Counter[tuple[str, str, int]] = Counter()
    for row in quarantined(store):
        lines.update((row["dataset"], error["code"], row["line"]) for error in json.loads(row["errors"]))
    planted = Counter(
        (kind, code, line)
        for kind, file in manifest.files.items()
        for code, places in file.lines.items()
        for line in places
    )
    assert lines == planted

    again = load_path(store, tmp_path / "city", source=SOURCE)
    assert not again.changed
    assert sum(file.ledger.loaded for file in again.files) == 0
    store.close()

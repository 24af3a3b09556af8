"""Amounts that add up to more than 64 bits are decided, answered and audited like any other."""

from __future__ import annotations

import csv
from pathlib import Path

from graph_service.asking import Question
from graph_service.service import open_service
from graph_service.settings import read_settings
from graph_service.trust.principal import Principal
from graph_service.use_cases.lending import chain_program
from loaders import Keys, LoadRequest, Vault, load
from loaders.city import CitySpec, write_city
from schema.access import Purpose, Role


def test_a_core_that_confirms_more_than_64_bits_of_fen_is_still_decided_and_audited(tmp_path: Path) -> None:
    manifest = write_city(tmp_path / "city", CitySpec.village(), 7)
    enlarge(tmp_path / "city" / "receivables.csv", str(2**62))
    service = open_service(
        read_settings(store=f"embedded:{tmp_path}/g.kgl", data_dir=tmp_path / "data"), "test"
    )
    request = LoadRequest("canonical", tmp_path / "city", source="city", as_of=manifest.spec.as_of)
    load(
        service.store,
        request,
        Vault(tmp_path / "raw", service.keys.vault.material),
        Keys(service.keys.identity.material),
    )
    bank, programme = manifest.cases["bank"].graph_id, manifest.cases["programme"].graph_id
    lender = Principal(Role.LENDER, org=bank, purpose=Purpose.LENDING, token_id="t")
    question = Question(lender, manifest.spec.as_of)
    answer = service.answer(
        question, "chainProgram", {}, lambda asking: chain_program(asking, str(programme))
    )
    assert answer.decision is not None
    assert (answer.decision.pool.core.value_fen or 0) > 2**64
    assert 0 < answer.decision.pool.allocated_fen <= (answer.decision.pool.available_fen or 0)
    assert service.audit.verify().ok
    service.close()


def enlarge(file: Path, fen: str) -> None:
    with file.open(encoding="utf-8", newline="") as lines:
        head, *rows = list(csv.reader(lines))
    places = [head.index(name) for name in ("amount_fen", "outstanding_fen")]
    for row in rows:
        for place in places if len(row) == len(head) else ():
            row[place] = fen
    with file.open("w", encoding="utf-8", newline="") as lines:
        csv.writer(lines).writerows([head, *rows])

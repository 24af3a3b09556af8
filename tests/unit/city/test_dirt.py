"""Planted rows break the rule that they are named after, however many there are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from loaders.city.dirt import plan_dirt
from loaders.city.registry import Registry
from loaders.city.spec import CitySpec
from schema.errors import IdentifierInvalid
from schema.identifiers.resident_id import validate_resident_id
from schema.identifiers.uscc import validate_uscc
from schema.kinds import KINDS

_MANY = 100  # as many of each defect as the largest city has


@pytest.mark.parametrize(
    ("kind", "column", "family", "validate"),
    [
        ("enterprises", "uscc", "uscc.", validate_uscc),
        ("persons", "identity_number", "resident_id.", validate_resident_id),
    ],
)
def test_every_planted_identifier_breaks_its_rule(
    kind: str, column: str, family: str, validate: Callable[[str], object]
) -> None:
    place = KINDS[kind].headers.index(column)
    planted = plan_dirt(Registry(replace(CitySpec.county(), dirty=_MANY), seed=3))[kind]
    wrong = [row for row in planted if row.code.startswith(family)]
    assert len(wrong) >= _MANY
    for row in wrong:
        with pytest.raises(IdentifierInvalid) as refused:
            validate(str(row.cells[place]))
        assert refused.value.rule == row.code


def test_planted_rows_have_record_ids_of_their_own() -> None:
    planted = plan_dirt(Registry(replace(CitySpec.county(), dirty=_MANY), seed=3))
    for kind, rows in planted.items():
        records = [row.cells[0] for row in rows]
        assert len(records) == len(set(records)), kind
        assert all(str(record).startswith("dirty-") for record in records)

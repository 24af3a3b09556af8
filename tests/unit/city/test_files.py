"""The files: canonical headers, valid values, references that resolve, counts as promised."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest

from loaders.city import CityManifest, CitySpec, write_city
from loaders.identity.keys import Keys
from loaders.identity.references import Resolver
from loaders.profile import Profile
from loaders.readers.delimited import read_delimited
from loaders.staging import stage
from schema.errors import InputError
from schema.fields import FieldType
from schema.identifiers.region_code import parse_region_code
from schema.identifiers.resident_id import validate_resident_id
from schema.identifiers.uscc import validate_uscc
from schema.kinds import KINDS
from tests.unit.city.reading import CityOnDisk

_LATER_IS_FINE = {"due_on", "expires_on"}


def _bytes(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in sorted(folder.iterdir())}


def test_same_seed_same_bytes_other_seed_other_bytes(tmp_path: Path, village: CityOnDisk) -> None:
    write_city(tmp_path / "again", CitySpec.village(), 7)
    write_city(tmp_path / "other", CitySpec.village(), 8)
    assert _bytes(tmp_path / "again") == _bytes(village.out)
    assert _bytes(tmp_path / "other")["enterprises.csv"] != _bytes(village.out)["enterprises.csv"]


def test_every_kind_has_a_file_with_its_headers_and_rows(city: CityOnDisk) -> None:
    assert set(city.manifest.files) == set(KINDS)
    for name, kind in KINDS.items():
        header, *rows = city.raw(name)
        assert tuple(header) == kind.headers
        assert len(rows) == city.manifest.files[name].rows, name
        assert city.rows(name), f"{name} has no clean row"


def test_record_ids_are_unique(city: CityOnDisk) -> None:
    for kind in KINDS:
        records = [row["record_id"] for row in city.rows(kind)]
        assert "" not in records
        assert len(records) == len(set(records)), kind


def test_identifiers_pass_their_validators_without_a_hint(city: CityOnDisk) -> None:
    for kind in ("enterprises", "banks"):
        for row in city.rows(kind):
            assert validate_uscc(row["uscc"]).hints == ()
    for row in city.rows("persons"):
        assert validate_resident_id(row["identity_number"]).hints == ()
    for row in city.rows("regions"):
        code = parse_region_code(row["code"])
        assert code.level == row["level"]
        assert code.hints == ()
        assert row["parent_code"] == (parent.code if (parent := code.parent()) else "")


def test_keys_are_unique(city: CityOnDisk) -> None:
    for kind, column in (("enterprises", "uscc"), ("persons", "identity_number"), ("regions", "code")):
        values = [row[column] for row in city.rows(kind)]
        assert len(values) == len(set(values)), kind


def test_references_resolve(city: CityOnDisk) -> None:
    for name, kind in KINDS.items():
        for row in city.rows(name):
            for ref in kind.refs:
                assert row[ref.column] or not ref.required
                if row[ref.column]:
                    assert city.resolves(ref, row[ref.column]), (name, ref.column, row)


def test_nothing_is_later_than_the_as_of_day(city: CityOnDisk) -> None:
    as_of = city.manifest.spec.as_of
    for name, kind in KINDS.items():
        dates = [c.name for c in kind.columns if c.field.kind is FieldType.DATE]
        instants = [c.name for c in kind.columns if c.field.kind is FieldType.DATETIME]
        for row in city.rows(name):
            for column in set(dates) - _LATER_IS_FINE:
                assert not row[column] or date.fromisoformat(row[column]) <= as_of, (name, row)
            for column in instants:
                assert not row[column] or datetime.fromisoformat(row[column]).date() < as_of, (name, row)


def test_the_loader_refuses_exactly_the_planted_rows(city: CityOnDisk) -> None:
    """Staging finds every planted error with its code on its line; a missing endpoint is found after staging."""
    resolver = Resolver("city", Keys(b"0123456789abcdef"))
    for name, promise in city.manifest.files.items():
        text = (city.out / f"{name}.csv").read_text(encoding="utf-8")
        rows = read_delimited(text, name)
        staged = stage(rows, Profile(name, KINDS[name]), "city", resolver)
        found: dict[str, list[int]] = {}
        for index, faults in staged.faults.items():
            assert len(faults) == 1, (name, faults)
            found.setdefault(faults[0].code, []).append(rows.lines[index])
        expected = {c: lines for c, lines in promise.lines.items() if c != "endpoint_missing"}
        assert {code: sorted(lines) for code, lines in found.items()} == expected, name
        assert staged.repeats == []


def test_planted_endpoints_are_described_nowhere(city: CityOnDisk) -> None:
    planted = 0
    for name, promise in city.manifest.files.items():
        header, *rows = city.raw(name)
        for line in promise.lines.get("endpoint_missing", []):
            row = dict(zip(header, rows[line - 2], strict=True))
            named = [(ref, row[ref.column]) for ref in KINDS[name].refs if row[ref.column]]
            assert [city.resolves(ref, written) for ref, written in named].count(False) == 1
            planted += 1
    assert planted == 3 * city.manifest.spec.dirty


def test_manifest_adds_up_and_reads_back(city: CityOnDisk) -> None:
    manifest = city.manifest
    assert CityManifest.read(city.out) == manifest
    assert manifest.quarantined == 18 * manifest.spec.dirty
    for promise in manifest.files.values():
        assert promise.quarantined == sum(promise.dirty.values()) <= promise.rows
        assert {code: len(lines) for code, lines in promise.lines.items()} == promise.dirty
    assert manifest.rows == sum(len(city.raw(kind)) - 1 for kind in KINDS)


def test_a_city_without_dirt(tmp_path: Path) -> None:
    clean = CitySpec(enterprises=30, persons=310, households=100, dirty=0)
    assert write_city(tmp_path, clean, 1).quarantined == 0


def test_an_unfinished_city_is_no_city(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="generate it again"):
        CityManifest.read(tmp_path)


def test_a_file_in_the_way_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    with pytest.raises(InputError, match="cannot be written"):
        write_city(tmp_path / "taken", CitySpec.village(), 1)

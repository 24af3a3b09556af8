"""The JSON Schema of a kind says what the loader says of a single value."""

from __future__ import annotations

import pytest

from schema.datasets import DATASETS
from schema.errors import InputError
from schema.json_schema import dataset_schema, kind_schema
from schema.kinds import KINDS


@pytest.mark.parametrize("name", KINDS)
def test_every_column_is_a_property_and_every_required_one_required(name: str) -> None:
    kind = KINDS[name]
    schema = kind_schema(kind)
    assert tuple(schema["properties"]) == kind.headers
    assert set(schema["required"]) == set(kind.required)
    for column, said in schema["properties"].items():
        assert ("null" in said["type"]) == (column not in kind.required)


def test_a_closed_list_is_an_enum_and_a_ratio_is_bounded() -> None:
    penalty = kind_schema(KINDS["penalties"])["properties"]["severity"]
    assert penalty["enum"] == ["MINOR", "GENERAL", "SERIOUS", "轻微", "一般", "严重"]
    share = kind_schema(KINDS["shareholdings"])["properties"]["share_ratio"]
    assert (share["minimum"], share["maximum"], share["type"]) == (0, 1, ["number", "null"])


@pytest.mark.parametrize("code", [code for code, each in DATASETS.items() if each.kind])
def test_s3_28_a_dataset_s_schema_has_the_columns_of_its_files(code: str) -> None:
    dataset = DATASETS[code]
    schema = dataset_schema(dataset)
    assert (schema["title"], tuple(schema["properties"])) == (code, dataset.columns)
    assert schema["required"] == sorted(dataset.required)
    assert not {*dataset.constants} & {*schema["properties"]}
    if dataset.key:
        assert "null" in schema["properties"]["record_id"]["type"]


def test_s3_28_what_is_not_delivered_as_records_has_no_schema() -> None:
    with pytest.raises(InputError, match="not delivered as records"):
        dataset_schema(DATASETS["CREDIT_FILE"])

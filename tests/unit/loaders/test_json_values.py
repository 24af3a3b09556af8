"""JSON documents as values with their lines."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loaders.readers.json_values import read_values
from schema.errors import FileRefused


def test_an_array_and_values_line_by_line_give_the_same_values_with_their_lines() -> None:
    assert read_values('[\n {"a": 1},\n\n {"b":\n 2}]\n', "f") == [(2, {"a": 1}), (4, {"b": 2})]
    assert read_values('{"a": 1}\n\n{"b": 2}\n', "f") == [(1, {"a": 1}), (3, {"b": 2})]
    assert read_values("[]", "f") == []


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ('[{"a": 1}\n{"b": 2}]', 2, "a comma or the end"),
        ("[1,\n]", 2, "Expecting value"),
        ("[1]\n[2]", 2, "something follows"),
        ('{"a": 1,\n "a": 2}', 1, "repeats a key"),
        ("[NaN]", 1, "NaN is no number"),
        ('["\\ud800"]', 1, "surrogates not allowed"),
        ("[" * 200_000, 1, "recursion"),
        ("[1", 1, "a comma or the end"),
    ],
)
def test_what_is_no_json_is_refused_with_its_line(text: str, line: int, said: str) -> None:
    with pytest.raises(FileRefused, match=rf"from line {line} on: .*{said}"):
        read_values(text, "f")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.lists(JSON, max_size=5), st.sampled_from([None, 1]))
def test_no_value_is_lost(values: list[Any], indent: int | None) -> None:
    assert [v for _, v in read_values(json.dumps(values, indent=indent), "f")] == values


@given(st.text(max_size=40), st.sampled_from(["", "[", "{", '[{"a":']))
def test_no_text_at_all_crashes_it(text: str, head: str) -> None:
    try:
        found = read_values(head + text, "f")
    except FileRefused:
        return
    assert all(line >= 1 for line, _ in found)

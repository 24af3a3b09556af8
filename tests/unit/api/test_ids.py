"""Global ids are opaque, reversible, and interchangeable with plain ones."""

from __future__ import annotations

import pytest

from graph_service.api.ids import global_id, read_id, read_node_id
from schema.errors import InputError


@pytest.mark.parametrize(
    ("label", "node_id"),
    [("LegalEntity", "E:91441283X000000193"), ("Region", "441283100200"), ("ChainProgram", "city:g1")],
)
def test_an_opaque_id_opens_to_what_it_was_made_of(label: str, node_id: str) -> None:
    opaque = global_id(label, node_id)
    assert ":" not in opaque
    assert node_id not in opaque
    assert read_node_id(opaque) == (label, node_id)
    assert read_id(opaque, label) == node_id


@pytest.mark.parametrize(
    ("plain", "label"),
    [("E:91441283X000000193", "LegalEntity"), ("H:city:12", "Household"), ("441283100200", "Region")],
)
def test_a_plain_id_is_taken_as_it_is(plain: str, label: str) -> None:
    assert read_node_id(plain) == (label, plain)
    assert read_id(plain, label) == plain


def test_a_plain_id_without_a_telling_form_serves_where_the_label_is_known() -> None:
    assert read_id("city:g1", "ChainProgram") == "city:g1"
    with pytest.raises(InputError, match="neither an opaque id"):
        read_node_id("city:g1")


@pytest.mark.parametrize("text", ["", "E:" + "9" * 600])
def test_an_empty_or_endless_id_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="1 to 512"):
        read_id(text, "LegalEntity")


def test_the_opaque_id_of_something_else_is_refused() -> None:
    with pytest.raises(InputError, match="names a Person; a LegalEntity is needed"):
        read_id(global_id("Person", "P:1:ab"), "LegalEntity")


def test_a_label_that_the_graph_does_not_know_opens_nothing() -> None:
    # Whatever it is, it is then looked up as a plain id, and not found.
    assert read_id(global_id("Secret", "x"), "LegalEntity") == global_id("Secret", "x")

"""A document that is too large is refused before it is validated, however it hides its size."""

from __future__ import annotations

import pytest
from graphql import parse

from graph_service.api.costs import BUDGETS, require_affordable, terms
from graph_service.api.documents import DocumentRefused, Documents
from graph_service.api.execution import DOCUMENTS
from graph_service.api.limits import LIMITS, TOKENS, require_within
from graph_service.api.schema import core_schema
from schema.access import Role
from schema.errors import QueryTooCostly


def refusal(text: str, *, guarded: bool = True) -> list[str]:
    with pytest.raises(DocumentRefused) as found:
        DOCUMENTS.prepare(text, guarded=guarded)
    return [error.message for error in found.value.errors]


def nested(depth: int) -> str:
    return "{ a " * depth + "{ b }" + " }" * depth


def test_depth_is_counted_through_fragments() -> None:
    require_within(parse(nested(LIMITS.depth - 1)))
    with pytest.raises(QueryTooCostly, match="13 depth; 12 are allowed"):
        require_within(parse(nested(LIMITS.depth)))
    with pytest.raises(QueryTooCostly, match="depth"):
        require_within(parse("{ a { ...f } } fragment f on T " + nested(LIMITS.depth - 1)))


def test_aliases_are_counted_wherever_a_fragment_is_spread() -> None:
    fragment = "fragment f on Query { a: me { role } b: me { role } }"
    require_within(parse("{ ...f ...f }" + fragment))
    with pytest.raises(QueryTooCostly, match="16 aliases; 15 are allowed"):
        require_within(parse("{" + "...f " * 8 + "}" + fragment))


def test_fragments_that_double_each_other_are_counted_without_expanding_them() -> None:
    chain = "".join(f"fragment f{n} on T {{ ...f{n + 1} ...f{n + 1} }}" for n in range(60))
    with pytest.raises(QueryTooCostly, match="fields"):
        require_within(parse("{ ...f0 }" + chain + "fragment f60 on T { a }"))


def test_a_fragment_that_spreads_itself_is_left_to_validation() -> None:
    text = "{ me { ...f } } fragment f on Me { ...f }"
    assert any("Cannot spread fragment" in message for message in refusal(text))


def test_directives_are_counted() -> None:
    with pytest.raises(QueryTooCostly, match="21 directives"):
        require_within(parse("{ a" + " @x" * 21 + " }"))


def test_tokens_are_counted() -> None:
    assert f"more than {TOKENS} tokens" in refusal("{" + "me " * (TOKENS + 1) + "}")[0]


@pytest.mark.parametrize("opening", ["{a", "{a(b:["])
def test_an_endless_nesting_is_an_error_and_no_crash(opening: str) -> None:
    assert refusal(opening * 900)


def test_at_most_five_errors_are_told_and_nothing_is_suggested_to_strangers() -> None:
    text = "{ " + " ".join(f"nam{n}" for n in range(20)) + " mee }"
    assert len(refusal(text)) == 5
    assert not any("Did you mean" in message for message in refusal("{ mee }"))
    assert any("Did you mean" in message for message in refusal("{ mee }", guarded=False))


def test_introspection_is_for_those_with_a_token() -> None:
    assert "introspection has been disabled" in refusal("{ __schema { types { name } } }")[0]
    assert DOCUMENTS.prepare("{ __schema { types { name } } }", guarded=False)
    assert DOCUMENTS.prepare("{ __typename }", guarded=True)


def test_a_document_is_prepared_once_for_strangers_and_once_for_others() -> None:
    documents = Documents(core_schema())
    first = documents.prepare("{ me { role } }", guarded=True)
    assert documents.prepare("{ me { role } }", guarded=True) is first
    assert documents.prepare("{ me { role } }", guarded=False) is not first


def cost(text: str, variables: dict[str, object] | None = None) -> int:
    (found,) = terms(parse(text)).values()
    return sum(term.cost(variables or {}, 100) for term in found)


def test_a_page_costs_what_is_under_it_as_often_as_it_is_long() -> None:
    inner = "{ edges { node { name } } }"
    assert cost(f"{{ x(first: 10) {inner} }}") == 1 + 10 * 3
    assert cost(f"query ($n: Int) {{ x(first: $n) {inner} }}", {"n": 7}) == 1 + 7 * 3
    assert cost(f"{{ x {inner} }}") == 1 + 20 * 3
    assert cost("{ x { totalCount } }") == 2
    # A page beyond the largest is refused as bad input when it is read, so here it counts as the largest.
    assert cost(f"{{ x(first: 1000000) {inner} }}") == cost(f"{{ x(first: 100) {inner} }}")


def test_pages_within_pages_multiply_and_exceed_a_budget() -> None:
    text = "{ searchParties(first: 100) { edges { node { x(first: 100) { edges { node { name } } } } } } }"
    (found,) = terms(parse(text)).values()
    with pytest.raises(QueryTooCostly, match=f"may spend {BUDGETS[Role.PUBLIC]}"):
        require_affordable(found, {}, Role.PUBLIC, 100)
    require_affordable(found, {}, Role.SUPERVISOR, 100)

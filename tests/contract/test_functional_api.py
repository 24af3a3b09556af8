"""The functional API of the package ``algorithms``: its signatures, its conventions, and what it says to wrong input."""

from __future__ import annotations

import dataclasses
import doctest
import inspect
import re
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import sparse

import algorithms
from algorithms import (
    GroupLimits,
    OwnershipCase,
    StressAssumptions,
    StressCase,
    beneficial_owners,
    clearing_vector,
    close_links,
    control,
    debtrank,
    esri,
    guarantee_calls,
    guarantee_circles,
    integrated_ownership,
    power_index,
    propagate,
    stress_test,
)
from algorithms.result import Result
from schema.errors import InputError

ROOT = Path(__file__).resolve().parents[2]
NONE = inspect.Parameter.empty
# Published order, names and defaults; what stands behind them may only be added.
SIGNATURES: dict[str, list[tuple[str, Any]]] = {
    "integrated_ownership": [("A", NONE)],
    "control": [("A", NONE), ("seeds", NONE), ("threshold", 0.5)],
    "close_links": [("A", NONE), ("threshold", 0.2), ("common_holder", False)],
    "beneficial_owners": [("case", NONE), ("target", NONE), ("options", None)],
    "power_index": [("A", NONE), ("targets", None), ("threshold", 0.5)],
    "debtrank": [("exposures", NONE), ("equity", NONE), ("shock", NONE), ("variant", "2012")],
    "clearing_vector": [
        ("liabilities", NONE),
        ("external_assets", NONE),
        ("external_liabilities", NONE),
        ("alpha", 1.0),
        ("beta", 1.0),
    ],
    "esri": [
        ("weights", NONE),
        ("sectors", NONE),
        ("essential", NONE),
        ("shock", None),
        ("substitution", True),
    ],
    "guarantee_calls": [("guarantees", NONE), ("equity", NONE), ("lgd", NONE), ("seeds", NONE)],
    "guarantee_circles": [("A", NONE), ("max_length", 10), ("limit", 1_000)],
    "propagate": [("projection", NONE), ("seeds", NONE), ("channels", None)],
    "stress_test": [("case", NONE), ("shock", NONE), ("assumptions", None), ("groups", None)],
}


def stress(matrix: Any, shock: Any = None) -> Result[Any]:
    size = len(matrix) if isinstance(matrix, list) else matrix.shape[0]
    zero = np.zeros((size, size))
    case = StressCase(
        matrix, np.zeros(size, dtype=int), [[1]], matrix, zero, zero, np.ones(size), np.zeros(size)
    )
    return stress_test(case, np.zeros(size) if shock is None else shock)


def owners(matrix: Any) -> Result[Any]:
    size = matrix.shape[0]
    return beneficial_owners(OwnershipCase(matrix, person=np.arange(size) == 0), size - 1)


# Each method on one matrix, every other argument neutral.
CALLS: dict[str, Callable[[Any], Result[Any]]] = {
    "integrated_ownership": integrated_ownership,
    "control": lambda m: control(m, []),
    "close_links": close_links,
    "power_index": power_index,
    "debtrank": lambda m: debtrank(m, np.ones(m.shape[0]), np.zeros(m.shape[0])),
    "debtrank_2015": lambda m: debtrank(m, np.ones(m.shape[0]), np.zeros(m.shape[0]), "2015"),
    "clearing_vector": lambda m: clearing_vector(m, np.ones(m.shape[0]), np.zeros(m.shape[0])),
    "esri": lambda m: esri(m, np.zeros(m.shape[0], dtype=int), [[1]]),
    "guarantee_calls": lambda m: guarantee_calls(m, np.ones(m.shape[0]), 0.5, []),
    "guarantee_circles": guarantee_circles,
    "propagate": lambda m: propagate({"c": m}, np.zeros(m.shape[0]), {"c": 0.5}),
    "stress_test": stress,
}
FORMS = [
    np.asarray,
    sparse.csr_matrix,
    sparse.csr_array,
    sparse.csc_array,
    sparse.coo_array,
    sparse.lil_array,
]


@pytest.mark.parametrize("name", SIGNATURES)
def test_the_signature_is_the_published_one(name: str) -> None:
    parameters = list(inspect.signature(getattr(algorithms, name)).parameters.values())
    published = SIGNATURES[name]
    assert [(p.name, p.default) for p in parameters[: len(published)]] == published
    assert all(p.default is not NONE for p in parameters[len(published) :])
    assert all(p.kind is p.POSITIONAL_OR_KEYWORD for p in parameters[: len(published)])


def test_every_export_is_here_and_documented() -> None:
    functions = {name for name in algorithms.__all__ if inspect.isfunction(getattr(algorithms, name))}
    assert functions == set(SIGNATURES)
    assert set(algorithms.__all__) <= set(dir(algorithms))
    for name in algorithms.__all__:
        assert inspect.getdoc(getattr(algorithms, name))
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        algorithms.nothing  # noqa: B018


def test_importing_the_package_loads_no_library() -> None:
    code = "import sys, algorithms; print(sorted({'numpy', 'scipy', 'polars'} & set(sys.modules)))"
    told = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("size", [0, 1])
@pytest.mark.parametrize("name", CALLS)
def test_nothing_and_a_single_node_are_answered(name: str, size: int, form: Callable[[Any], Any]) -> None:
    result = CALLS[name](form(np.zeros((size, size))))
    assert result.converged
    assert result.residual == 0
    assert result.iterations >= 0
    value = result.value
    entries = np.asarray(value.todense() if sparse.issparse(value) else value).ravel()
    assert not entries.any()
    if name != "guarantee_circles":
        assert value.shape[:1] == (size,)


@pytest.mark.parametrize("form", FORMS)
def test_a_matrix_is_answered_in_the_form_in_which_it_was_asked(form: Callable[[Any], Any]) -> None:
    A = np.array([[0.0, 0.5, 0.0], [0.0, 0.0, 0.6], [0.0, 0.1, 0.0]])
    for method in (integrated_ownership, close_links, power_index):
        plain, found = method(A).value, method(form(A)).value
        assert isinstance(plain, np.ndarray)
        assert sparse.issparse(found) is sparse.issparse(form(A))
        np.testing.assert_array_equal(plain, found.toarray() if sparse.issparse(found) else found)
    assert close_links(A).value.dtype == np.bool_


def test_whole_numbers_and_lists_are_numbers() -> None:
    whole = np.array([[0, 1], [0, 0]])
    assert integrated_ownership(whole).value.tolist() == [[0, 1], [0, 0]]
    assert integrated_ownership(whole.tolist()).value.tolist() == [[0, 1], [0, 0]]
    assert control(whole, 0).value.tolist() == [False, True]
    assert debtrank(whole, [2, 2], np.array([0, 1])).value.tolist() == [0.5, 1]
    assert clearing_vector(whole, [0, 0], [1, 0]).value.tolist() == [0, 0]
    assert esri(whole, [0, 1], [[2, 2], [2, 2]]).value.tolist() == [1, 1]


@pytest.mark.parametrize("name", [*CALLS, "beneficial_owners"])
def test_results_are_frozen(name: str) -> None:
    zero = np.zeros((2, 2))
    result = owners(zero) if name == "beneficial_owners" else CALLS[name](zero)
    assert isinstance(result, Result)
    with pytest.raises(dataclasses.FrozenInstanceError):
        result.value = None  # type: ignore[misc]


WRONG = {
    "negative": np.array([[0.0, -0.1], [0.0, 0.0]]),
    "nan": np.array([[0.0, np.nan], [0.0, 0.0]]),
    "infinite": sparse.csr_array(np.array([[0.0, np.inf], [0.0, 0.0]])),
    "oblong": np.zeros((2, 3)),
    "words": np.array([["a", "b"], ["c", "d"]]),
}


@pytest.mark.parametrize("wrong", WRONG)
@pytest.mark.parametrize("name", [*CALLS, "beneficial_owners"])
def test_a_wrong_matrix_is_refused_in_our_own_words(name: str, wrong: str) -> None:
    call = owners if name == "beneficial_owners" else CALLS[name]
    with pytest.raises(InputError) as told:
        call(WRONG[wrong])
    if wrong in ("negative", "nan", "infinite"):
        assert re.search(r"\[0, 1\] is (-0\.1|nan|inf)", told.value.detail)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda m: control(m, [True, False]), "flatnonzero"),
        (lambda m: control(m, [0.0]), "seeds must be indices"),
        (lambda m: control(m, [2]), "from 0 to 1"),
        (lambda m: control(m, [0], 1.0), "below 1"),
        (lambda m: close_links(m, 0.0), "threshold"),
        (lambda m: power_index(m, [5]), "targets"),
        (lambda m: power_index(m, threshold=-1), "threshold"),
        (lambda m: debtrank(m, [1, 1], [0, 1.5]), r"shock\[1\] is 1.5"),
        (lambda m: debtrank(m, [1, 1], [0, 0], "1999"), "'2012' or '2015'"),
        (lambda m: clearing_vector(m, [1, -1], [0, 0]), r"external_assets\[1\] is -1"),
        (lambda m: clearing_vector(m, [1, 1], [0, 0], 2), "alpha is 2"),
        (lambda m: esri(m, [0, 7], [[1]]), "sectors must be indices of essential"),
        (lambda m: esri(m, [0, 0], [[1], [1, 2]]), "essential must be square"),
        (lambda m: esri(m, [0, 0], [[1]], [0, -1]), r"shock\[1\] is -1"),
        (lambda m: guarantee_calls(m, [1, 1], 2, [0]), "lgd"),
        (lambda m: beneficial_owners(m, 0), "must be an OwnershipCase"),
        (lambda m: beneficial_owners(OwnershipCase(m, np.ones(2)), 0), "one True or False"),
        (lambda m: beneficial_owners(OwnershipCase(m, np.ones(2, dtype=bool)), 2), "target"),
        (lambda m: stress(m, [0, 3]), r"shock\[1\] is 3"),
        (lambda _: StressAssumptions(margin=2), "margin is 2"),
        (lambda _: StressAssumptions(variant="some"), "pro_rata, joint_and_several"),
    ],
)
def test_a_wrong_argument_is_named(call: Callable[[Any], Any], said: str) -> None:
    with pytest.raises(InputError, match=said):
        call(np.array([[0.0, 0.5], [0.0, 0.0]]))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"receivables": np.zeros((3, 3))}, "receivables has shape"),
        ({"loans": -np.ones((2, 2))}, "loans"),
        ({"guarantees": "x"}, "guarantees must be a square matrix"),
        ({"external_assets": [1, np.nan]}, "stress_bounds"),
        ({"external_assets": "x"}, "external_assets must be numbers"),
        ({"external_liabilities": [1]}, "external_liabilities"),
    ],
)
def test_a_wrong_stress_case_is_named(change: dict[str, Any], said: str) -> None:
    zero = np.zeros((2, 2))
    case = StressCase(zero, [0, 0], [[1]], zero, zero, zero, [1, 1], [0, 0])
    with pytest.raises(InputError, match=said):
        stress_test(dataclasses.replace(case, **change), [0, 0])


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        (GroupLimits([[1, 0, 0]], [1, 1], 0.2), "members must be a mask of groups × 2"),
        (GroupLimits([[2, 0]], [1, 1], 0.2), "members"),
        (GroupLimits("x", [1, 1], 0.2), "members"),
        (GroupLimits([[1, 1]], [1], 0.2), "capital"),
        (GroupLimits([[1, 1]], "x", 0.2), "capital must be numbers"),
        (GroupLimits([[1, 1]], [1, 1], 2.0), "ratio is 2.0"),
    ],
)
def test_wrong_group_limits_are_named(limits: GroupLimits, said: str) -> None:
    zero = np.zeros((2, 2))
    case = StressCase(zero, [0, 0], [[1]], zero, zero, zero, [1, 1], [0, 0])
    with pytest.raises(InputError, match=said):
        stress_test(case, [0, 0], groups=limits)


# Conventions, each on a case small enough to do by hand -----------------------------------------------------------


def test_rows_hold_columns() -> None:
    """0 holds 24 % of 1, which holds 6 % of itself: 0.24 / 0.94."""
    result = integrated_ownership([[0, 0.24], [0, 0.06]])
    assert result.value[0, 1] == pytest.approx(0.24 / 0.94, abs=1e-12)
    assert (result.converged, result.residual < 1e-12) == (True, True)


def test_a_circle_without_an_outside_owner_is_no_number() -> None:
    result = integrated_ownership([[0, 1], [1, 0]])
    assert np.isnan(result.value).all()
    assert (result.converged, result.residual) == (False, float("inf"))


def test_more_than_100_percent_declared_is_named() -> None:
    result = integrated_ownership([[0, 0, 0.8], [0, 0, 0.7], [0, 0, 0]])
    assert result.overdeclared.tolist() == [2]
    assert result.value[:, 2].tolist() == [0.8, 0.7, 0]


def test_seeds_are_false_and_half_does_not_control() -> None:
    A = np.array([[0, 0.5, 0.51, 0], [0, 0, 0, 0], [0, 0.1, 0, 0], [0, 0, 0, 0.9]])
    found = control(A, [0])
    assert found.value.tolist() == [False, True, True, False]
    assert not control(A, [0, 2]).value[[0, 2]].any()
    assert not control(A, 3).value.any()  # holding oneself is no control of anybody


def test_lenders_lose_what_they_lent() -> None:
    """1 lent 1 to 0 and has 2: half of it is gone when 0 fails."""
    lent = np.array([[0, 0], [1, 0]])
    for variant in ("2012", "2015"):
        found = debtrank(lent, [1, 2], [1, 0], variant)
        assert found.value.tolist() == [1, 0.5]
        assert found.final_equity.tolist() == [0, 1]


def test_external_creditors_rank_equally() -> None:
    """0 has 3 and owes 2 inside and 4 outside."""
    found = clearing_vector([[0, 2], [0, 0]], [3, 0], [4, 0])
    assert found.value.tolist() == [3, 0]
    assert (found.received[1], found.external_payments[0]) == (1, 2)
    assert found.final_equity[0] == -3


def test_suppliers_stop_their_buyers() -> None:
    weights = [[0, 1, 0], [0, 0, 1], [0, 0, 0]]
    each = esri(weights, [0, 1, 2], np.full((3, 3), 2))
    assert each.value.tolist() == [1, 1, 1]
    one = esri(weights, [0, 1, 2], np.zeros((3, 3)), shock=[1, 0, 0])
    assert np.ndim(one.value) == 0
    assert float(one.value) == 0.5


def test_a_guarantee_is_called_and_a_circle_is_found() -> None:
    stands = np.array([[0, 0], [10, 0]])
    assert guarantee_calls(stands, [0, 9], 0.5, [0]).value.tolist() == [0, 5]
    assert guarantee_circles(stands + stands.T).value == ((0, 1),)


def test_risk_reaches_rows_from_columns() -> None:
    found = propagate({"supply": np.array([[0, 1.0], [0, 0]])}, np.array([0, 1.0]), {"supply": 0.5})
    assert found.value.tolist() == pytest.approx([0.5, 1], abs=1e-9)


def test_the_snippet_of_contributing_runs() -> None:
    """The functional API is shown in CONTRIBUTING.md; what is shown there is what happens."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"```pycon\n(.*?)\n *```", text, flags=re.DOTALL)
    parsed = doctest.DocTestParser().get_doctest(textwrap.dedent(block), {}, "CONTRIBUTING.md", None, 0)
    runner = doctest.DocTestRunner(verbose=False)
    runner.run(parsed)
    assert runner.summarize(verbose=False).failed == 0
    assert runner.summarize(verbose=False).attempted >= 3

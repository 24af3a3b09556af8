"""What the risk methods refuse, and how they say it."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from algorithms.ownership.close_links import close_links
from algorithms.ownership.power import power_index
from algorithms.risk.clearing import clearing_vector
from algorithms.risk.debtrank import debtrank
from algorithms.risk.esri import esri
from algorithms.risk.guarantees import guarantee_calls
from schema.errors import InputError

TWO = np.array([[0.0, 1.0], [0.0, 0.0]])
ONES = np.ones(2)
KINDS = np.full((2, 2), 2)

WRONG_MATRICES = [
    np.zeros((2, 3)),
    np.zeros(4),
    np.array([[0.0, -1.0], [0.0, 0.0]]),
    np.array([[0.0, np.nan], [0.0, 0.0]]),
    sparse.csr_array(np.array([[0.0, np.inf], [0.0, 0.0]])),
    "no matrix",
]
CALLS = {
    "exposures": lambda m: debtrank(m, ONES, ONES),
    "liabilities": lambda m: clearing_vector(m, ONES, ONES),
    "weights": lambda m: esri(m, [0, 1], KINDS),
    "guarantees": lambda m: guarantee_calls(m, ONES, 0.5, [0]),
}


@pytest.mark.parametrize("what", CALLS)
@pytest.mark.parametrize("matrix", WRONG_MATRICES, ids=str)
def test_a_wrong_matrix_is_named(what, matrix):
    with pytest.raises(InputError, match=what):
        CALLS[what](matrix)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: debtrank(TWO, [-1.0, 1.0], [0, 0]), r"equity\[0\] is -1"),
        (lambda: debtrank(TWO, [1.0], [0, 0]), "equity must have one number for each of 2"),
        (lambda: debtrank(TWO, ["a", "b"], [0, 0]), "equity must be numbers"),
        (lambda: debtrank(TWO, ONES, [0, 1.2]), r"shock\[1\] is 1.2"),
        (lambda: debtrank(TWO, ONES, [0, np.nan]), "shock"),
        (lambda: debtrank(TWO, ONES, [0, 0], variant="2013"), "'2012' or '2015'"),
        (lambda: debtrank(TWO, ONES, [0, 0], economic_value=[0, -1]), "economic_value"),
        (lambda: clearing_vector(TWO, [-1, 0], ONES), "external_assets"),
        (lambda: clearing_vector(TWO, ONES, [np.inf, 0]), "external_liabilities"),
        (lambda: clearing_vector(TWO, ONES, ONES, alpha=1.5), "alpha is 1.5"),
        (lambda: clearing_vector(TWO, ONES, ONES, beta=float("nan")), "beta is nan"),
        (lambda: esri(TWO, [0, 2], KINDS), "sectors must be indices of essential, from 0 to 1"),
        (lambda: esri(TWO, [0, -1], KINDS), "sectors"),
        (lambda: esri(TWO, [0.5, 1], KINDS), "whole number"),
        (lambda: esri(TWO, [0], KINDS), "each of 2 firms"),
        (lambda: esri(TWO, [0, 1], np.full((2, 2), 3)), "2 essential, 1 non-essential, 0 negligible"),
        (lambda: esri(TWO, [0, 1], np.zeros((2, 3))), "essential must be square"),
        (lambda: esri(TWO, [0, 1], KINDS, shock=[0, 2]), r"shock\[1\]"),
        (lambda: guarantee_calls(TWO, ONES, 1.5, [0]), "lgd"),
        (lambda: guarantee_calls(TWO, ONES, 0.5, [2]), "seeds must be indices from 0 to 1"),
        (lambda: guarantee_calls(TWO, ONES, 0.5, [True, False]), "flatnonzero"),
        (lambda: guarantee_calls(TWO, ONES, 0.5, [0], variant="several"), "pro_rata, joint_and_several"),
        (lambda: guarantee_calls(TWO, ONES, 0.5, [0], debts=[-1, 0]), "debts"),
        (lambda: close_links(TWO, threshold=0.0), "threshold"),
        (lambda: close_links(TWO, threshold=1.5), "threshold"),
        (lambda: close_links(-TWO), "share"),
        (lambda: power_index(-TWO), "share"),
        (lambda: power_index(TWO, targets=[2]), "targets"),
        (lambda: power_index(TWO, threshold=1.0), "threshold"),
        (lambda: power_index(TWO, samples=0), "samples"),
    ],
)
def test_a_wrong_argument_is_named(call, said):
    with pytest.raises(InputError, match=said):
        call()


def test_the_callers_arrays_are_left_as_they_were():
    stored = sparse.csr_array((np.array([1.0, 0.0]), (np.array([0, 1]), np.array([1, 0]))), shape=(2, 2))
    equity, shock = np.array([1.0, 2.0]), np.array([0.0, 0.5])
    debtrank(stored, equity, shock, "2015")
    clearing_vector(stored, equity, shock)
    assert stored.nnz == 2
    assert (equity.tolist(), shock.tolist()) == ([1, 2], [0, 0.5])


def test_amounts_stored_in_parts_are_one_amount():
    parts = sparse.coo_array(([0.25, 0.25], ([1, 1], [0, 0])), shape=(2, 2))
    assert debtrank(parts, ONES, [1, 0]).value.tolist() == [1, 0.5]

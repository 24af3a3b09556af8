"""The examples in the docstrings run and print what they say."""

from __future__ import annotations

import doctest
from importlib import import_module

import numpy as np
import pytest


@pytest.mark.parametrize(
    "module",
    [
        "functional",
        "ownership.close_links",
        "ownership.power",
        "risk.clearing",
        "risk.debtrank",
        "risk.esri",
        "risk.guarantees",
        "risk.stress",
    ],
)
def test_examples(module):
    told = doctest.testmod(import_module(f"algorithms.{module}"), extraglobs={"np": np})
    assert told.attempted > 0
    assert told.failed == 0

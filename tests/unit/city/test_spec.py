"""Sizes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from loaders.city import CitySpec
from loaders.city.spec import residents
from schema.errors import InputError


def test_county_has_the_size_that_the_demo_promises() -> None:
    county = CitySpec.county()
    assert (county.enterprises, county.persons, county.households) == (5000, 8000, 2000)


def test_zhaoqing_on_request() -> None:
    zhaoqing = CitySpec.of(6943, households=621_000)
    assert (zhaoqing.enterprises, zhaoqing.households) == (6943, 621_000)
    assert 1300 < zhaoqing.villages < 1380  # 1,338 credit villages (S1-46)
    assert zhaoqing.counties == 8


def test_a_million_enterprises_fit_the_code_ranges() -> None:
    largest = CitySpec.of(1_000_000)
    assert largest.counties <= 10
    assert largest.persons == 1_600_000


def test_residents_are_the_sum_of_household_sizes() -> None:
    sizes = [index % 4 + 1 for index in range(23)]
    assert [residents(n) for n in range(24)] == [sum(sizes[:n]) for n in range(24)]


@pytest.mark.parametrize(
    "change",
    [
        {"enterprises": 29},
        {"enterprises": 1_000_001},
        {"households": 19},
        {"programmes": 0},
        {"programmes": 2},
        {"dirty": -1},
        {"persons": 251},
        {"persons": 3_200_001},
    ],
)
def test_counts_that_do_not_fit_are_refused(change: dict[str, Any]) -> None:
    with pytest.raises(InputError):
        replace(CitySpec.village(), **change)

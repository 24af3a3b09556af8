"""One village and one county for all tests of the city."""

from __future__ import annotations

import pytest

from loaders.city import CitySpec
from tests.unit.city.reading import CityOnDisk


@pytest.fixture(scope="session")
def village(tmp_path_factory: pytest.TempPathFactory) -> CityOnDisk:
    return CityOnDisk.write(tmp_path_factory.mktemp("village"), CitySpec.village())


@pytest.fixture(scope="session")
def county(tmp_path_factory: pytest.TempPathFactory) -> CityOnDisk:
    return CityOnDisk.write(tmp_path_factory.mktemp("county"), CitySpec.county())


@pytest.fixture(params=["village", "county"])
def city(request: pytest.FixtureRequest) -> CityOnDisk:
    """Each of the two in turn."""
    made: CityOnDisk = request.getfixturevalue(request.param)
    return made

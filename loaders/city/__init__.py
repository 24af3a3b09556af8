"""The synthetic city 仿真城市: a seeded public-credit world in the canonical formats, from a village to 1M enterprises."""

from loaders.city.manifest import CityManifest, FilePromise
from loaders.city.spec import SOURCE, CitySpec
from loaders.city.writer import write_city

__all__ = ["SOURCE", "CityManifest", "CitySpec", "FilePromise", "write_city"]

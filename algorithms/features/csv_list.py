"""A credit centre's own list of risk features as CSV: one feature a line, over the sources and relations that are declared."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping

from algorithms.features.checking import check_feature, require
from schema.errors import RulebookInvalid
from schema.risk_feature import Measure, Registry, RiskFeature, Unit

COLUMNS = (
    "code",
    "zh",
    "en",
    "source",
    "where",
    "measure",
    "unit",
    "aggregation",
    "window",
    "scope",
    "version",
)
MOST_FAULTS = 20


def parse_csv(text: str, name: str, base: Registry) -> Registry:
    """Read a list of features.

    Parameters
    ----------
    text : str
        CSV with the header ``code,zh,en,source,where,measure,unit,aggregation,window,scope,version``. ``where`` and
        ``measure`` are SQL over the source's columns, the unit is the measure's, an empty window means for ever.
    name : str
        What to call it in messages.
    base : Registry
        Whose sources and relations the list uses.

    Raises
    ------
    RulebookInvalid
        With up to twenty faults, each with its line.
    """
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    missing = [c for c in COLUMNS if c not in (reader.fieldnames or ())]
    require(not missing, name, f"the header lacks {', '.join(missing)}")
    features: dict[str, RiskFeature] = {}
    faults: list[str] = []
    for row in reader:
        try:
            feature = _feature(row, f"{name}, line {reader.line_num}", base)
            require(
                feature.code not in features,
                f"{name}, line {reader.line_num}",
                f"the code {feature.code} comes twice",
            )
            features[feature.code] = feature
        except RulebookInvalid as fault:
            faults.append(fault.detail)
    if faults:
        more = f" And {len(faults) - MOST_FAULTS} more." if len(faults) > MOST_FAULTS else ""
        raise RulebookInvalid(" ".join(faults[:MOST_FAULTS]) + more)
    require(bool(features), name, "there is no feature in it")
    return Registry(max(f.version for f in features.values()), base.sources, base.relations, features)


def _feature(row: Mapping[str, str | None], where: str, base: Registry) -> RiskFeature:
    said = {column: (row.get(column) or "").strip() for column in COLUMNS}
    for column in ("code", "zh", "en", "source", "aggregation", "scope", "version"):
        require(bool(said[column]), where, f"{column} is empty")
    window = said["window"]
    require(
        not window or (window.isascii() and window.isdigit()), where, "a window is a number of days, or empty"
    )
    feature = RiskFeature(
        said["code"],
        said["zh"],
        said["en"],
        said["source"],
        said["where"],
        _measure(said, where),
        said["aggregation"],
        int(window) if window else None,
        said["scope"],
        said["version"],
        sample=False,
    )
    check_feature(feature, base.sources, base.relations, where)
    return feature


def _measure(said: Mapping[str, str], where: str) -> Measure | None:
    if not said["measure"]:
        return None
    units = [unit.value for unit in Unit]
    require(said["unit"] in units, where, f"the unit of a measure is one of {', '.join(units)}")
    return Measure("measure", said["zh"], said["en"], said["measure"], Unit(said["unit"]))

"""The registry of risk features from TOML: read once, checked whole, never half accepted."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from algorithms.features.checking import check_feature, check_relation, check_source, require
from algorithms.features.families import features_of
from schema.errors import RulebookInvalid
from schema.risk_feature import Coverage, Registry, Relation, RiskFeature, Source

FOLDER = Path(__file__).resolve().parents[2] / "schema" / "risk_features"
Document = dict[str, Any]


@cache
def load() -> Registry:
    """Return the registry that ships with the service: a SAMPLE, not the list of any credit centre."""
    return parse({path.name: path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("*.toml"))})


def parse(files: Mapping[str, str], base: Registry | None = None) -> Registry:
    """Read a registry from TOML texts.

    Parameters
    ----------
    files : mapping
        File name → text, in the form of ``schema/risk_features/*.toml``.
    base : Registry, optional
        Whose sources and relations the files may use; its features are not taken over, and what comes from outside is
        no longer marked SAMPLE.

    Raises
    ------
    RulebookInvalid
        Not TOML; a field missing or unknown; an unknown source, column, aggregation, window, scope or unit; an
        aggregation that does not go with its source, window, measure or scope; a code that comes twice.
    """
    documents = {name: _document(text, name) for name, text in files.items()}
    sources, relations = (dict(base.sources), dict(base.relations)) if base else ({}, {})
    groups: dict[str, list[str]] = {}
    for name, document in documents.items():
        for each in _formed(document, "source", name):
            sources[each["id"]] = _source(each, name)
        for each in _formed(document, "relation", name):
            relations[each["id"]] = _relation(each, name)
        groups |= document.get("groups", {})
    features: dict[str, RiskFeature] = {}
    for name, document in documents.items():
        for feature in _features(document, name, groups, (sources, relations), sample=base is None):
            require(feature.code not in features, name, f"the code {feature.code} comes twice")
            features[feature.code] = feature
    version = max((str(d["version"]) for d in documents.values() if d.get("version")), default="")
    return Registry(version, sources, relations, features)


Known = tuple[Mapping[str, Source], Mapping[str, Relation]]


def _features(
    document: Document, name: str, groups: Mapping[str, list[str]], known: Known, *, sample: bool
) -> Iterator[RiskFeature]:
    for each in (*document.get("source", ()), *document.get("shape", ())):
        made = _guarded(
            name, lambda each=each: features_of(each, document["version"], groups, known, sample=sample)
        )
        for feature in made:
            check_feature(feature, *known, f"{name}, {feature.code}")
            yield feature


def _document(text: str, name: str) -> Document:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RulebookInvalid(f"{name} is not TOML: {error}.") from None


def _formed(document: Document, kind: str, name: str) -> list[Document]:
    found = document.get(kind, [])
    formed = isinstance(found, list) and all(
        isinstance(e, dict) and isinstance(e.get("id"), str) for e in found
    )
    require(formed, name, f"each [[{kind}]] needs an id")
    return list(found)


def _source(entry: Document, name: str) -> Source:
    fields = ("id", "zh", "en", "fact", "party", "record", "day", "counterparty")
    made: Source = _guarded(
        name, lambda: Source(**{f: entry[f] for f in fields}, coverage=Coverage(entry["coverage"]))
    )
    check_source(made, f"{name}, source {made.id}")
    return made


def _relation(entry: Document, name: str) -> Relation:
    made: Relation = _guarded(
        name,
        lambda: Relation(
            entry["id"],
            entry["zh"],
            entry["en"],
            tuple(tuple(path) for path in entry.get("paths", ())),
            int(entry.get("times", 1)),
            bool(entry.get("majority", False)),
            float(entry.get("share", 0.0)),
            str(entry.get("label", "")),
            Coverage(entry["coverage"]),
        ),
    )
    check_relation(made, f"{name}, relation {made.id}")
    return made


def _guarded(name: str, make: Any) -> Any:
    try:
        return make()
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise RulebookInvalid(f"{name}: a field is missing, unknown or of the wrong form: {error}.") from None

"""From a family to its features: the product of its lists, each with a code and two descriptions made of the parts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import product
from typing import Any

from schema.risk_feature import (
    AGGREGATIONS,
    RELATION,
    SELF,
    STRUCTURE,
    Measure,
    Relation,
    RiskFeature,
    Slice,
    Source,
    Unit,
)

EVER = "ever"
_NOTHING = Measure("", "", "", "", Unit.COUNT)
Parts = tuple[Slice, Measure, str, int | None, str]


def features_of(
    entry: Mapping[str, Any],
    version: str,
    groups: Mapping[str, list[str]],
    known: tuple[Mapping[str, Source], Mapping[str, Relation]],
    *,
    sample: bool,
) -> list[RiskFeature]:
    """Return the features of one ``[[source]]`` or ``[[shape]]`` entry of a TOML document.

    Raises
    ------
    KeyError, TypeError, ValueError
        A list names what the entry does not declare, or a field is of the wrong form; the reader says where.
    """
    slices = {name: Slice(name, s["zh"], s["en"], s["where"]) for name, s in entry.get("slices", {}).items()}
    measures = {
        name: Measure(name, m["zh"], m["en"], m.get("expr", name), Unit(m["unit"]))
        for name, m in entry.get("measures", {}).items()
    }
    slices.setdefault("all", Slice("all", "", "", ""))
    return [
        _feature(entry, parts, version, known[1], sample=sample)
        for family in entry.get("family", ())
        for parts in _parts(family, slices, measures, groups)
    ]


def _parts(
    family: Mapping[str, Any],
    slices: Mapping[str, Slice],
    measures: Mapping[str, Measure],
    groups: Mapping[str, list[str]],
) -> Iterable[Parts]:
    if unknown := family.keys() - {"slices", "measures", "aggregations", "windows", "scopes"}:
        raise ValueError(f"a family knows no {sorted(unknown)}")
    scopes = [each for word in family["scopes"] for each in (groups[word[1:]] if word[:1] == "@" else [word])]
    chosen = [slices[name] for name in family.get("slices", ["all"])]
    measured = [measures[name] for name in family.get("measures", [])] or [_NOTHING]
    windows = [_days(word) for word in family.get("windows", [EVER])]
    return product(chosen, measured, family["aggregations"], windows, scopes)


def _days(word: object) -> int | None:
    if word == EVER:
        return None
    if not isinstance(word, int) or isinstance(word, bool):
        raise TypeError(f"a window is a number of days or '{EVER}', not {word!r}")
    return word


def _feature(
    entry: Mapping[str, Any],
    parts: Parts,
    version: str,
    relations: Mapping[str, Relation],
    *,
    sample: bool,
) -> RiskFeature:
    slice_, measure, aggregation, window, scope = parts
    zh, en = _descriptions(entry, parts, relations)
    return RiskFeature(
        _code(entry["id"], parts),
        zh,
        en,
        entry["id"],
        slice_.where,
        None if measure is _NOTHING else measure,
        aggregation,
        window,
        scope,
        version,
        sample,
    )


def _code(source: str, parts: Parts) -> str:
    slice_, measure, aggregation, window, scope = parts
    days = [f"{window}d"] if window else []
    if source == RELATION:
        return ".".join([RELATION, aggregation, *days, scope])
    if source == STRUCTURE:
        return ".".join([STRUCTURE, measure.id, aggregation, scope])
    measured = f"{aggregation}_{measure.id}" if measure.id else aggregation
    return ".".join([source, slice_.id, measured, *days, scope])


def _descriptions(
    entry: Mapping[str, Any], parts: Parts, relations: Mapping[str, Relation]
) -> tuple[str, str]:
    slice_, measure, aggregation, window, scope = parts
    said, around = AGGREGATIONS[aggregation], relations.get(scope)
    what = (f"{slice_.zh}{entry.get('zh', '')}", f"{slice_.en} {entry.get('en', '')}".strip())
    whose = ("", "") if scope == SELF or around is None else (around.zh, f", of its {around.en}")
    if entry["id"] == RELATION and around is not None:
        what, whose = (around.zh, around.en), ("", "")
    if entry["id"] == STRUCTURE:
        what = (measure.zh, measure.en)
    zh = said.zh.format(what=what[0], measure=measure.zh)
    en = said.en.format(what=what[1], measure=measure.en)
    span = (f"近{window}日", f" in the last {window} days") if window else ("", "")
    return f"{whose[0]}{span[0]}{zh}", f"{en[:1].upper()}{en[1:]}{span[1]}{whose[1]}"

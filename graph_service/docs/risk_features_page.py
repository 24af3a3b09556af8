"""``docs/risk-features.md``: the registry of risk features by its parts, from the declarations themselves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from algorithms.features import load
from algorithms.features.known import audiences_of, relation_audiences
from graph_service.docs.markdown import table
from schema.risk_feature import AGGREGATIONS, RELATION, STRUCTURE, Registry, Relation, RiskFeature

_INTRODUCTION = """\
# Risk features 风险特征

Written by `make docs` from `schema/risk_features/*.toml`; a test fails when this page is stale.

**{count:,} features, version {version}. SAMPLE 示例:** they are meaningful and computable, yet no credit centre's own list.
A centre brings its own in the same form, as TOML or as CSV; `features check` says what is wrong with it, line by line:

```sh
python -m graph_service features check own.csv
python -m graph_service features list --family penalty
python -m graph_service features evaluate E:91441241X36080567W --family listing --as-of 2026-11-01
python -m graph_service features export features.parquet --as-of 2026-11-01
```

A feature is *source × condition × aggregation × window × scope*. Its code says so: `penalty.serious.count.365d.self` counts the
serious penalties of the enterprise itself in the 365 days up to the day asked about, `listing.live_defaulter.members.two_hop`
its neighbours within two steps who are on the list of dishonest judgment debtors; without `…d` there is no window.

- **0** is a known none; **null** is either *nothing to measure* (no largest fine without a fine) or *unknown*: the caller may
  not see a data class that the feature is made of, or a source that promises no completeness (EVIDENCED) says nothing of anybody
  concerned. The API tells the two apart as `NOTHING` and `UNKNOWN`, the library by its table `known`. A growth from 0 is null and
  `UNDEFINED`: what it compares with is there, and is nothing.
- Records and related parties are those that hold on the day asked about and that the caller may see: one who may not see farm
  households does not count them among the suppliers. Amounts are whole fen; records that state none are not summed.
- Every value comes with the facts that it was computed from; from these alone it can be computed again. Facts that a `left` or
  `turnover` cites may have ended: they hold on the first day of the window (`fact(id: …, asOf: …)`).
- Loans and applications are a bank's own book: every caller but that bank gets *unknown*.

"""
_CSV = """
A CSV list has the header `code,zh,en,source,where,measure,unit,aggregation,window,scope,version`: `where` and `measure` are
SQL over the source's columns ([data dictionary](data-dictionary.md)) and `days_since_<date>` of each of its dates; the unit is
the measure's (`count`, `fen`, `days`, `ratio`, `flag`); an empty window means for ever.
"""


def risk_features_page() -> str:
    """Render the page; the same registry gives the same bytes."""
    registry = load()
    features = list(registry.features.values())
    return "\n".join(
        [
            _INTRODUCTION.format(count=len(features), version=registry.version).rstrip() + "\n",
            "## Sources 来源\n",
            _sources(registry, features),
            "## Scopes 关联范围\n",
            _scopes(registry, features),
            "## Aggregations 聚合\n",
            _aggregations(features),
            "## Windows 窗口\n",
            _windows(features),
            "## A list of one's own 自有特征表",
            _CSV,
        ]
    )


def _sources(registry: Registry, features: Iterable[RiskFeature]) -> str:
    counts = Counter(f.source for f in features)
    rows: list[tuple[str, ...]] = [
        (
            f"`{s.id}`",
            f"{s.zh} {s.en}",
            f"`{s.fact}`" + (f" `{s.record}`" if s.record else ""),
            f"`{s.day}`",
            _classes(audiences_of(s.fact, s.record)),
            s.coverage,
            str(counts[s.id]),
        )
        for s in registry.sources.values()
    ]
    rows.append(
        (f"`{STRUCTURE}`", "图结构 circles, clusters, mutual ties", "", "", "", "", str(counts[STRUCTURE]))
    )
    rows.append(
        (
            f"`{RELATION}`",
            "关联方数量与变动 related parties that come and go",
            "",
            "",
            "",
            "",
            str(counts[RELATION]),
        )
    )
    return table(("Source", "What", "Facts", "Day", "Class", "Coverage", "Features"), rows)


def _scopes(registry: Registry, features: Iterable[RiskFeature]) -> str:
    counts = Counter(f.scope for f in features)
    rows = [("`self`", "本企业 the enterprise itself", "", "", "", str(counts["self"]))]
    rows += [
        (
            f"`{r.id}`",
            f"{r.zh} {r.en}",
            _walk(r),
            _classes(relation_audiences(r)),
            r.coverage,
            str(counts[r.id]),
        )
        for r in registry.relations.values()
    ]
    return table(("Scope", "What", "Walk", "Class", "Coverage", "Features"), rows)


def _walk(relation: Relation) -> str:
    if relation.share:
        said = f"final share over all walks ≥ {relation.share:.0%}"
    else:
        said = " or ".join(f"`{' '.join(path)}`" for path in relation.paths)
        times = {1: "", 0: ", on and on"}.get(relation.times, f", up to {relation.times} times")
        said += times + (", majorities only" if relation.majority else "")
    return said + (f", {relation.label} only" if relation.label else "")


def _classes(audiences: Iterable[str]) -> str:
    return ", ".join(sorted(audiences))


def _aggregations(features: Iterable[RiskFeature]) -> str:
    counts = Counter(f.aggregation for f in features)
    rows = [
        (
            f"`{a.id}`",
            a.zh.format(what="…", measure="…"),
            a.en.format(what="…", measure="…"),
            a.unit.value if a.unit else "the measure's",
            a.around.value,
            str(counts[a.id]),
        )
        for a in AGGREGATIONS.values()
    ]
    exact = "Exact definitions stand in the docstring of `algorithms/features/__init__.py`.\n\n"
    return exact + table(("Aggregation", "中文", "What", "Unit", "Around", "Features"), rows)


def _windows(features: Iterable[RiskFeature]) -> str:
    counts = Counter(f.window for f in features)
    rows = [
        (f"{days} days" if days else "none", str(counts[days]))
        for days in sorted(counts, key=lambda d: d or 0)
    ]
    return table(("Window", "Features"), rows)

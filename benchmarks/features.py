"""All risk features of 10,000 enterprises, against one-by-one evaluation and against one group-by per feature.

Method: a city of 10,000 enterprises and 4,000 households in a fresh embedded store (72,000 nodes, 170,000 facts); the view of
the system. *All*: every feature of the registry for every enterprise, on a fresh view each round, so that records and
adjacency are built anew. *One by one*: the slow twin of the tests, which reads the facts for one feature of one enterprise,
on a sample of pairs (final shares left out: the twin solves those densely), scaled to all pairs; its values must be equal.
*Group-by*: for the counts, sums and extremes of an enterprise's own records, one polars ``filter → group_by → join`` per
feature on one table per source, against the same features here; both build their tables anew. Medians of 3.
The stated budget is 60 s on two cores. Measured on two shared cores: 3,165 features of
10,000 enterprises in 8.3 s (3.8 million values a second); the twin takes 49 ms a value, 187,638 times as long; 836 plain features
0.5 s, 1.2 times as fast as the group-bys: parity, no more, for an enterprise's own plain records.
"""

from __future__ import annotations

import math
import random
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import polars as pl

from algorithms.features import evaluate, load
from algorithms.features.columns import columns_of
from algorithms.features.events import UNDATED, events_of
from algorithms.projection import Access, View
from algorithms.rules.expressions import compile_condition
from benchmarks.measure import interleaved, seconds
from graph_service.cli.desk import desk_of
from graph_service.cli.load import deliver
from loaders import LoadRequest, silent
from loaders.city import SOURCE, CitySpec, write_city
from schema.risk_feature import SELF, RiskFeature
from tests.reference.features import value_of

ENTERPRISES, HOUSEHOLDS, PAIRS, ROUNDS = 10_000, 4_000, 120, 3
REGISTRY = load()
ALL = tuple(REGISTRY.features.values())
_PLAIN = frozenset({"count", "sum", "max", "min"})


def main() -> None:
    """Print the times and the ratios."""
    with _city() as view:
        first, last = view.projection.spans["LegalEntity"]
        asked = list(range(first, last))[:ENTERPRISES]
        own = [f for f in ALL if f.source in REGISTRY.sources and f.scope == SELF and f.aggregation in _PLAIN]
        tables = _tables(view, own)
        taken = interleaved(
            {
                "all": lambda _: seconds(lambda: evaluate(_fresh(view), asked, ALL, REGISTRY)),
                "own": lambda _: seconds(lambda: evaluate(_fresh(view), asked, own, REGISTRY)),
                "group": lambda _: seconds(lambda: _group_bys(_tables(_fresh(view), own), own, asked)),
            },
            ROUNDS,
        )
        _check_groups(view, tables, own, asked)
        one = _one_by_one(view, asked)
    pairs = len(ALL) * len(asked)
    print(
        f"features: {len(ALL):,} features x {len(asked):,} enterprises in {taken['all']:.1f} s "
        f"({pairs / taken['all'] / 1e6:.2f}M values/s); one by one {one * 1000:.0f} ms a value, "
        f"{one * pairs / taken['all']:,.0f} x as long; {len(own)} plain features {taken['own']:.1f} s against "
        f"{taken['group']:.1f} s with one polars group-by each ({taken['group'] / taken['own']:.1f} x)"
    )


@contextmanager
def _city() -> Iterator[View]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        manifest = write_city(folder / "city", CitySpec.of(ENTERPRISES, HOUSEHOLDS), 1)
        with desk_of(f"embedded:{folder / 'graph.kgl'}", folder).service() as service:
            deliver(service, LoadRequest("canonical", folder / "city", SOURCE, manifest.spec.as_of), silent)
            graph = service.rooms.projections.at(service.store.known_run())
            yield graph.view(manifest.spec.as_of, Access.system())


def _fresh(view: View) -> View:
    return view.projection.view(view.as_of, view.access)


def _one_by_one(view: View, asked: Sequence[int]) -> float:
    """Return the seconds a value takes the slow twin, whose values must be those of the fast way."""
    dice = random.Random(1)
    chosen = [f for f in ALL if f.scope == SELF or not REGISTRY.relations[f.scope].share]
    sample = [(dice.choice(asked), dice.choice(chosen)) for _ in range(PAIRS)]
    slow: list[float | int | None] = []
    taken = seconds(lambda: slow.extend(value_of(view, at, f, REGISTRY) for at, f in sample))
    for (at, feature), value in zip(sample, slow, strict=True):
        fast = evaluate(view, [at], [feature], REGISTRY).values[feature.code][0]
        if not _same(fast, value):
            raise SystemExit(f"{feature.code}: {fast} is not {value}.")
    return taken / PAIRS


def _same(fast: float | int | None, slow: float | int | None) -> bool:
    if fast is None or slow is None:
        return fast is slow
    return math.isclose(fast, slow, rel_tol=1e-9, abs_tol=1e-9)


def _tables(view: View, features: Sequence[RiskFeature]) -> dict[str, pl.DataFrame]:
    """Party, age and columns of each source."""
    tables = {}
    for name in {f.source for f in features}:
        events = events_of(view, REGISTRY.sources[name])
        known = pl.DataFrame({"party": events.party, "age": events.age})
        tables[name] = known.hstack(events.table) if columns_of(REGISTRY.sources[name]) else known
    return tables


def _group_bys(
    tables: dict[str, pl.DataFrame], features: Sequence[RiskFeature], asked: Sequence[int]
) -> dict[str, pl.Series]:
    ids = pl.DataFrame({"party": asked}, schema={"party": pl.Int64})
    return {f.code: _group_by(tables[f.source], f, ids) for f in features}


def _group_by(table: pl.DataFrame, feature: RiskFeature, ids: pl.DataFrame) -> pl.Series:
    columns = columns_of(REGISTRY.sources[feature.source])
    inside = pl.col("age").is_between(0, feature.window - 1 if feature.window else UNDATED)
    if feature.where:
        inside &= compile_condition(feature.where, columns, feature.code)
    value = compile_condition(feature.measure.expr, columns, feature.code) if feature.measure else pl.len()
    how = value if feature.aggregation == "count" else getattr(value, feature.aggregation)()
    found = table.filter(inside).group_by("party").agg(how.alias("value"))
    return ids.join(found, on="party", how="left", maintain_order="left")["value"]


def _check_groups(
    view: View, tables: dict[str, pl.DataFrame], features: Sequence[RiskFeature], asked: Sequence[int]
) -> None:
    """The two agree wherever the group-by finds records: of the rest it cannot tell none from unknown."""
    ours, theirs = evaluate(view, asked, features, REGISTRY).values, _group_bys(tables, features, asked)
    for feature in features:
        there = theirs[feature.code].is_not_null()
        fast, slow = ours[feature.code].filter(there), theirs[feature.code].filter(there)
        if not ((fast - slow).abs() <= 1e-9 * slow.abs() + 1e-9).fill_null(False).all():
            raise SystemExit(f"{feature.code}: the group-by says something else.")

"""Everything recomputed for a city: 1M enterprises, 3M people, 10M facts, from columns, without a store.

Method: a process of its own makes the columns (:mod:`benchmarks.city_columns`), projects them, takes the system's view of
one day and asks for everything that is computed of a whole view. Each step is timed once; the memory is the process's peak,
columns included, and what is resident once the columns are gone. Measured, on two cores shared with
others: projected in 1.2 s from 4.8 s of making columns; ownership collected 1.0 s, final owners 1.6 s, control of everybody
0.3 s, cross-holdings 0.2 s, guarantee circles and shapes 0.3 s, risk propagation 13 s, clusters 5 s; the whole 22.6 s; peak
2,793 MB.
"""

from __future__ import annotations

import datetime as dt
import gc
import re
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

import numpy as np

from algorithms.ownership.batch_control import closures
from algorithms.ownership.cross_holdings import cross_holdings
from algorithms.ownership.final_owners import final_owners_all
from algorithms.ownership.fixpoint import Channel
from algorithms.ownership.holders import Holdings
from algorithms.ownership.projected import ownership_case
from algorithms.projection import Access, View, project
from algorithms.relations.clusters import Weighing, clusters
from algorithms.relations.guarantee_structures import guarantee_structures
from algorithms.risk.propagation.scores import risk_picture
from algorithms.rules import govern, load
from benchmarks.city_columns import CitySize, city_columns
from benchmarks.memory import apart

T = TypeVar("T")
DAY = dt.date(2026, 3, 1)
CONTROL = 0.5


def main() -> None:
    """Print each step's time, the whole, and the peak memory."""
    _, peak = apart(recompute, CitySize())
    print(f"city: peak memory {peak:,.0f} MB, columns included")


def recompute(size: CitySize) -> None:
    """Do it all in this process, a line a step."""
    nodes, facts = _timed("columns made", lambda: city_columns(size))
    began = time.perf_counter()
    graph = _timed("projected", lambda: project(1, nodes, facts))
    nodes.clear()
    facts.clear()
    gc.collect()
    _say(
        f"{len(graph):,} nodes, {sum(len(e.start) for e in graph.edges.values()):,} facts: {_resident():,.0f} MB"
    )
    view = graph.view(DAY, Access.system())
    for name, work in STEPS.items():
        _timed(name, partial(work, view))
    _say(f"full recompute {time.perf_counter() - began:.1f} s, then {_resident():,.0f} MB")


def _visible(view: View) -> object:
    return [view.positions(name) for name in view.projection.edges]


def _owners(view: View) -> object:
    case = ownership_case(view)
    return final_owners_all(case.equity, case.person)


def _control(view: View) -> object:
    rows = [matrix.tocsr() for matrix in Holdings(view, CONTROL).channels]
    return closures(tuple(Channel(str(n), m, CONTROL) for n, m in enumerate(rows)))


def _clusters(view: View) -> object:
    return clusters(view, Weighing.read(govern(load("trade_circles"), DAY).constant))


STEPS: dict[str, Callable[[View], object]] = {
    "what holds and may be seen": _visible,
    "ownership collected": ownership_case,
    "final owners": _owners,
    "control of everybody": _control,
    "cross-holdings": lambda view: cross_holdings(ownership_case(view).equity),
    "guarantee circles and shapes": guarantee_structures,
    "risk propagation": risk_picture,
    "pseudo-independent clusters": _clusters,
}


def _timed(name: str, work: Callable[[], T]) -> T:
    began = time.perf_counter()
    found = work()
    _say(f"{name} {time.perf_counter() - began:.2f} s")
    return found


def _say(line: str) -> None:
    sys.stdout.write(f"city: {line}\n")
    sys.stdout.flush()


def _resident() -> float:
    found = re.search(r"VmRSS:\s+(\d+) kB", Path("/proc/self/status").read_text())
    return int(found[1]) / 1024 if found else float(np.nan)

"""Peak memory of a piece of work, in a process of its own: a process keeps the peak of all that it ever did."""

from __future__ import annotations

import multiprocessing
import re
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")


def peak_megabytes() -> float:
    """Return the largest resident set of this process so far (``VmHWM``; ru_maxrss would inherit the parent's)."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    return int(found[1]) / 1024 if found else float("nan")


def apart(work: Callable[..., T], *given: object) -> tuple[T, float]:
    """Do the work in a fresh process; return its result and its peak in MB. Both must be picklable."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_measured, (work, given))


def _measured(work: Callable[..., T], given: tuple[object, ...]) -> tuple[T, float]:
    result = work(*given)
    return result, peak_megabytes()

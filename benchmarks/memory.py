"""Peak memory of a piece of work, in a process of its own: a process keeps the peak of all that it ever did."""

from __future__ import annotations

import multiprocessing
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")
_READ = 'import re,sys; print(re.search(r"VmHWM:\\s+(\\d+) kB", open("/proc/self/status").read())[1])'


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


def peak_of(code: str) -> tuple[float, str]:
    """Run Python code in a fresh process; return its peak resident set in MB, and what it printed."""
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\n{_READ}"], check=True, stdout=subprocess.PIPE, text=True
    )
    *said, peak = done.stdout.strip().splitlines()
    return int(re.sub(r"\D", "", peak)) / 1024, "\n".join(said)

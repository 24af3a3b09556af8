"""A county from generated files to explained answers, in a process of its own: seconds and peak memory.

Method: ``python -m graph_service demo --no-serve`` (5,000 enterprises, 8,000 people, 2,000 households; 81,000 rows) into
a fresh embedded store, with its start, generation, loading, projection and the three answers. Median of 3; the memory is
the largest resident set of any of them. Goal: well under 30 s. Measured: 8.5 s
and 489 MB on two shared cores.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from statistics import median

from benchmarks.measure import seconds

# The peak is read from the process's own memory map: ru_maxrss would inherit that of the benchmark which started it.
_DEMO = """
import sys
from pathlib import Path
from graph_service.cli.running import run
code = run(["demo", "--no-serve", "--data", sys.argv[1]])
sys.stderr.write(Path("/proc/self/status").read_text())
sys.exit(code)
"""


def main() -> None:
    """Print time and memory."""
    runs = [_once() for _ in range(3)]
    taken, peak = median(taken for taken, _ in runs), max(peak for _, peak in runs)
    print(f"county: {taken:.1f} s end to end, peak memory {peak:.0f} MB (goal: well under 30 s)")


def _once() -> tuple[float, float]:
    """Return the seconds and the peak in MB of one run."""
    said: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-c", _DEMO, folder]

        def work() -> None:
            done = subprocess.run(
                command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
            )
            said.append(done.stderr)

        taken = seconds(work)
    peak = re.search(r"VmHWM:\s+(\d+) kB", said[0])
    return taken, int(peak[1]) / 1024 if peak else float("nan")

"""Peak memory of a piece of work, by a process of its own."""

from __future__ import annotations

import re
import subprocess
import sys

_READ = 'import re,sys; print(re.search(r"VmHWM:\\s+(\\d+) kB", open("/proc/self/status").read())[1])'


def peak_of(code: str) -> tuple[float, str]:
    """Run Python code in a fresh process; return its peak resident set in MB, and what it printed.

    The peak is read from the process's own memory map: ``ru_maxrss`` would inherit that of the parent.
    """
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\n{_READ}"], check=True, stdout=subprocess.PIPE, text=True
    )
    *said, peak = done.stdout.strip().splitlines()
    return int(re.sub(r"\D", "", peak)) / 1024, "\n".join(said)

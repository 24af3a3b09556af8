"""Who may be one, over a whole register: seconds and memory of ``same-as propose`` as the register grows.

Method: registers of :mod:`benchmarks.parties` (names of the synthetic city, three companies to two people, a fifth of the
companies and a third of the people without an identifier); each search in a process of its own, seconds of the processor,
peak memory with the register itself. Measured, for 20, 40, 80 and 160 thousand parties: 1.9, 4.0, 8.4 and 18.2 s;
186, 244, 358 and 582 MB; as many proposals a party throughout (2,466 to 20,685), none left out. Before blocks were as narrow
as a proposal allows: 6.4, 17.3, 51.8 and 359 s; 165, 204, 274 and 385 MB; the same number of proposals. With the short names
of 3,600 listed companies as brands in 330 cities, and the names of their executives as often as they occur: 2.7, 3.8, 6.9
and 16.7 s (before: 3.9, 9.0, 22.2 s for the first three). Where every tenth company without a code has an English name
without a place, 20, 40 and 80 thousand parties take 3.9, 8.1 and 25.7 s: sounds are fewer than characters.
"""

from __future__ import annotations

import time

from benchmarks.memory import apart
from benchmarks.parties import parties
from loaders.identity.same_as import propose

SIZES = (20_000, 40_000, 80_000, 160_000)


def main() -> None:
    """Print a line a size."""
    for size in SIZES:
        (taken, found, left_out), peak = apart(search, size)
        print(
            f"proposals: {size:,} parties in {taken:.1f} s ({1e6 * taken / size:.0f} s a million), peak {peak:,.0f} MB; "
            f"{found:,} proposals, {left_out:,} pairs left out"
        )


def search(size: int) -> tuple[float, int, int]:
    """Return the seconds that a search took, its proposals, and the pairs that it left out."""
    register = parties(size)
    began = time.process_time()
    found = propose(register)
    return time.process_time() - began, len(found.proposals), sum(each.pairs for each in found.crowded)

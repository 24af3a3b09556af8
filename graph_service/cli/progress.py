"""How far a load is: a bar on a terminal, now and then a line elsewhere; always on standard error."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from loaders import Progress, silent

_EVERY_SECONDS: Final = 5.0


@contextmanager
def shown_progress(err: Console, *, quiet: bool) -> Iterator[Progress]:
    """Return what tells the user about progress, for as long as the block runs."""
    if quiet:
        yield silent
    elif err.is_terminal:
        with _bar(err) as bar:
            yield _Bars(bar)
    else:
        yield _Lines(err)


def _bar(err: Console) -> Bar:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}/s"),
    )
    return Bar(*columns, TimeRemainingColumn(), console=err, transient=True)


class _Bars:
    def __init__(self, bar: Bar) -> None:
        self._bar, self._tasks = bar, dict[str, TaskID]()

    def __call__(self, file: str, done: int, total: int, rate: float) -> None:
        if file not in self._tasks:
            self._tasks[file] = self._bar.add_task(file, rate=0)
        self._bar.update(self._tasks[file], completed=done, total=total, rate=round(rate))


class _Lines:
    def __init__(self, err: Console) -> None:
        self._err, self._next = err, time.monotonic() + _EVERY_SECONDS

    def __call__(self, file: str, done: int, total: int, rate: float) -> None:
        if time.monotonic() < self._next:
            return
        self._next = time.monotonic() + _EVERY_SECONDS
        left = f"{(total - done) / rate:.0f} s left" if rate else "time left unknown"
        self._err.print(f"{file}: {done} of {total}, {rate:.0f}/s, {left}", highlight=False, soft_wrap=True)

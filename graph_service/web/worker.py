"""The one place where the asynchronous edge crosses to the synchronous core."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

from schema.errors import StoreTimeout

T = TypeVar("T")

THREADS: Final = 16


class Workers:
    """A bounded set of worker threads with a time limit per call.

    Parameters
    ----------
    seconds : float
        Time limit, waiting for a thread included. Python cannot stop a thread: a call that runs over keeps its thread
        until it ends by itself, so that those that are late never become more than the bound. The core looks at the
        request's deadline between two operations, and the store has a time limit of its own.
    threads : int
        The bound.
    """

    def __init__(self, seconds: float, threads: int = THREADS) -> None:
        self.seconds = seconds
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="core")

    async def run(self, call: Callable[[], T]) -> T:
        """Run a call on a worker thread.

        Raises
        ------
        StoreTimeout
            No answer in time.
        """
        running = asyncio.get_running_loop().run_in_executor(self._threads, call)
        try:
            return await asyncio.wait_for(running, self.seconds)
        except TimeoutError:
            raise StoreTimeout(
                "The request took longer than allowed. Try again, or ask for less at once."
            ) from None

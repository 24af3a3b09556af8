"""The crossing to worker threads: bounded in number and in time."""

from __future__ import annotations

import asyncio
import threading

import pytest

from graph_service.web.worker import Workers
from schema.errors import NotFound, StoreTimeout


def test_a_call_runs_on_a_thread_of_its_own_and_its_errors_come_back() -> None:
    def refuse() -> None:
        raise NotFound("no such thing")

    workers = Workers(30, threads=1)
    assert asyncio.run(workers.run(threading.get_ident)) != threading.get_ident()
    with pytest.raises(NotFound, match="no such thing"):
        asyncio.run(workers.run(refuse))


def test_a_call_that_runs_over_is_given_up_and_keeps_its_thread_until_it_ends() -> None:
    held, begun = threading.Event(), []

    async def late_and_next() -> None:
        with pytest.raises(StoreTimeout):
            await workers.run(held.wait)
        with pytest.raises(StoreTimeout):
            await workers.run(lambda: begun.append("next"))
        assert begun == []
        held.set()
        workers.seconds = 30
        await workers.run(lambda: begun.append("after"))

    workers = Workers(0.05, threads=1)
    asyncio.run(late_and_next())
    # What was given up before it began is never begun.
    assert begun == ["after"]

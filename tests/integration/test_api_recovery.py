"""The store goes away and comes back: readiness follows it, answers are typed, and nobody restarts anything."""

from __future__ import annotations

import contextlib
import selectors
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from graph_service.service import open_service
from graph_service.settings import Settings
from graph_service.web.app import create_app
from tests.integration.api_town import served

pytestmark = pytest.mark.neo4j

SEARCH = {"query": '{ searchParties(text: "某市") { totalCount } }'}


class Wire:
    """A loopback wire to a server, which can be cut and mended."""

    def __init__(self, host: str, port: int) -> None:
        self._target, self._pairs = (host, port), list[socket.socket]()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._whole = threading.Event()
        self._whole.set()
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """Break every connection, and refuse new ones."""
        self._whole.clear()
        for each in self._pairs:
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
        self._pairs.clear()

    def mend(self) -> None:
        """Let new connections through."""
        self._whole.set()

    def close(self) -> None:
        """Take the wire away."""
        self.cut()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                if not self._whole.is_set():
                    near.close()
                    continue
                far = socket.create_connection(self._target)
                self._pairs += [near, far]
                threading.Thread(target=_pump, args=(near, far), daemon=True).start()


def _pump(near: socket.socket, far: socket.socket) -> None:
    with near, far, selectors.DefaultSelector() as ready, contextlib.suppress(OSError):
        for one, other in ((near, far), (far, near)):
            ready.register(one, selectors.EVENT_READ, other)
        while True:
            for key, _ in ready.select():
                data = key.fileobj.recv(65_536)  # type: ignore[union-attr]
                if not data:
                    return
                key.data.sendall(data)


@contextmanager
def wire_to(url: str) -> Iterator[Wire]:
    """A wire to a Bolt address."""
    parts = urlsplit(url)
    wire = Wire(parts.hostname or "127.0.0.1", parts.port or 7687)
    try:
        yield wire
    finally:
        wire.close()


def ready(client: httpx.Client, expected: int, seconds: float = 60) -> httpx.Response:
    """Ask for readiness until it is as expected."""
    until = time.monotonic() + seconds
    while True:
        response = client.get("/readyz")
        if response.status_code == expected or time.monotonic() > until:
            assert response.status_code == expected, response.text
            return response
        time.sleep(0.2)


def test_readiness_and_answers_follow_neo4j_down_and_up_again(empty_neo4j: str, tmp_path: Path) -> None:
    with wire_to(empty_neo4j) as wire:
        settings = Settings(store=f"bolt://127.0.0.1:{wire.port}", data_dir=tmp_path, request_seconds=60)  # type: ignore[call-arg]
        service = open_service(settings, "serve")
        try:
            with served(create_app(service, None)) as client:
                assert ready(client, 200).json() == {"ready": True}
                assert client.post("/graphql", json=SEARCH).json()["data"]["searchParties"] == {
                    "totalCount": 0
                }
                wire.cut()
                down = ready(client, 503).json()
                assert down["error"]["extensions"]["retryable"] is True
                assert down["error"]["extensions"]["code"] in ("STORE_UNAVAILABLE", "STORE_TIMEOUT")
                answer = client.post("/graphql", json=SEARCH).json()
                assert answer["data"] == {"searchParties": None}
                assert answer["errors"][0]["extensions"]["retryable"] is True
                wire.mend()
                assert ready(client, 200).json() == {"ready": True}
                assert client.post("/graphql", json=SEARCH).json()["data"]["searchParties"] == {
                    "totalCount": 0
                }
        finally:
            service.close()

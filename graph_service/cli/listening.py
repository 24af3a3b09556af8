"""A listening socket that is bound before anything is promised about it."""

from __future__ import annotations

import contextlib
import errno
import signal
import socket
from typing import Any, Final

import uvicorn

from schema.errors import ConfigurationError

_BACKLOG: Final = 2048


def bind(host: str, port: int) -> socket.socket:
    """Return a listening socket.

    Parameters
    ----------
    host : str
        Name or address.
    port : int
        0 takes a free one.

    Raises
    ------
    ConfigurationError
        The port is in use or not ours to take, or the host has no address here.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listening = socket.socket(family, kind, protocol)
    except (OSError, OverflowError, UnicodeError) as reason:
        raise ConfigurationError(f"{host}:{port} is no address to listen on: {reason}.") from None
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(_BACKLOG)
    except OSError as reason:
        listening.close()
        raise ConfigurationError(_why(reason, host, port)) from None
    return listening


def serve_on(listening: socket.socket, app: Any) -> None:
    """Serve until Ctrl-C or a termination signal; requests in progress are finished, and that is a normal end."""
    config = uvicorn.Config(
        app, log_level="warning", access_log=False, server_header=False, timeout_graceful_shutdown=10
    )
    # Uvicorn raises the signal again when it has stopped: without this a termination would skip closing the store.
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with contextlib.suppress(KeyboardInterrupt):
            uvicorn.Server(config).run(sockets=[listening])
    finally:
        signal.signal(signal.SIGTERM, before)


def url_of(listening: socket.socket) -> str:
    """Return the address as a URL."""
    host, port = listening.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def _why(reason: OSError, host: str, port: int) -> str:
    if reason.errno == errno.EADDRINUSE:
        return f"Port {port} on {host} is in use. Stop what listens there, or choose another with --port."
    if reason.errno == errno.EACCES:
        return f"Port {port} is reserved for the administrator. Choose one above 1023 with --port."
    return f"{host}:{port} cannot be listened on: {reason.strerror}."

"""Global ids: opaque to clients, and every id argument also takes the plain graph id that other answers print."""

from __future__ import annotations

import base64
import binascii
import re
from typing import Final

from schema.errors import InputError
from schema.nodes import NODES, key_label_of

LONGEST_ID: Final = 512
_REGION: Final = re.compile(r"[0-9]{12}")


def global_id(label: str, node_id: str) -> str:
    """Return the opaque id of a node: base64url of ``<key label>:<id>``, without padding."""
    return base64.urlsafe_b64encode(f"{label}:{node_id}".encode()).rstrip(b"=").decode()


def read_node_id(text: str) -> tuple[str, str]:
    """Return the (key label, graph id) that an opaque or a plain id names.

    Raises
    ------
    InputError
        Too long, or a plain id whose form does not tell the key label.
    """
    opened = _opened(text)
    if opened is not None:
        return opened
    label = "Region" if _REGION.fullmatch(text) else key_label_of(text)
    if label is None:
        raise InputError("This is neither an opaque id from an answer nor a plain id such as E:… or H:….")
    return label, text


def read_id(text: str, *labels: str) -> str:
    """Return the graph id for an argument that takes nodes of these key labels.

    Raises
    ------
    InputError
        Empty, too long, or the opaque id of something else.
    """
    opened = _opened(text)
    if opened is None:
        return text
    if opened[0] not in labels:
        raise InputError(f"This id names a {opened[0]}; a {' or '.join(labels)} is needed.")
    return opened[1]


def _opened(text: str) -> tuple[str, str] | None:
    if not 0 < len(text) <= LONGEST_ID:
        raise InputError(f"An id has 1 to {LONGEST_ID} characters.")
    try:
        plain = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True).decode()
    except (binascii.Error, ValueError):
        return None  # plain ids hold a colon, which no base64url text does
    label, colon, node_id = plain.partition(":")
    return (label, node_id) if colon and label in NODES else None

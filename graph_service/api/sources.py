"""How a field reads its source: the answers of the use-cases are resolved as they are, without a copy."""

from __future__ import annotations

from typing import Any, Final

from graph_service.api.amounts import Amount

_ABSENT: Final = object()


def read(source: Any, name: str) -> Any:
    """Return what a field of that name shows of its source.

    The attribute of that name; else the declared property (``properties``) of that name; else the number of fen
    ``<name>_fen`` as an Amount. A property that is not known is left out of ``properties`` and shown as null.

    Raises
    ------
    AttributeError
        The source has nothing of that name: a type does not mirror its source (``tests/unit/api/test_mirrors.py``).
    """
    found = getattr(source, name, _ABSENT)
    if found is not _ABSENT:
        return found
    properties = getattr(source, "properties", None)
    if properties is None:
        fen = getattr(source, f"{name}_fen")
    elif name in properties:
        return properties[name]
    else:
        fen = properties.get(f"{name}_fen")
    return None if fen is None else Amount(fen)

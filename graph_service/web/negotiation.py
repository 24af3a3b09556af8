"""Media types of GraphQL over HTTP: which one the client accepts, and which one it sent."""

from __future__ import annotations

from typing import Final

RESPONSE: Final = "application/graphql-response+json"
JSON: Final = "application/json"
HTML: Final = "text/html"


def preferred(accept: str | None, offered: tuple[str, ...]) -> str | None:
    """Return the offered media type that an ``Accept`` header prefers (RFC 9110, 12.5.1); None: none of them.

    Parameters
    ----------
    accept : str or None
        None or blank accepts everything.
    offered : tuple of str
        In the server's own order of preference, which breaks ties.
    """
    ranges = _ranges(accept or "*/*")
    weighed = [(_weight(media, ranges), media) for media in offered]
    best = max(weight for weight, _ in weighed)
    return next(media for weight, media in weighed if weight == best) if best > 0 else None


def is_json(content_type: str | None) -> bool:
    """Whether a request body is declared as JSON in UTF-8."""
    media, parameters = _parts(content_type or "")
    return media == JSON and parameters.get("charset", "utf-8").lower() in ("utf-8", "utf8")


def names(accept: str | None, media: str) -> bool:
    """Whether an ``Accept`` header names a media type outright, not only through a wildcard."""
    return any(each == media and weight > 0 for each, weight in _ranges(accept or ""))


def _ranges(accept: str) -> list[tuple[str, float]]:
    found = []
    for each in accept.split(","):
        media, parameters = _parts(each)
        if media:
            # Everything here is UTF-8: another charset is not to be had.
            served = parameters.get("charset", "utf-8").lower() in ("utf-8", "utf8", "*")
            found.append((media, _quality(parameters.get("q", "1")) if served else 0.0))
    return found


def _parts(text: str) -> tuple[str, dict[str, str]]:
    media, *rest = (part.strip() for part in text.split(";"))
    pairs = (part.partition("=") for part in rest)
    return media.lower(), {name.strip().lower(): value.strip().strip('"') for name, _, value in pairs}


def _quality(text: str) -> float:
    try:
        return min(max(float(text), 0.0), 1.0)
    except ValueError:
        return 0.0


def _weight(media: str, ranges: list[tuple[str, float]]) -> float:
    """The most specific range decides."""
    wildcard = f"{media.partition('/')[0]}/*"
    for wanted in (media, wildcard, "*/*"):
        found = [weight for each, weight in ranges if each == wanted]
        if found:
            return max(found)
    return 0.0

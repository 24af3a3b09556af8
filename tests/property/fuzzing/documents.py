"""Documents that go wrong: values, keys and elements of JSON and XML are changed, lost, doubled, nested and renamed."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any, Final

from hypothesis import strategies as st
from lxml import etree

from tests.property.fuzzing.nasty import CELLS
from tests.property.fuzzing.tables import encoded

_DEEP: Final = '"deep, please"'
"""Stands for a list of many lists until the document is a text: no writer would write it."""
_DEPTHS: Final = (100, 300, 900, 1_000, 3_000, 100_000)
_ODD: Final = (None, True, 0, -1, 1.5, 2**70, [], {}, [[]], [None], {"": None}, [{"a": [1]}], "", "甲")


# JSON -----------------------------------------------------------------------------------------------------------------
def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Yield (container, key) of every value below one."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, below in items:
        yield value, key
        yield from _places(below)


def _texts(value: Any) -> list[str]:
    return [found for where, key in _places(value) if isinstance(found := where[key], str)]


@st.composite
def spoilt_value(draw: st.DrawFn, value: list[Any]) -> list[Any]:
    """Change a list of JSON values in up to four places."""
    value = copy.deepcopy(value)
    for _ in range(draw(st.integers(0, 4))):
        places = [*_places(value)]
        if places:
            _spoil(draw, value, *draw(st.sampled_from(places)))
    return value


def _spoil(draw: st.DrawFn, whole: Any, where: Any, key: Any) -> None:
    how = draw(
        st.sampled_from(["text", "text", "odd", "other", "lost", "wrapped", "doubled", "renamed", "deep"])
    )
    if how == "lost":
        del where[key]
    elif how == "doubled" and isinstance(where, list):
        where.insert(draw(st.integers(0, len(where))), copy.deepcopy(where[key]))
    elif how == "renamed" and isinstance(where, dict):
        where[draw(CELLS)] = where.pop(key)
    elif how == "wrapped":
        where[key] = [where[key]]
    elif how == "other":  # what stands elsewhere in the document: another's id, say
        where[key] = draw(st.sampled_from(_texts(whole) or [""]))
    elif how == "deep":
        where[key] = json.loads(_DEEP)
    else:
        where[key] = draw(CELLS if how == "text" else st.sampled_from(_ODD).map(copy.deepcopy))


@st.composite
def json_file(draw: st.DrawFn, values: list[Any], lines: bool) -> bytes:
    """Write JSON values, one a line or as an array, after changing some; an object may repeat a key."""
    found = draw(spoilt_value(values))
    ascii_only = draw(st.booleans())
    depth = draw(st.sampled_from(_DEPTHS))
    texts = [
        json.dumps(value, ensure_ascii=ascii_only).replace(_DEEP, "[" * depth + "]" * depth)
        for value in found
    ]
    if texts and draw(st.integers(0, 19)) == 19:
        at = draw(st.integers(0, len(texts) - 1))
        texts[at] = texts[at].replace("{", '{"id": 1, "id": 2, ', 1)
    if texts and draw(st.integers(0, 19)) == 19:
        texts[draw(st.integers(0, len(texts) - 1))] = draw(
            st.sampled_from(
                ["[" * 100_000, "NaN", "1e400", "9" * 5000, '{"a": -Infinity}', "", "{", '"\\ud800"']
            )
        )
    as_lines = lines if draw(st.integers(0, 19)) else not lines
    end = draw(st.sampled_from(["\n", "\r\n", "\n\n"]))
    return draw(encoded(end.join(texts) + end if as_lines else f"[{(',' + end).join(texts)}]{end}"))


# XML ------------------------------------------------------------------------------------------------------------------
@st.composite
def xml_file(draw: st.DrawFn, text: str) -> bytes:
    """Write an XML document after changing it in up to four places."""
    root = etree.fromstring(text.encode())
    for _ in range(draw(st.integers(0, 4))):
        below = [*root.iterdescendants(tag=etree.Element)]
        if below:
            _spoil_element(draw, draw(st.sampled_from(below)))
    content: bytes = etree.tostring(
        root, encoding=draw(st.sampled_from(["UTF-8"] * 9 + ["GB18030", "UTF-16", "US-ASCII"]))
    )
    head = draw(
        st.sampled_from(
            [b""] * 20 + [b"<!DOCTYPE x [<!ENTITY y 'z'>]>\n", b"<?xml version='1.0'?>\n", b"\xef\xbb\xbf"]
        )
    )
    return head + content


def _spoil_element(draw: st.DrawFn, element: Any) -> None:
    parent = element.getparent()
    how = draw(
        st.sampled_from(
            ["text", "text", "text", "lost", "doubled", "renamed", "wrapped", "moved", "mixed", "deep"]
        )
    )
    if how == "lost":
        parent.remove(element)
    elif how == "doubled":
        parent.insert(0, copy.deepcopy(element))
    elif how == "renamed":
        element.tag = draw(
            st.sampled_from(["x", "LEI", "LEIRecord", "RelationshipRecord", "Exception", "LEIHeader"])
        )
    elif how == "wrapped":
        element.append(copy.deepcopy(element))
    elif how == "moved":
        parent.getroottree().getroot().append(element)
    elif how == "mixed":
        element.append(etree.Comment("甲"))
        etree.SubElement(element, "b").text = _legal(draw(CELLS))
        element[-1].tail = "丙"
    elif how == "deep":
        for _ in range(draw(st.sampled_from([10, 200, 300]))):  # libxml2 itself refuses 256
            element = etree.SubElement(element, "x")
    else:
        element.text = _legal(draw(CELLS))


def _legal(text: str) -> str:
    """Return what XML can hold of a text."""
    return "".join(
        c
        for c in text
        if c in "\t\n\r" or (" " <= c <= "\ud7ff") or ("\ue000" <= c <= "\ufffd") or c > "\uffff"
    )

"""Streaming XML: records to rows, nothing resolved, nothing left in memory, nothing lost."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loaders.readers.xml import read_xml, read_xml_header
from schema.errors import FileRefused

if TYPE_CHECKING:
    from pathlib import Path

COLUMNS = ("A", "B/C[K='x']/D")
PLAIN = b"""<?xml version="1.0"?>
<g:Doc xmlns:g="urn:one" xmlns:h="urn:two">
  <g:Head><g:Count>2</g:Count></g:Head>
  <g:R><g:A>1 &amp;
     one</g:A><g:B><g:C><g:K>x</g:K><h:D>in</h:D></g:C><g:C><g:K>y</g:K><h:D>out</h:D></g:C></g:B></g:R>
  <!-- a remark -->
  <g:R><g:A>2<!-- inside -->2</g:A></g:R>
</g:Doc>"""


def test_records_are_rows_with_their_lines_whatever_the_namespaces() -> None:
    found = read_xml(PLAIN, "doc.xml", "R", COLUMNS)
    assert found.header == COLUMNS
    assert found.rows == [["1 & one", "in"], ["22", ""]]
    assert found.lines == [4, 7]


def test_several_values_where_one_is_meant_stay_visible() -> None:
    found = read_xml(b"<x><R><A>1</A><A>2</A></R></x>", "doc.xml", "R", ("A",))
    assert found.rows == [["1 | 2"]]


def test_the_header_is_read_without_the_rest(tmp_path: Path) -> None:
    path = tmp_path / "doc.xml"
    path.write_bytes(PLAIN[: PLAIN.index(b"<g:R>")])
    assert read_xml_header(path, ("Head",)) == ("Doc", {"Count": "2"})
    assert read_xml_header(path, ("Other",)) == ("Doc", {})


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (PLAIN[:-20], "no XML that can be read"),
        (b"no angle bracket", "no XML that can be read"),
        (b"PK\x03\x04", "no XML that can be read"),
        (b"<x><R><A>&nobody;</A></R></x>", "no XML that can be read"),
        (b'<?xml version="1.0" encoding="klingon"?><x/>', "no XML that can be read"),
        (b'<!DOCTYPE x [<!ENTITY a "b">]><x><R><A>&a;</A></R></x>', "document type"),
        (b'<!DOCTYPE x SYSTEM "file:///etc/hostname"><x><R/></x>', "document type"),
    ],
)
def test_what_is_cut_dangerous_or_no_xml_is_refused_with_its_reason(
    content: bytes, said: str, tmp_path: Path
) -> None:
    with pytest.raises(FileRefused, match=said):
        read_xml(content, "doc.xml", "R", COLUMNS)
    path = tmp_path / "doc.xml"
    path.write_bytes(content)
    if said == "document type":
        with pytest.raises(FileRefused, match=said):
            read_xml_header(path, ("Head",))


def test_memory_holds_one_record_s_tree_and_the_values_that_are_kept(root: Path) -> None:
    """A process of its own: a tree of 24 MB of XML would take ten times that, and libxml2 counts for itself."""
    script = """
import resource, sys
from loaders.readers.xml import read_xml
filler = b"<Y>filler</Y>" * 600
content = b"<x>" + b"".join(b"<R><A>%d</A><Z>%s</Z></R>" % (n, filler) for n in range(3000)) + b"</x>"
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
found = read_xml(content, "doc.xml", "R", ("A",))
after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
assert found.rows[-1] == ["2999"] and len(found) == 3000
print((after - before) * 1024, len(content))
"""
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=root, capture_output=True, text=True, check=True
    )
    grown, size = (int(word) for word in done.stdout.split())
    assert grown < size


TEXT = st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=8)


@given(st.lists(st.dictionaries(st.sampled_from("AKZ"), TEXT, max_size=3), max_size=5), st.data())
def test_no_record_is_lost_and_no_damage_crashes(records: list[dict[str, str]], data: st.DataObject) -> None:
    def escape(text: str) -> str:
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")

    body = "".join(
        f"<R>{''.join(f'<{k}>{escape(v)}</{k}>' for k, v in record.items())}</R>" for record in records
    )
    content = f"<x>{body}</x>".encode()
    found = read_xml(content, "doc.xml", "R", ("A",))
    assert found.rows == [[" ".join(record.get("A", "").split())] for record in records]
    cut = data.draw(st.integers(0, len(content) - 1))
    noise = data.draw(st.binary(max_size=6))
    try:
        damaged = read_xml(content[:cut] + noise + content[cut + 1 :], "doc.xml", "R", ("A",))
    except FileRefused:
        return
    assert len(damaged.rows) == len(damaged.lines)


def test_a_mark_in_the_name_of_an_element_breaks_nothing(tmp_path: Path) -> None:
    path = tmp_path / "doc.xml"
    path.write_bytes(b'<e\xef\xbb\xbf:Doc xmlns:e="urn:one"><e:R/></e\xef\xbb\xbf:Doc>')
    assert read_xml_header(path, ["Head"])[0] == "e\ufeff:Doc"

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from loaders.readers.encoding import decode, read_bytes
from schema.errors import FileRefused

if TYPE_CHECKING:
    from pathlib import Path

TEXT = "record_id,name\n1,肇庆市宏远机械有限公司\n2,高要区兴农合作社\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk"])
def test_the_same_text_in_every_accepted_encoding(encoding: str) -> None:
    assert decode(TEXT.encode(encoding), "f.csv") == TEXT


def test_gb18030_characters_outside_gbk_survive() -> None:
    rare = "record_id,name\n1,𠮷祥㐂\n"
    assert decode(rare.encode("gb18030"), "f.csv") == rare


def test_utf8_with_one_broken_byte_is_not_taken_for_gb18030() -> None:
    content = bytearray(TEXT.encode())
    content[content.index(b"\n2,") + 4] = 0x20
    with pytest.raises(FileRefused, match="broken bytes in line 3"):
        decode(bytes(content), "f.csv")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (TEXT.encode("utf-16"), "UTF-16"),
        (TEXT.encode("utf-16-le"), "NUL byte in line 1"),
        (b"PK\x03\x04\x14\x00rest of an archive", "zip archive"),
        (b"record_id,name\n1,A\x00B\n", "NUL byte in line 2"),
        ("record_id,name\n1,Société Générale\n".encode("latin-1"), "neither UTF-8 nor GB18030"),
        (b"record_id,name\n1,\xff\xff\n", r"neither UTF-8 nor GB18030 \(line 2\)"),
    ],
)
def test_other_content_is_refused_with_its_reason(content: bytes, says: str) -> None:
    with pytest.raises(FileRefused, match=says):
        decode(content, "f.csv")


def test_an_empty_file_and_one_that_is_not_there_are_refused(tmp_path: Path) -> None:
    blank = tmp_path / "blank.csv"
    blank.write_bytes(b" \n\n")
    with pytest.raises(FileRefused, match=r"blank\.csv is empty"):
        read_bytes(blank)
    with pytest.raises(FileRefused, match=r"none\.csv cannot be read"):
        read_bytes(tmp_path / "none.csv")
    with pytest.raises(FileRefused, match="cannot be read"):
        read_bytes(tmp_path)

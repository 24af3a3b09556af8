from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from loaders import Vault
from schema.errors import ConfigurationError, InputError, NotFound

if TYPE_CHECKING:
    from pathlib import Path

CONTENT = "姓名,身份证号\n".encode()


def test_a_file_comes_back_and_lies_there_encrypted(tmp_path: Path) -> None:
    vault = Vault(tmp_path / "vault", b"k" * 32)
    sha256 = vault.put(CONTENT)
    assert sha256 == hashlib.sha256(CONTENT).hexdigest()
    assert vault.read(sha256) == CONTENT
    (kept,) = (tmp_path / "vault").iterdir()
    assert CONTENT not in kept.read_bytes()
    assert kept.stat().st_mode & 0o077 == 0


def test_the_same_content_is_kept_once(tmp_path: Path) -> None:
    vault = Vault(tmp_path, b"k" * 32)
    vault.put(CONTENT)
    (kept,) = tmp_path.iterdir()
    before = kept.read_bytes()
    vault.put(CONTENT)
    assert [one.read_bytes() for one in tmp_path.iterdir()] == [before]


def test_damage_another_key_and_a_swapped_file_are_noticed(tmp_path: Path) -> None:
    vault = Vault(tmp_path, b"k" * 32)
    sha256, other = vault.put(CONTENT), vault.put(b"other")
    with pytest.raises(ConfigurationError, match="does not decrypt"):
        Vault(tmp_path, b"j" * 32).read(sha256)
    (tmp_path / f"{other}.aesgcm").replace(tmp_path / f"{sha256}.aesgcm")
    with pytest.raises(ConfigurationError, match="does not decrypt"):
        vault.read(sha256)
    with pytest.raises(NotFound):
        vault.read(other)


def test_wrong_keys_names_and_places_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="32 bytes"):
        Vault(tmp_path, b"short")
    with pytest.raises(InputError):
        Vault(tmp_path, b"k" * 32).read("../secret")
    (tmp_path / "file").touch()
    with pytest.raises(ConfigurationError, match="cannot be made"):
        Vault(tmp_path / "file", b"k" * 32)

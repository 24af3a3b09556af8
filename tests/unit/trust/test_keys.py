from __future__ import annotations

import hashlib
import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from graph_service.trust.keys import SecretKey, secret_key
from schema.errors import ConfigurationError

HEX = bytes(range(32)).hex()


def test_a_key_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    data = tmp_path / "data"
    key = secret_key("identity", data, {})
    assert secret_key("identity", data, {}) == key
    assert secret_key("audit", data, {}) != key
    assert stat.S_IMODE((data / "identity.key").stat().st_mode) == 0o600
    assert stat.S_IMODE(data.stat().st_mode) == 0o700
    assert sorted(path.name for path in data.iterdir()) == ["audit.key", "identity.key"]


def test_many_starts_at_once_agree_on_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        keys = list(pool.map(lambda _: secret_key("audit", tmp_path, {}), range(32)))
    assert len({key.material for key in keys}) == 1


def test_production_hands_a_key_in(tmp_path: Path) -> None:
    mounted = tmp_path / "mounted"
    mounted.touch(mode=0o600)
    mounted.write_text(HEX + "\n")
    inline = secret_key("audit", tmp_path / "data", {"GRAPH_SERVICE_AUDIT_KEY": HEX})
    assert inline == secret_key("audit", tmp_path / "data", {"GRAPH_SERVICE_AUDIT_KEY_FILE": str(mounted)})
    assert inline.material == bytes(range(32))
    assert not (tmp_path / "data").exists()


def test_two_sources_contradict_each_other(tmp_path: Path) -> None:
    both = {"GRAPH_SERVICE_AUDIT_KEY": HEX, "GRAPH_SERVICE_AUDIT_KEY_FILE": "x"}
    with pytest.raises(ConfigurationError, match="Keep one"):
        secret_key("audit", tmp_path, both)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o666, 0o620])
def test_a_key_that_others_may_read_is_refused(tmp_path: Path, mode: int) -> None:
    secret_key("audit", tmp_path, {})
    (tmp_path / "audit.key").chmod(mode)
    with pytest.raises(ConfigurationError, match=rf"mode {mode:04o}.*chmod 600"):
        secret_key("audit", tmp_path, {})


def test_a_link_or_folder_is_no_key_file(tmp_path: Path) -> None:
    secret_key("audit", tmp_path, {})
    (tmp_path / "linked.key").symlink_to(tmp_path / "audit.key")
    (tmp_path / "folder.key").mkdir()
    for name in ("linked", "folder"):
        with pytest.raises(ConfigurationError, match="plain file"):
            secret_key(name, tmp_path, {})


def test_a_folder_that_cannot_be_made_is_a_configuration_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ConfigurationError, match="cannot be made"):
        secret_key("audit", tmp_path / "file" / "data", {})


@pytest.mark.parametrize("text", ["nonsense", "00" * 32, "ab" * 16, HEX[:-2], ""])
def test_a_weak_or_malformed_key_is_refused_and_not_repeated(tmp_path: Path, text: str) -> None:
    path = tmp_path / "audit.key"
    path.touch(mode=0o600)
    path.write_text(text)
    with pytest.raises(ConfigurationError) as caught:
        secret_key("audit", tmp_path, {})
    assert not text or text not in caught.value.detail


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "audit.key"
    path.touch(mode=0o600)
    path.write_bytes(b"\xff" * 64)
    with pytest.raises(ConfigurationError, match="hex"):
        secret_key("audit", tmp_path, {})


def test_the_hmac_is_the_one_of_rfc_2104() -> None:
    material = bytes(range(1, 33))
    padded = material + bytes(32)
    inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in padded) + "身份".encode()).digest()
    expected = hashlib.sha256(bytes(byte ^ 0x5C for byte in padded) + inner).hexdigest()
    assert SecretKey(material).hmac("身份") == expected


def test_a_version_tells_keys_apart_and_the_material_never_shows() -> None:
    key, other = SecretKey(bytes(range(1, 33))), SecretKey(bytes(range(32)))
    assert len(key.version) == 8
    assert key.version != other.version
    assert key.material.hex() not in repr(key)
    assert repr(key.material) not in repr(key)


def test_another_users_key_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secret_key("audit", tmp_path, {})
    stranger = os.geteuid() + 1
    monkeypatch.setattr(os, "geteuid", lambda: stranger)
    with pytest.raises(ConfigurationError, match="another user"):
        secret_key("audit", tmp_path, {})

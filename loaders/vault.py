"""The raw copy 原始文件: every file that was loaded, kept encrypted under the hash of its content.

AES-256-GCM with a random nonce per file; the hash is authenticated too, so a file cannot be passed off as another.
Beside each file stands, encrypted like it, where it came from: what a sweep by retention and an erasure go by.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from schema.errors import ConfigurationError, InputError, NotFound
from schema.periods import SHANGHAI

_NONCE = 12
_CONTENT, _ORIGINS = "aesgcm", "origins"
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class VaultOrigin:
    """Where a raw file came from: the word it was loaded under, its source, dataset, name and day."""

    form: str
    source: str
    dataset: str
    file: str
    as_of: dt.date


class Vault:
    """A directory of encrypted files.

    Parameters
    ----------
    directory : Path
        Made when missing, readable by its owner only.
    key : bytes
        32 bytes, the operator's.

    Raises
    ------
    ConfigurationError
        When the key has another length or the directory cannot be made.
    """

    def __init__(self, directory: Path, key: bytes) -> None:
        if len(key) != 32:
            raise ConfigurationError(f"The vault's key has 32 bytes, not {len(key)}.")
        self._cipher = AESGCM(key)
        self._directory = directory
        try:
            directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise ConfigurationError(
                f"The vault {directory} cannot be made ({error.strerror}): set another directory."
            ) from None

    def put(self, content: bytes, origin: VaultOrigin | None = None) -> str:
        """Keep `content`, once, with all its origins, and return its sha256. A crash leaves the whole file or none."""
        sha256 = hashlib.sha256(content).hexdigest()
        if origin is not None and origin not in (known := self.origins(sha256)):
            said = [{**asdict(one), "as_of": one.as_of.isoformat()} for one in (*known, origin)]
            self._seal(self._place(sha256, _ORIGINS), json.dumps(said).encode(), f"{sha256}/{_ORIGINS}")
        if not self._place(sha256).exists():
            self._seal(self._place(sha256), content, sha256)
        return sha256

    def replace(self, sha256: str, content: bytes) -> None:
        """Put a copy in the place of a file that may not be kept whole: it keeps the name of what it was."""
        self._seal(self._place(sha256), content, sha256)

    def remove(self, sha256: str) -> None:
        """Forget a file; nothing happens when there is none."""
        for suffix in (_CONTENT, _ORIGINS):  # the content first: a crash in between leaves nothing readable
            self._place(sha256, suffix).unlink(missing_ok=True)

    def files(self) -> Iterator[tuple[str, dt.date]]:
        """Yield every file by its sha256, with the day on which it was kept or last delivered again."""
        for place in sorted(self._directory.glob(f"*.{_CONTENT}")):
            origins = self._place(place.stem, _ORIGINS)
            touched = max(one.stat().st_mtime for one in (place, origins) if one.exists())
            yield place.stem, dt.datetime.fromtimestamp(touched, SHANGHAI).date()

    def origins(self, sha256: str) -> tuple[VaultOrigin, ...]:
        """Return where a file came from; nothing for one that is not there."""
        place = self._place(sha256, _ORIGINS)
        if not place.exists():
            return ()
        said = json.loads(self._open(place, f"{sha256}/{_ORIGINS}"))
        return tuple(VaultOrigin(**{**one, "as_of": dt.date.fromisoformat(one["as_of"])}) for one in said)

    def read(self, sha256: str) -> bytes:
        """Return the file with that hash.

        Raises
        ------
        NotFound
            When the vault holds none.
        ConfigurationError
            When it cannot be decrypted: another key, or a damaged file.
        """
        if not _SHA256.fullmatch(sha256):
            raise InputError("A file of the vault is named by its sha256: 64 lower-case hex digits.")
        return self._open(self._place(sha256), sha256)

    def _place(self, sha256: str, suffix: str = _CONTENT) -> Path:
        return self._directory / f"{sha256}.{suffix}"

    def _open(self, place: Path, name: str) -> bytes:
        try:
            kept = memoryview(place.read_bytes())  # of a large file no second copy is cut
        except FileNotFoundError:
            raise NotFound(f"The vault holds no file {place.stem}.") from None
        try:
            return self._cipher.decrypt(kept[:_NONCE], kept[_NONCE:], name.encode())
        except InvalidTag:
            raise ConfigurationError(
                f"The vault's file {place.stem} does not decrypt: the key is another one, or the file is damaged."
            ) from None

    def _seal(self, place: Path, content: bytes, name: str) -> None:
        nonce = os.urandom(_NONCE)
        self._write(place, nonce, self._cipher.encrypt(nonce, content, name.encode()))

    @staticmethod
    def _write(place: Path, *parts: bytes) -> None:
        draft = place.with_suffix(f".{os.getpid()}.draft")
        try:
            with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                file.writelines(parts)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(place)
        except OSError as error:
            draft.unlink(missing_ok=True)
            raise ConfigurationError(
                f"The vault cannot keep a file ({error.strerror}): make room or set another directory."
            ) from None

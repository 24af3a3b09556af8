"""The raw copy 原始文件: every file that was loaded, kept encrypted under the hash of its content.

AES-256-GCM with a random nonce per file; the hash is authenticated too, so a file cannot be passed off as another.
"""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from schema.errors import ConfigurationError, InputError, NotFound

_NONCE = 12
_SHA256 = re.compile(r"[0-9a-f]{64}")


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

    def put(self, content: bytes) -> str:
        """Keep `content`, once, and return its sha256. A crash leaves the whole file or none."""
        sha256 = hashlib.sha256(content).hexdigest()
        place = self._place(sha256)
        if not place.exists():
            nonce = os.urandom(_NONCE)
            self._write(place, nonce + self._cipher.encrypt(nonce, content, sha256.encode()))
        return sha256

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
        try:
            kept = self._place(sha256).read_bytes()
        except FileNotFoundError:
            raise NotFound(f"The vault holds no file {sha256}.") from None
        try:
            return self._cipher.decrypt(kept[:_NONCE], kept[_NONCE:], sha256.encode())
        except InvalidTag:
            raise ConfigurationError(
                f"The vault's file {sha256} does not decrypt: the key is another one, or the file is damaged."
            ) from None

    def _place(self, sha256: str) -> Path:
        return self._directory / f"{sha256}.aesgcm"

    @staticmethod
    def _write(place: Path, content: bytes) -> None:
        draft = place.with_suffix(f".{os.getpid()}.draft")
        try:
            with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(place)
        except OSError as error:
            draft.unlink(missing_ok=True)
            raise ConfigurationError(
                f"The vault cannot keep a file ({error.strerror}): make room or set another directory."
            ) from None

"""Secret keys: random, in a file nobody else may read, or handed in by the operator."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import stat
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from schema.errors import ConfigurationError

KEY_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class SecretKey:
    """A symmetric key; its material never shows in a repr.

    Attributes
    ----------
    version : str
        First 8 hex digits of a hash of the material: tells keys apart (``P:<key version>:…``) and reveals none.
    """

    material: bytes = field(repr=False)
    version: str = field(init=False)

    def __post_init__(self) -> None:
        if len(self.material) < KEY_BYTES or len(set(self.material)) < KEY_BYTES // 4:
            raise ConfigurationError(
                f"A secret key needs at least {KEY_BYTES} random bytes (64 hex digits). Generate a new one."
            )
        object.__setattr__(self, "version", hashlib.sha256(b"key version\0" + self.material).hexdigest()[:8])

    def hmac(self, text: str) -> str:
        """Return HMAC-SHA256 of a text in UTF-8, as 64 hex digits."""
        return hmac.digest(self.material, text.encode(), "sha256").hex()


def secret_key(name: str, data_dir: Path, environ: Mapping[str, str]) -> SecretKey:
    """Return the key of that name: from the environment, from a mounted file, else made once in the data folder.

    Parameters
    ----------
    name : str
        E.g. ``identity`` or ``audit``; the variables are ``GRAPH_SERVICE_<NAME>_KEY`` (hex) and ``…_KEY_FILE`` (path).
    data_dir : Path
        Where a key is made, as ``<name>.key`` with mode 0600, when neither variable is set.
    environ : mapping
        The environment.

    Raises
    ------
    ConfigurationError
        Both variables are set, a key is malformed or too weak, or its file is readable by others.
    """
    variable = f"GRAPH_SERVICE_{name.upper()}_KEY"
    inline, mounted = environ.get(variable), environ.get(f"{variable}_FILE")
    if inline and mounted:
        raise ConfigurationError(f"Both {variable} and {variable}_FILE are set. Keep one.")
    if inline:
        return _parse(inline, variable)
    if mounted:
        return _parse(_text(read_secret(Path(mounted)), mounted), mounted)
    path = data_dir / f"{name}.key"
    return _parse(
        _text(secret_file(path, lambda: secrets.token_hex(KEY_BYTES).encode() + b"\n"), str(path)), str(path)
    )


def secret_file(path: Path, make: Callable[[], bytes]) -> bytes:
    """Return the secret in a file, making it first if there is none.

    Several processes may start at once: one creates, the others read the same secret, and nobody reads half of it.

    Raises
    ------
    ConfigurationError
        The file or its folder cannot be written, or ``read_secret`` refuses it.
    """
    try:
        if not path.is_symlink() and not path.exists():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            _create(path, make())
    except OSError as error:
        raise ConfigurationError(f"The secret file {path} cannot be made: {error.strerror}.") from None
    return read_secret(path)


def read_secret(path: Path) -> bytes:
    """Return the bytes of a secret file that only its owner, who is this process's user, may read.

    Raises
    ------
    ConfigurationError
        Missing, a link, not a plain file, another user's, or open to group or others.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError as error:
        raise ConfigurationError(
            f"The secret file {path} cannot be opened: {error.strerror}. It must be a plain file, not a link."
        ) from None
    try:
        _check_owner_and_mode(os.fstat(descriptor), path)
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            return file.read()
    finally:
        os.close(descriptor)


def _check_owner_and_mode(status: os.stat_result, path: Path) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise ConfigurationError(f"The secret file {path} is not a plain file.")
    if status.st_uid != os.geteuid():
        raise ConfigurationError(
            f"The secret file {path} belongs to another user. Give it to the service's own user."
        )
    if status.st_mode & 0o077:
        raise ConfigurationError(
            f"The secret file {path} is open to others (mode {stat.S_IMODE(status.st_mode):04o}). Run: chmod 600 {path}"
        )


def _create(path: Path, content: bytes) -> None:
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.link(fresh, path)  # unlike a rename, it never replaces a key that somebody made in between
    except FileExistsError:
        return
    finally:
        fresh.unlink()


def _text(content: bytes, where: str) -> str:
    try:
        return content.decode("ascii")
    except UnicodeDecodeError:
        raise ConfigurationError(f"The key in {where} is not hex digits.") from None


def _parse(text: str, where: str) -> SecretKey:
    try:
        return SecretKey(bytes.fromhex(text.strip()))
    except ValueError:
        raise ConfigurationError(f"The key in {where} is not hex digits.") from None
    except ConfigurationError as error:
        raise ConfigurationError(f"{where}: {error.detail}") from None

"""Secrets at rest: a ring of keys that seals text for one place, its file, and Auth Tokens.

Sealing is AES-256-GCM with the place as associated data, so that a sealed value copied to another row does not open.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
import re
import secrets
from collections.abc import Mapping
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from takings.errors import InstallationError, KeyUnknown, SecretUnreadable

_KEY_ID = re.compile(r"[A-Za-z0-9_-]{1,32}")
_KEY_BYTES, _NONCE_BYTES = 32, 12
_FORM = "v1"


class KeyRing:
    """Keys of 32 bytes by id; the active one seals, all of them open. Its `repr` shows ids only."""

    def __init__(self, keys: Mapping[str, bytes], active: str) -> None:
        for name, key in keys.items():
            if not _KEY_ID.fullmatch(name):
                raise InstallationError(f"The key id {name!r} may have 1 to 32 letters, digits, - and _ only.")
            if len(key) != _KEY_BYTES:
                raise InstallationError(f"The key {name} has {len(key)} bytes; it needs {_KEY_BYTES}.")
        if active not in keys:
            raise InstallationError(f"The active key {active} is not among the keys.")
        self.active = active
        self._keys = dict(keys)

    @classmethod
    def generate(cls) -> KeyRing:
        """Return a ring with one new random key."""
        name = f"k{secrets.token_hex(4)}"
        return cls({name: secrets.token_bytes(_KEY_BYTES)}, name)

    @classmethod
    def from_text(cls, text: str) -> KeyRing:
        """Read keys as `id:base64`, separated by line ends or commas; the first is active, `#` begins a comment."""
        keys: dict[str, bytes] = {}
        entries = [entry.strip() for line in text.splitlines() for entry in line.partition("#")[0].split(",")]
        for number, entry in enumerate(filter(None, entries), start=1):
            name, _, encoded = entry.partition(":")
            # What was read is never repeated here: it may be a key in the wrong place.
            if not _KEY_ID.fullmatch(name.strip()) or (key := _decoded(encoded.strip())) is None:
                raise InstallationError(
                    f"Entry {number} of the keys can't be read; it must be <id>:<base64 of {_KEY_BYTES} bytes>."
                )
            if name.strip() in keys:
                raise InstallationError(f"Entry {number} of the keys repeats an id; each key needs its own.")
            keys[name.strip()] = key
        if not keys:
            raise InstallationError(f"There is no key; give one as <id>:<base64 of {_KEY_BYTES} bytes>.")
        return cls(keys, next(iter(keys)))

    def to_text(self) -> str:
        """Write the keys for `from_text`, the active one first. This is secret."""
        order = sorted(self._keys, key=lambda name: name != self.active)
        return "".join(f"{name}:{base64.b64encode(self._keys[name]).decode()}\n" for name in order)

    def seal(self, plain: str, context: str) -> str:
        """Seal text for one place, as `v1.<key id>.<base64url of nonce and ciphertext>`."""
        nonce = os.urandom(_NONCE_BYTES)
        box = AESGCM(self._keys[self.active]).encrypt(nonce, plain.encode(), context.encode())
        return self.seal_prefix + base64.urlsafe_b64encode(nonce + box).decode().rstrip("=")

    def unseal(self, sealed: str, context: str) -> str:
        """Open what was sealed for this place.

        Raises `KeyUnknown` when its key is not in the ring, `SecretUnreadable` when it is damaged or moved.
        """
        form, name, encoded = (*sealed.split(".", 2), "", "")[:3]
        if form != _FORM or not _KEY_ID.fullmatch(name):
            raise SecretUnreadable(context)
        if name not in self._keys:
            raise KeyUnknown(name)
        try:
            box = base64.b64decode(encoded + "=" * (-len(encoded) % 4), altchars=b"-_", validate=True)
            return AESGCM(self._keys[name]).decrypt(box[:_NONCE_BYTES], box[_NONCE_BYTES:], context.encode()).decode()
        except (InvalidTag, ValueError):
            raise SecretUnreadable(context) from None

    def needs_rotation(self, sealed: str) -> bool:
        """Say whether something was sealed with another key than the active one."""
        return not sealed.startswith(self.seal_prefix)

    @property
    def seal_prefix(self) -> str:
        """How everything that the active key sealed begins."""
        return f"{_FORM}.{self.active}."

    def __repr__(self) -> str:
        return f"<KeyRing active={self.active} keys={','.join(sorted(self._keys))}>"


def _decoded(encoded: str) -> bytes | None:
    try:
        key = base64.b64decode(encoded.replace("-", "+").replace("_", "/"), validate=True)
    except (binascii.Error, ValueError):
        return None
    return key if len(key) == _KEY_BYTES else None


def load_or_create_key_file(path: Path) -> KeyRing:
    """Read the key file, or create it with a new key, readable by its owner only.

    Raises `InstallationError` when others can read it, when it has no readable key, or when it can't be made.
    """
    try:
        if path.is_dir():
            raise InstallationError(f"The key file {path} is a folder; name a file in it.")
        if not path.exists():
            _create(path, KeyRing.generate().to_text())
        if path.stat().st_mode & 0o077:
            raise InstallationError(f"The key file {path} can be read by others; run: chmod 600 {path}")
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise InstallationError(f"The key file {path} is not a text file.") from None
    except OSError as problem:
        raise InstallationError(f"The key file {path} can't be used: {problem.strerror}") from problem
    try:
        return KeyRing.from_text(text)
    except InstallationError as problem:
        raise InstallationError(f"The key file {path} can't be used. {problem}") from None


def _create(path: Path, text: str) -> None:
    """Put a whole file in place, or leave the one that another process put there first."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    file = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    try:
        with os.fdopen(file, "w", encoding="utf-8") as out:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def token_digest(token: str) -> str:
    """Return the SHA-256 of a token in hexadecimal; a token of 256 random bits needs no salt."""
    return hashlib.sha256(token.encode()).hexdigest()


def new_token() -> str:
    """Return a new Auth Token: 32 random bytes, safe in a URL, with the prefix `tk_`."""
    return f"tk_{secrets.token_urlsafe(32)}"

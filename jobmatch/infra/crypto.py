"""Sealing of personal numbers: AES-256-GCM with key ids, and a keyed blind index for look-up.

A sealed value is bound to where it stands ("table.column:uid"): moved to another row it does
not open.
A plain hash of an ID number is inverted in a second, hence HMAC.
"""

import hashlib
import hmac
import os
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import current_app

_NONCE = 12


class CannotOpen(Exception):
    """The value was changed or moved, or its key is not here."""


@dataclass(frozen=True)
class KeyRing:
    """keys: id -> 32 bytes, the first seals; index_key: 32 bytes for the blind index."""

    keys: dict[str, bytes]
    index_key: bytes

    @property
    def first_id(self) -> str:
        """The id of the key that seals."""
        return next(iter(self.keys))

    def seal(self, plain: str, *, place: str) -> bytes:
        """The sealed bytes: key id, NUL, nonce, cipher text. place: "table.column:uid"."""
        return self.seal_bytes(plain.encode(), place=place)

    def seal_bytes(self, plain: bytes, *, place: str) -> bytes:
        """The same of bytes, a file's."""
        key_id, key = self.first_id, self.keys[self.first_id]
        nonce = os.urandom(_NONCE)
        head = key_id.encode() + b"\0"
        return head + nonce + AESGCM(key).encrypt(nonce, plain, head + place.encode())

    def open(self, sealed: bytes, *, place: str) -> str:
        """The plain text. raises CannotOpen."""
        return self.open_bytes(sealed, place=place).decode()

    def open_bytes(self, sealed: bytes, *, place: str) -> bytes:
        """The plain bytes. raises CannotOpen."""
        key_id, _, rest = sealed.partition(b"\0")
        key = self.keys.get(key_id.decode(errors="replace"))
        if key is None:
            raise CannotOpen("unknown key id")
        head = key_id + b"\0"
        try:
            return AESGCM(key).decrypt(rest[:_NONCE], rest[_NONCE:], head + place.encode())
        except (InvalidTag, ValueError) as error:
            raise CannotOpen("changed or moved") from error

    def derived(self, purpose: str) -> bytes:
        """A key of 32 bytes for one purpose; it stays the same when data keys are exchanged."""
        return hmac.new(self.index_key, b"derived:" + purpose.encode(), hashlib.sha256).digest()

    def blind_index(self, value: str) -> str:
        """The same value always gives the same 64 hex digits; without the key it tells nothing."""
        return hmac.new(self.index_key, value.encode(), hashlib.sha256).hexdigest()


def ring() -> KeyRing:
    """The key ring of the running application."""
    found: KeyRing = current_app.extensions["jobmatch.keys"]
    return found

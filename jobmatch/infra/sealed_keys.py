"""The keys in a file that only a passphrase opens: kept apart from every backup."""

import base64
import hashlib
import json
import os
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NAMES = ("SECRET_KEY", "DATA_KEYS", "INDEX_KEY")
LEAST_PHRASE = 16
# About a tenth of a second and 64 MiB for each guess.
_N, _R, _P = 2**16, 8, 1
_ABOUT = b"jobmatch keys 1"


class WrongPhrase(Exception):
    """The passphrase does not open the file, or the file was changed."""


def write(path: Path, keys: dict[str, str], phrase: str) -> None:
    """A new file, readable by its owner alone.

    raises   FileExistsError, ValueError (a short passphrase)
    """
    if len(phrase) < LEAST_PHRASE:
        raise ValueError(f"a passphrase needs at least {LEAST_PHRASE} letters")
    salt, nonce = os.urandom(16), os.urandom(12)
    sealed = AESGCM(_key(phrase, salt)).encrypt(nonce, json.dumps(keys).encode(), _ABOUT)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(base64.b64encode(salt + nonce + sealed).decode() + "\n")


def read(path: Path, phrase: str) -> dict[str, str]:
    """The keys by name. raises OSError, WrongPhrase."""
    try:
        held = base64.b64decode(path.read_text(encoding="ascii"), validate=False)
        plain = AESGCM(_key(phrase, held[:16])).decrypt(held[16:28], held[28:], _ABOUT)
    except (InvalidTag, ValueError) as error:
        raise WrongPhrase from error
    found: dict[str, str] = json.loads(plain)
    return found


def _key(phrase: str, salt: bytes) -> bytes:
    return hashlib.scrypt(phrase.encode(), salt=salt, n=_N, r=_R, p=_P, maxmem=2**28, dklen=32)

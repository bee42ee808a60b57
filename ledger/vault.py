"""Secrets at rest: the only module that encrypts and decrypts.

A sealed secret carries whose it is, such as `connection` and its id: copied into another row it is
useless. The first of `VAULT_KEYS` seals, all of them open: put a new one in front, run
`rotate_keys`, drop the old one.
"""

import json
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


class SealBrokenError(Exception):
    """A sealed secret cannot be opened: by these keys, or for this owner."""


def seal(kind: str, owner_id: object, secret: str) -> str:
    """Encrypt the secret of one thing of a kind; the empty secret stays empty."""
    if not secret:
        return ""
    plain = json.dumps({kind: str(owner_id), "secret": secret})
    return _box().encrypt(plain.encode()).decode()


def open_sealed(kind: str, owner_id: object, token: str) -> str:
    """Decrypt the secret of one thing of a kind.

    :raises SealBrokenError: when no key fits, or the secret was sealed for another owner.
    """
    if not token:
        return ""
    try:
        plain = json.loads(_box().decrypt(token))
    except InvalidToken:
        raise SealBrokenError("None of VAULT_KEYS opens this secret.") from None
    if plain.get(kind) != str(owner_id):
        raise SealBrokenError(f"This secret was sealed for another {kind}.")
    return str(plain["secret"])


def rotate(token: str) -> str:
    """Encrypt anew with the first key.

    :raises SealBrokenError: when no key fits.
    """
    try:
        return _box().rotate(token).decode() if token else ""
    except InvalidToken:
        raise SealBrokenError("None of VAULT_KEYS opens this secret.") from None


def _box() -> MultiFernet:
    return _box_of(tuple(settings.VAULT_KEYS))


@lru_cache(maxsize=4)
def _box_of(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])

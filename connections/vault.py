"""Secrets of connections at rest: `ledger.vault`, each bound to its connection's id."""

from uuid import UUID

from ledger import vault
from ledger.vault import SealBrokenError, rotate

__all__ = ["SealBrokenError", "open_sealed", "rotate", "seal"]


def seal(connection_id: UUID, secret: str) -> str:
    """Encrypt a connection's secret; the empty secret stays empty."""
    return vault.seal("connection", connection_id, secret)


def open_sealed(connection_id: UUID, token: str) -> str:
    """Decrypt a connection's secret.

    :raises SealBrokenError: when no key fits, or the secret was sealed for another connection.
    """
    return vault.open_sealed("connection", connection_id, token)

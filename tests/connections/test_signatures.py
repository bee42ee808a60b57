"""WooCommerce's signature, against vectors that were worked out elsewhere."""

import json
from pathlib import Path
from uuid import uuid4

import pytest

from connections import vault
from connections.signatures import signature_of, signing_token

VECTORS = json.loads(Path(__file__).with_name("signature_vectors.json").read_text("utf-8"))
"""Worked out by OpenSSL: `openssl dgst -sha256 -hmac SECRET -binary | base64`."""

CONNECTION = uuid4()


def signed(secrets: list[str], body: bytes, signature: str) -> int | None:
    """Which of the secrets signed."""
    tokens = [vault.seal(CONNECTION, secret) for secret in secrets]
    found = signing_token(CONNECTION, tokens, signature=signature, body=body)
    return tokens.index(found) if found is not None else None


@pytest.mark.parametrize("vector", VECTORS)
def test_known_vectors(vector: dict[str, str]) -> None:
    secret, body = vector["secret"], vector["body"].encode()
    assert signature_of(secret.encode(), body).decode() == vector["signature"]
    assert signed(["another", secret], body, vector["signature"]) == 1
    assert signed(["another"], body, vector["signature"]) is None


@pytest.mark.parametrize("signature", ["", "x", "ö", "\u0939", "=" * 5000])
def test_anything_else_is_no_signature(signature: str) -> None:
    assert signed(["a", "b"], b"{}", signature) is None


def test_an_empty_secret_signs_nothing() -> None:
    empty = signature_of(b"", b"{}").decode()
    assert signing_token(CONNECTION, ["", ""], signature=empty, body=b"{}") is None

"""Both sides sign alike: the vectors in signature_vectors.json hold for PHP and for Python."""

import base64
import json
from typing import Any
from urllib.parse import quote

import pytest

from connections.signatures import signature_of
from tests.deliveries import signature
from tests.wordpress.php import HERE, Php, bytes_argument

VECTORS = json.loads((HERE / "signature_vectors.json").read_text())
BODIES, PULLS = VECTORS["bodies"], VECTORS["pulls"]
OF_OPENSSL = json.loads((HERE.parent / "connections/signature_vectors.json").read_text("utf-8"))
SECRET = "k3yWithoutEntities0123456789"
ROUTE = "/counterfoil/v1/orders"


def body_of(vector: Any) -> bytes:
    return base64.b64decode(vector["body_base64"])


def test_the_first_vector_is_woocommerce_s_own() -> None:
    assert BODIES[0]["secret"] == "s3cr3t-key"
    assert body_of(BODIES[0]) == b'{"id":727,"status":"processing"}'
    assert BODIES[0]["signature"] == "PZPj0vSdISglYSmnoSjKkSCEz2aCHduHJWnnFVazSGA="


@pytest.mark.parametrize("vector", BODIES, ids=lambda vector: vector["name"])
def test_the_server_signs_a_body_so(vector: Any) -> None:
    secret, body = vector["secret"], body_of(vector)
    assert signature(body, secret) == vector["signature"]
    assert signature_of(secret.encode(), body).decode() == vector["signature"]


def test_the_plugin_signs_a_body_so(plugin: Php) -> None:
    calls = [
        ("counterfoil_sign", [bytes_argument(body_of(vector)), vector["secret"]])
        for vector in BODIES
    ]
    assert plugin.calls(calls) == [vector["signature"] for vector in BODIES]


def test_the_plugin_signs_as_openssl_does(plugin: Php) -> None:
    """The vectors by which the server's own tests go."""
    calls = [("counterfoil_sign", [vector["body"], vector["secret"]]) for vector in OF_OPENSSL]
    assert plugin.calls(calls) == [vector["signature"] for vector in OF_OPENSSL]


def test_the_plugin_puts_a_pull_into_these_words(plugin: Php) -> None:
    calls = [("counterfoil_text_of_pull", [each["route"], each["query"]]) for each in PULLS]
    assert plugin.calls(calls) == [each["text"] for each in PULLS]


@pytest.mark.parametrize("vector", PULLS, ids=lambda vector: vector["name"])
def test_the_words_and_the_signature_of_a_pull_can_be_made_in_python(vector: Any) -> None:
    flat: dict[str, str] = {}
    for name, value in vector["query"].items():
        if isinstance(value, list):
            flat |= {f"{name}[{number}]": each for number, each in enumerate(value)}
        elif name not in ("rest_route", "wc-api"):
            flat[name] = value
    pairs = [f"{quote(name, '')}={quote(flat[name], '')}" for name in sorted(flat)]
    assert f"{vector['route']}?{'&'.join(pairs)}" == vector["text"]
    assert signature(vector["text"].encode(), vector["secret"]) == vector["signature"]


def test_only_the_right_signature_is_one(plugin: Php) -> None:
    right = signature(b"text", SECRET)
    tries = {
        ("text", right, SECRET): True,
        ("texu", right, SECRET): False,
        ("text", right.lower(), SECRET): False,
        ("text", right[:-1], SECRET): False,
        ("text", f"{right} ", SECRET): False,
        ("text", "", SECRET): False,
        ("text", right, SECRET[:-1]): False,
    }
    answers = plugin.calls(("counterfoil_is_signed", each) for each in tries)
    assert dict(zip(tries, answers, strict=True)) == tries


def test_without_a_secret_nothing_is_signed(plugin: Php) -> None:
    """An unpaired site has none, and its signature would be anybody's."""
    assert not plugin.call("counterfoil_is_signed", "text", signature(b"text", ""), "")

"""One-click keys: the question, and what may be taken for its answer."""

import json
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connections.clients.authorise import (
    UnfitCallbackError,
    authorise_url,
    read_callback,
    was_approved,
)

STATE = "s" * 43
GOOD = {
    "key_id": 1,
    "user_id": STATE,
    "consumer_key": "ck_" + "0a" * 20,
    "consumer_secret": "cs_" + "1b" * 20,
    "key_permissions": "read_write",
}


def url(**changes: str) -> str:
    told = {
        "site_url": "https://shop.example/",
        "state": STATE,
        "return_url": "https://counterfoil.example/back?a=1&b=2",
        "callback_url": "https://counterfoil.example/keys",
    }
    return authorise_url(**{**told, **changes})


def test_the_question_has_all_five_parts() -> None:
    parts = urlsplit(url())
    assert parts.geturl().startswith("https://shop.example/wc-auth/v1/authorize?")
    assert parse_qs(parts.query) == {
        "app_name": ["Counterfoil"],
        "scope": ["read_write"],
        "user_id": [STATE],
        "return_url": ["https://counterfoil.example/back?a=1&b=2"],
        "callback_url": ["https://counterfoil.example/keys"],
    }


def test_a_store_in_a_folder_is_asked_there() -> None:
    asked = url(site_url="https://example.com/shop")
    assert asked.startswith("https://example.com/shop/wc-auth/v1/authorize?")


@pytest.mark.parametrize(
    "changes",
    [
        {"callback_url": "http://counterfoil.example/keys"},
        {"state": "short"},
        {"state": "a b" * 20},
        {"state": "x" * 129},
    ],
)
def test_what_woocommerce_would_refuse_is_not_asked(changes: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r".+"):
        url(**changes)


def test_an_answer_is_read() -> None:
    given_keys = read_callback(json.dumps(GOOD).encode())
    assert given_keys.state == STATE
    assert given_keys.consumer_key == GOOD["consumer_key"]
    assert given_keys.consumer_secret == GOOD["consumer_secret"]
    assert given_keys.may_write


def test_keys_that_only_read_are_told() -> None:
    assert not read_callback(json.dumps({**GOOD, "key_permissions": "read"}).encode()).may_write


@pytest.mark.parametrize(
    "changes",
    [
        {"user_id": ""},
        {"user_id": 7},
        {"user_id": STATE + "\n"},
        {"consumer_key": "ck_" + "0A" * 20},
        {"consumer_key": "cs_" + "0a" * 20},
        {"consumer_secret": "cs_short"},
        {"consumer_secret": None},
        {"key_permissions": "all"},
        {"key_permissions": ["read"]},
    ],
)
def test_anything_else_is_no_answer_and_is_not_repeated(changes: dict[str, object]) -> None:
    with pytest.raises(UnfitCallbackError) as raised:
        read_callback(json.dumps({**GOOD, **changes}).encode())
    assert "0a0a" not in str(raised.value)


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"null", b"x" * 5000, b"[" * 4000, b"\xff"])
def test_what_is_no_json_object_is_no_answer(body: bytes) -> None:
    with pytest.raises(UnfitCallbackError):
        read_callback(body)


def test_an_answer_that_is_far_too_long_is_not_read() -> None:
    with pytest.raises(UnfitCallbackError, match="too long"):
        read_callback(json.dumps(GOOD).encode() + b" " * 5000)


@given(st.binary(max_size=200))
def test_whatever_is_posted_only_one_error_leaves(body: bytes) -> None:
    with pytest.raises(UnfitCallbackError):
        read_callback(body)


def test_nothing_secret_is_in_its_repr() -> None:
    text = repr(read_callback(json.dumps(GOOD).encode()))
    assert "ck_" not in text
    assert "cs_" not in text


@pytest.mark.parametrize(
    ("success", "user_id", "approved"),
    [("1", STATE, True), ("0", STATE, False), ("1", "other", False), ("", STATE, False)],
)
def test_a_browser_that_comes_back_has_approved_or_not(
    success: str, user_id: str, *, approved: bool
) -> None:
    assert was_approved(success, user_id, state=STATE) is approved

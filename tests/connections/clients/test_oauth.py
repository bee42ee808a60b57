"""OAuth 1.0a against a vector worked out by other hands, and against its own rules."""

from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlsplit

import pytest

from connections.clients.keys import Keys
from connections.clients.oauth import signature, signed_url

AT = datetime(2026, 11, 26, 6, 0, tzinfo=UTC)


def test_the_signature_is_that_of_rfc_5849_with_sha256() -> None:
    """The base string was written by hand, the digest made by `openssl dgst -hmac 'cs_y&'`."""
    pairs = [("per_page", "5"), ("a", "x y&z=~ü"), ("oauth_nonce", "n")]
    made = signature("GET", "http://shop.example/wp-json/wc/v3/orders", pairs, "cs_y")
    assert made == "Q1XQL+TE1YWcBZCXtnv7eMbGgCn4Qukpt7VgolkZkpg="


@pytest.mark.parametrize("seen_scheme", ["", "http"])
def test_a_signed_url_goes_where_it_went_and_carries_what_it_carried(seen_scheme: str) -> None:
    url = "https://shop.example/wp-json/wc/v3/orders?status=any&_fields=id%2Cstatus&empty="
    keys = Keys("ck_x", "cs_y")
    signed = signed_url("GET", url, keys, at=AT, nonce="n1", seen_scheme=seen_scheme)
    assert signed.startswith("https://shop.example/wp-json/wc/v3/orders?")
    query = dict(parse_qsl(urlsplit(signed).query, keep_blank_values=True))
    assert query["_fields"] == "id,status"
    assert query["empty"] == ""
    assert query["oauth_timestamp"] == str(int(AT.timestamp()))
    assert "cs_y" not in signed


def test_a_url_that_was_signed_before_is_signed_anew() -> None:
    keys = Keys("ck_x", "cs_y")
    once = signed_url("GET", "https://a.example/x?p=1", keys, at=AT, nonce="n1")
    twice = signed_url("GET", once, keys, at=AT, nonce="n2")
    assert twice.count("oauth_signature=") == 1
    assert "n1" not in twice

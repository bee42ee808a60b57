"""Forwarded headers count from trusted proxies only."""

import pytest
from django.conf import LazySettings
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from config.client_address import client_address, trusted_proxies_only

PROXY, CLIENT = "10.0.0.7", "203.0.113.9"


def request(peer: str, forwarded: str = "") -> HttpRequest:
    headers = {"X-Forwarded-For": forwarded, "X-Forwarded-Proto": "https"}
    return RequestFactory().get("/", REMOTE_ADDR=peer, headers=headers)


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        (CLIENT, "", CLIENT),
        (CLIENT, "198.51.100.1", CLIENT),
        (PROXY, CLIENT, CLIENT),
        (PROXY, f"198.51.100.1, {CLIENT}", CLIENT),
        (PROXY, f"{CLIENT}, 10.0.0.8", CLIENT),
        (PROXY, "", PROXY),
        (PROXY, "nonsense", "nonsense"),
    ],
)
def test_the_last_address_before_our_proxies_counts(
    settings: LazySettings, peer: str, forwarded: str, address: str
) -> None:
    settings.TRUSTED_PROXIES = ["10.0.0.0/24"]
    assert client_address(request(peer, forwarded)) == address


@pytest.mark.parametrize(("peer", "is_secure"), [(PROXY, True), (CLIENT, False)])
def test_only_a_trusted_proxy_can_say_that_it_spoke_https(
    settings: LazySettings, peer: str, is_secure: bool
) -> None:
    settings.TRUSTED_PROXIES = [PROXY]
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    seen: list[bool] = []

    def view(passed: HttpRequest) -> HttpResponse:
        seen.append(passed.is_secure())
        return HttpResponse()

    trusted_proxies_only(view)(request(peer))
    assert seen == [is_secure]

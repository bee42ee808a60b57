"""Addresses as people type them, and the name under which a site knows itself."""

import pytest

from connections.site import host_and_path
from tests.wordpress.php import Php

TYPED = {
    "https://books.example.com": "https://books.example.com",
    "books.example.com": "https://books.example.com",
    "  books.example.com \n": "https://books.example.com",
    "HTTPS://Books.Example.COM/": "https://books.example.com",
    "https://books.example.com///": "https://books.example.com",
    "http://books.example.com": "http://books.example.com",
    "books.example.com:8443": "https://books.example.com:8443",
    "http://localhost:8000/": "http://localhost:8000",
    "http://192.168.1.4:8000": "http://192.168.1.4:8000",
    "https://[2001:DB8::1]:8443/": "https://[2001:db8::1]:8443",
    "[::1]:8000": "https://[::1]:8000",
    "https://bücher.example": "https://bücher.example",
    "https://xn--bcher-kva.example": "https://xn--bcher-kva.example",
    "https://books.example.com?code=ABC": "https://books.example.com",
    "https://books.example.com/#pair": "https://books.example.com",
}
NO_ADDRESS = (
    "", " ", "https://", "//books.example.com", "ftp://books.example.com", "javascript:alert(1)",
    "mailto:books@example.com", "user:secret@books.example.com", "https://user@books.example.com",
    "https://user:secret@books.example.com", "https://books.example.com:99999",
    "https://books.example.com:port", "https://@", "file:///etc/passwd",
)  # fmt: skip

LOCAL = (
    "http://localhost", "http://localhost:8000", "http://127.0.0.1:8000", "http://127.8.8.8",
    "http://10.0.0.5", "http://172.16.0.1", "http://172.31.255.254", "http://192.168.1.4",
    "http://169.254.1.1", "http://[::1]", "http://[::1]:8000", "http://[fd00::1]",
    "http://[fe80::1]", "http://shop.local", "http://shop.test", "http://shop.localhost",
    "http://shop.internal", "http://SHOP.LOCAL",
)  # fmt: skip
NOT_LOCAL = (
    "http://books.example.com", "http://localhost.example.com", "http://mylocalhost",
    "http://local", "http://172.32.0.1", "http://172.15.0.1", "http://11.0.0.1", "http://8.8.8.8",
    "http://192.169.0.1", "http://[2a00:1450::1]", "http://10.0.0.5.example.com", "http://test",
    "http://example.com/localhost", "http://shop.internals.example", "http://shop.local.example",
    "http://shop.testing", "http://example.com?localhost", "", "http://",
)  # fmt: skip

SITES = {
    "https://shop.example.com": "shop.example.com",
    "http://shop.example.com/": "shop.example.com",
    "https://www.shop.example.com": "shop.example.com",
    "HTTPS://WWW.Shop.Example.com": "shop.example.com",
    "http://shop.example.com:8080": "shop.example.com",
    "https://example.com/shop/": "example.com/shop",
    "https://example.com/Shop": "example.com/Shop",
    "https://wwwshop.example.com": "wwwshop.example.com",
    "https://www.www.example.com": "www.example.com",
    "http://127.0.0.1:8090": "127.0.0.1",
}


def test_an_address_is_made_whole(plugin: Php) -> None:
    answers = plugin.each("counterfoil_server_address", TYPED)
    assert dict(zip(TYPED, answers, strict=True)) == TYPED


def test_a_whole_address_stays_as_it_is(plugin: Php) -> None:
    whole = sorted(set(TYPED.values()))
    assert plugin.each("counterfoil_server_address", whole) == whole


def test_what_is_no_address_is_refused(plugin: Php) -> None:
    answers = plugin.each("counterfoil_server_address", NO_ADDRESS)
    assert {typed for typed, answer in zip(NO_ADDRESS, answers, strict=True) if answer} == set()


@pytest.mark.parametrize(
    "typed", ["my server", "books<b>.example.com", 'books".example.com', "::1", "a.com\tb"]
)
def test_what_cannot_be_a_host_is_refused(plugin: Php, typed: str) -> None:
    assert plugin.call("counterfoil_server_address", typed) == ""


def test_host_and_port_are_those_that_are_called(plugin: Php) -> None:
    cases = {
        "https://books.example.com": ("books.example.com", 443),
        "http://books.example.com": ("books.example.com", 80),
        "https://Books.example.com:8443/x": ("books.example.com", 8443),
        "http://[::1]:8000": ("[::1]", 8000),
        "": ("", 443),
        "https:///nowhere": ("", 443),
    }
    answers = plugin.each("counterfoil_host_and_port", cases)
    assert [(each["host"], each["port"]) for each in answers] == list(cases.values())


def test_http_is_good_enough_on_this_machine_and_its_network_alone(plugin: Php) -> None:
    """Orders must not travel the internet in the clear."""
    answers = plugin.each("counterfoil_is_local_address", [*LOCAL, *NOT_LOCAL])
    found = dict(zip([*LOCAL, *NOT_LOCAL], answers, strict=True))
    assert found == dict.fromkeys(LOCAL, True) | dict.fromkeys(NOT_LOCAL, False)


def test_scheme_port_www_and_a_last_slash_do_not_make_another_site(plugin: Php) -> None:
    answers = plugin.each("counterfoil_site_key", SITES)
    assert dict(zip(SITES, answers, strict=True)) == SITES


@pytest.mark.parametrize("address", SITES)
def test_the_server_tells_sites_apart_by_the_same(address: str) -> None:
    assert host_and_path(address) == SITES[address]

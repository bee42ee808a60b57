"""Where a URL leads: scheme, host and port, read strictly, before anything is resolved."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address
from urllib.parse import urlsplit

import idna

from connections.clients.errors import RefusedError

PORTS = frozenset({80, 443, 8080, 8443})
"""The web's, and the two others that hosts use. Any other must be named by an operator."""

_HOST = re.compile(
    r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*"
)
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*", re.IGNORECASE)
_DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Destination:
    """`host` is in ASCII and lower case, an IPv6 address without brackets."""

    scheme: str
    host: str
    port: int

    @property
    def origin(self) -> str:
        """Such as `https://shop.example` or `http://[::1]:8080`."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        is_default = self.port == _DEFAULT_PORTS[self.scheme]
        return f"{self.scheme}://{host}" + ("" if is_default else f":{self.port}")

    def url(self, like: str) -> str:
        """A URL to here with the path and query of another: what was checked is what is asked."""
        parts = urlsplit(like)
        return f"{self.origin}{parts.path or '/'}" + (f"?{parts.query}" if parts.query else "")


@dataclass(frozen=True, slots=True)
class AllowedHosts:
    """Hosts on private addresses that an operator named, each with one port or the usual ones."""

    names: frozenset[tuple[str, int | None]] = frozenset()

    @classmethod
    def read(cls, entries: Iterable[str]) -> "AllowedHosts":
        """From `host[:port]`, IPv6 addresses in brackets where a port follows.

        :raises ValueError: when an entry is neither.
        """
        return cls(frozenset(_entry(each.strip().lower()) for each in entries if each.strip()))

    def has(self, host: str, port: int) -> bool:
        """Whether this host may be private when it is called at this port."""
        return (host, port) in self.names or (port in PORTS and (host, None) in self.names)


def _entry(text: str) -> tuple[str, int | None]:
    if text.count(":") > 1 and not text.startswith("["):
        return text, None
    parts = urlsplit(f"//{text}")
    if not parts.hostname or parts.path:
        raise ValueError(f"ALLOW_PRIVATE_STORES: {text} is no host[:port]")
    return parts.hostname, parts.port


def destination_of(url: str, allowed: AllowedHosts) -> Destination:
    """Read a URL as strictly as no browser does.

    :raises RefusedError: for anything but http and https to a host in plain notation at a port that
        stores use; the detail says what is wrong.
    """
    if not url.isprintable() or re.search(r"[\s\\]", url):
        raise RefusedError("the address holds characters that no address has")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise RefusedError("the address cannot be read") from None
    if parts.scheme not in _DEFAULT_PORTS:
        raise RefusedError("only http and https are called")
    if "@" in parts.netloc:
        raise RefusedError("the address holds a user's name or password")
    if "[" in parts.netloc and ":" not in (parts.hostname or ""):
        raise RefusedError("the address is no IPv6 address")
    host = plain_host(parts.hostname or "")
    found = Destination(parts.scheme, host, _DEFAULT_PORTS[parts.scheme] if port is None else port)
    _check_port(found, allowed)
    return found


def _check_port(found: Destination, allowed: AllowedHosts) -> None:
    if found.port not in PORTS and not allowed.has(found.host, found.port):
        raise RefusedError(f"stores do not answer at port {found.port}")


def plain_host(host: str) -> str:
    """A host in ASCII and one way to write it.

    :raises RefusedError: for other notations of numbers, such as 0x7f.1 or 2130706433.
    """
    if ":" in host:
        return _plain_ipv6(host)
    try:
        ascii_host = host if host.isascii() else idna.encode(host, uts46=True).decode()
    except (idna.IDNAError, UnicodeError):
        raise RefusedError("the host's name is not one") from None
    ascii_host = ascii_host.lower().removesuffix(".")
    if len(ascii_host) > 253 or not _HOST.fullmatch(ascii_host):
        raise RefusedError("the host's name is not one")
    if _NUMBER.fullmatch(ascii_host.rpartition(".")[2]):
        _check_ipv4(ascii_host)
    return ascii_host


def _plain_ipv6(host: str) -> str:
    try:
        return str(IPv6Address(host))
    except ValueError:
        raise RefusedError("the address is no IPv6 address") from None


def _check_ipv4(host: str) -> None:
    try:
        IPv4Address(host)
    except ValueError:
        raise RefusedError("the address is a number in an odd notation") from None


def without_query(url: str) -> str:
    """What may be said of a URL: keys and signatures stand in the query."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{host}{parts.path}"

"""Whether stores can reach this server at all, as far as its own address tells."""

from ipaddress import ip_address
from urllib.parse import urlsplit

LOCAL_ENDINGS = (".local", ".localhost", ".internal", ".lan", ".home.arpa", ".test")


def obstacle_to_keys(public_url: str, *, is_private_allowed: bool) -> str:
    """Why no store could post keys here, in a sentence; empty where nothing is in the way.

    WooCommerce posts keys to https alone, WordPress calls no private addresses.
    `is_private_allowed` is for local networks whose operator has told WordPress otherwise.
    """
    if not public_url.startswith("https://"):
        return f"WooCommerce sends keys to https addresses alone, and this server is {public_url}."
    if not is_private_allowed and is_private(public_url):
        return f"Stores on the internet cannot reach {public_url}: the address is a private one."
    return ""


def is_private(url: str) -> bool:
    """Whether an address is of this machine or a local network, by how it is written."""
    host = (urlsplit(url).hostname or "").rstrip(".")
    try:
        return not ip_address(host).is_global
    except ValueError:
        return "." not in host or host.endswith(LOCAL_ENDINGS)

"""Where a request really comes from: forwarded headers count only from a trusted proxy."""

from collections.abc import Callable
from ipaddress import ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest, HttpResponse

FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST")


def is_trusted(address: str) -> bool:
    """Tell whether `address` is one of TRUSTED_PROXIES (addresses or networks)."""
    try:
        candidate = ip_address(address)
    except ValueError:
        return False
    return any(candidate in ip_network(proxy) for proxy in settings.TRUSTED_PROXIES)


def client_address(request: HttpRequest) -> str:
    """Return the caller's address: the last one in the chain that isn't a trusted proxy."""
    peer = str(request.META.get("REMOTE_ADDR", ""))
    if not is_trusted(peer):
        return peer
    chain = [hop.strip() for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    return next((hop for hop in reversed(chain) if hop and not is_trusted(hop)), peer)


def trusted_proxies_only(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Drop forwarded headers that do not come from a trusted proxy (middleware)."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if not is_trusted(str(request.META.get("REMOTE_ADDR", ""))):
            for header in FORWARDED:
                request.META.pop(header, None)
        return get_response(request)

    return middleware

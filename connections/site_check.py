"""Looks at a store before a person is sent there: wrong addresses are told here, not there."""

from django.utils import timezone

from connections.asking import transport
from connections.clients.errors import (
    BlockedError,
    InsecureError,
    NeedsPersonError,
    RestLockedError,
    StoreError,
    TryLaterError,
    UnreachableError,
    WooCommerceMissingError,
)
from connections.clients.site_index import site_index
from connections.clients.transport import Limits

PATIENCE = Limits(connect=5, read=10, total=15)


def why_not(site_url: str, *, allow_http: bool) -> StoreError | None:
    """What is wrong with an address at which keys shall be asked for; None where nothing is.

    A locked REST API, a firewall or a store that is busy may let keys through all the same: that
    is found out when they come. Nothing is connected at an address that is none of a store's.
    """
    if site_url.startswith("http://") and not allow_http:
        return InsecureError()
    try:
        with transport(PATIENCE) as calls:
            index = site_index(calls, site_url, timezone.now())
    except (RestLockedError, BlockedError):
        return None
    except (UnreachableError, NeedsPersonError) as error:
        return error
    except TryLaterError:
        return None
    missing = bool(index.namespaces) and "wc/v3" not in index.namespaces
    return WooCommerceMissingError() if missing else None

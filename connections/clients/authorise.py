"""One-click keys: WooCommerce's own page /wc-auth/v1/authorize, as values in and values out.

Source: includes/class-wc-auth.php. The merchant approves in the store; the store's *server* then
posts the keys to us, unauthenticated, and must be answered with exactly 200, or it deletes them;
only then the browser comes back. So what is posted proves nothing: the state says which browser
session and which store were meant, is good once, and the keys count only after that very store has
answered to them.
"""

import json
import re
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode

APP_NAME = "Counterfoil"
MOST_BYTES = 4096

_KEY = re.compile(r"ck_[0-9a-f]{40}")
_SECRET = re.compile(r"cs_[0-9a-f]{40}")
_STATE = re.compile(r"[A-Za-z0-9_-]{20,128}")
PERMISSIONS = frozenset({"read", "write", "read_write"})


class UnfitCallbackError(Exception):
    """What was posted are no keys; the text says which part is wrong, and holds nothing of it."""


@dataclass(frozen=True, slots=True)
class GivenKeys:
    """What a store posted: the state that we gave, and keys that nobody has tried yet."""

    state: str
    consumer_key: str = field(repr=False)
    consumer_secret: str = field(repr=False)
    permissions: str = ""

    @property
    def may_write(self) -> bool:
        """Whether webhooks can be registered with them."""
        return self.permissions == "read_write"


def authorise_url(site_url: str, *, state: str, return_url: str, callback_url: str) -> str:
    """Where to send the merchant's browser, to ask the store for keys that may read and write.

    :raises ValueError: when the callback is not https, which WooCommerce refuses, or the state is
        shorter or odder than WooCommerce passes on unchanged.
    """
    if not callback_url.startswith("https://"):
        raise ValueError("WooCommerce posts keys to https addresses alone")
    if not _STATE.fullmatch(state):
        raise ValueError("the state must be 20 to 128 letters, digits, - and _")
    asked = {
        "app_name": APP_NAME,
        "scope": "read_write",
        "user_id": state,
        "return_url": return_url,
        "callback_url": callback_url,
    }
    return f"{site_url.rstrip('/')}/wc-auth/v1/authorize?{urlencode(asked, quote_via=quote)}"


def read_callback(body: bytes) -> GivenKeys:
    """Read what a store's server posted to the callback address.

    :raises UnfitCallbackError: when it is anything else.
    """
    if len(body) > MOST_BYTES:
        raise UnfitCallbackError("it is too long")
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        raise UnfitCallbackError("it is not JSON") from None
    if not isinstance(told, dict):
        raise UnfitCallbackError("it is no object")
    permissions = told.get("key_permissions")
    if not isinstance(permissions, str) or permissions not in PERMISSIONS:
        raise UnfitCallbackError("key_permissions are none that there are")
    return GivenKeys(
        state=_matching(told, "user_id", _STATE),
        consumer_key=_matching(told, "consumer_key", _KEY),
        consumer_secret=_matching(told, "consumer_secret", _SECRET),
        permissions=permissions,
    )


def was_approved(success: str, user_id: str, *, state: str) -> bool:
    """Whether the browser came back from our own question (`user_id`), with a yes (`success=1`)."""
    return success == "1" and user_id == state


def _matching(told: dict[str, object], name: str, shape: re.Pattern[str]) -> str:
    value = told.get(name)
    if not isinstance(value, str) or not shape.fullmatch(value):
        raise UnfitCallbackError(f"{name} is none")
    return value

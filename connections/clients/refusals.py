"""What an answer that is no success means: by its status, and by the code that WordPress gives.

Codes after WooCommerce's and WordPress's source; messages are in the store's language and are not
looked at.
"""

from collections.abc import Mapping
from datetime import datetime

from connections.clients.answers import is_page, page_kind, read_json
from connections.clients.errors import (
    BlockedError,
    BusyError,
    FailedError,
    KeysRefusedError,
    NotJsonError,
    PageKind,
    PermissionMissingError,
    RestLockedError,
    StoreError,
    UnexpectedError,
    WooCommerceMissingError,
    WrongAddressError,
)
from connections.clients.politeness import asked_pause
from connections.clients.transport import Answer

AUTHENTICATION = "woocommerce_rest_authentication_error"
CANNOT = "woocommerce_rest_cannot_"
GONE = "woocommerce_rest_shop_order_invalid_id"
NO_ROUTE = "rest_no_route"
_TOO_MANY, _UNAVAILABLE = 429, 503


def code_of(answer: Answer) -> str:
    """WordPress's code of an error, or ""."""
    try:
        value = read_json(answer).value
    except StoreError:
        return ""
    code = value.get("code") if isinstance(value, dict) else None
    return code if isinstance(code, str) else ""


def refusal_of(answer: Answer, now: datetime) -> StoreError | None:
    """The error that an answer stands for; None for a success."""
    if answer.status in (_TOO_MANY, _UNAVAILABLE):
        detail = str(page_kind(_text(answer))) if is_page(answer) else ""
        return BusyError(detail, wait_seconds=asked_pause(answer.headers, now))
    if answer.status >= 500:
        return FailedError(_named(answer))
    if answer.status < 400:
        return None
    return _of_page(answer) if is_page(answer) else _of_code(answer)


def _of_page(answer: Answer) -> StoreError:
    kind = page_kind(_text(answer))
    if answer.status in (404, 410):
        return WrongAddressError()
    if kind is PageKind.MAINTENANCE:
        return NotJsonError(kind)
    if answer.status == 401 and answer.headers.get("WWW-Authenticate"):
        return BlockedError("the web server asks for a password of its own")
    return BlockedError(f"status {answer.status}")


def _of_code(answer: Answer) -> StoreError:
    code = code_of(answer)
    if code in _BY_CODE:
        return _BY_CODE[code]()
    if code.startswith(CANNOT):
        return KeysRefusedError() if answer.status == 401 else PermissionMissingError()
    if not code:
        return BlockedError(f"status {answer.status}")
    if answer.status in (401, 403):
        return RestLockedError(code[:60])
    return UnexpectedError(_named(answer))


_BY_CODE: Mapping[str, type[StoreError]] = {
    AUTHENTICATION: KeysRefusedError,
    NO_ROUTE: WooCommerceMissingError,
}


def _named(answer: Answer) -> str:
    return f"status {answer.status} {code_of(answer)[:60]}".rstrip()


def _text(answer: Answer) -> str:
    return answer.body.decode("utf-8", "replace")

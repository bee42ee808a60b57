"""All that can go wrong between us and a store, by name, with a sentence for people.

Two kinds: what may pass by itself (`TryLaterError`), and what a person must look at
(`NeedsPersonError`). Nothing secret is ever in a message: no query, no key, no body.
"""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar


class StoreError(Exception):
    """A store could not be asked. `code` is for programs, `sentence` and `cure` are for people."""

    code: ClassVar[str]
    sentence: ClassVar[str]
    cure: ClassVar[str] = ""

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail)
        self.detail = detail

    def __str__(self) -> str:
        return f"{self.sentence} ({self.detail})" if self.detail else self.sentence


class TryLaterError(StoreError):
    """It may pass by itself. `wait_seconds` is how long the store wants to be left in peace."""

    def __init__(self, detail: str = "", *, wait_seconds: float | None = None) -> None:
        super().__init__(detail)
        self.wait_seconds = wait_seconds


class NeedsPersonError(StoreError):
    """No repetition helps: somebody must change something, here or in the store."""


class UnreachableError(TryLaterError):
    code = "unreachable"
    sentence = "The store does not answer."
    cure = "Look whether its site opens in a browser."


class TooSlowError(TryLaterError):
    code = "too_slow"
    sentence = "The store took too long to answer."
    cure = "Counterfoil asks for fewer orders at a time by itself."


class BusyError(TryLaterError):
    code = "busy"
    sentence = "The store asks to be left in peace for a while."


class FailedError(TryLaterError):
    code = "failed"
    sentence = "An error happened inside the store."
    cure = "Its log (WooCommerce → Status → Logs) says more."


class TruncatedError(TryLaterError):
    code = "truncated"
    sentence = "The store's answer broke off."


class PageKind(StrEnum):
    """What a page seems to be that came where JSON should have come."""

    CHALLENGE = "a check for robots"
    LOGIN = "a login page"
    MAINTENANCE = "a maintenance page"
    COMING_SOON = "a “coming soon” page"
    OTHER = "a web page"


class NotJsonError(TryLaterError):
    """A page for people; never to be taken for “no orders”."""

    code = "not_json"
    sentence = "The store answered with a page for people instead of data."
    cure = "Let security and maintenance plugins, and the host's firewall, pass /wp-json/wc/."

    def __init__(self, kind: PageKind, *, wait_seconds: float | None = None) -> None:
        super().__init__(f"it seems to be {kind}", wait_seconds=wait_seconds)
        self.kind = kind


class KeysRefusedError(NeedsPersonError):
    code = "keys_refused"
    sentence = "The store does not accept the credentials."
    cure = "Make new REST keys in WooCommerce → Settings → Advanced, or pair the plugin anew."


class PermissionMissingError(NeedsPersonError):
    code = "permission_missing"
    sentence = "The keys may not do that."
    cure = "Give the keys Read/Write permission and a user who may manage WooCommerce."


class PlainPermalinksError(NeedsPersonError):
    code = "plain_permalinks"
    sentence = "The store uses plain permalinks, with which WooCommerce's REST keys do not work."
    cure = "Choose another structure in WordPress → Settings → Permalinks, or use the plugin."


class RestLockedError(NeedsPersonError):
    code = "rest_locked"
    sentence = "A plugin of the store locks its REST API."
    cure = "Allow /wp-json/ for WooCommerce's keys, or use Counterfoil's plugin."


class WooCommerceMissingError(NeedsPersonError):
    code = "woocommerce_missing"
    sentence = "WordPress answers at this address, but WooCommerce does not."
    cure = "Activate WooCommerce. It must not be older than 5.8."


class PluginMissingError(NeedsPersonError):
    code = "plugin_missing"
    sentence = "Counterfoil's plugin does not answer in the store."
    cure = "Activate “Counterfoil for WooCommerce” and pair the site."


class WrongAddressError(NeedsPersonError):
    """No store at this address. `seems` is where it seems to be, or empty."""

    code = "wrong_address"
    sentence = "No store answers at this address."
    cure = "Enter the address that people see in the browser."

    def __init__(self, seems: str = "") -> None:
        super().__init__(f"it seems to be {seems}" if seems else "")
        self.seems = seems


class InsecureError(NeedsPersonError):
    code = "insecure"
    sentence = "The address is http, over which keys and buyers' names would be readable by anyone."
    cure = "Use https. For a test, allow insecure HTTP."


class TlsBrokenError(NeedsPersonError):
    code = "tls_broken"
    sentence = "The store's certificate is not good."
    cure = "Renew it, for this very name, with all intermediate certificates."


class BlockedError(NeedsPersonError):
    code = "blocked"
    sentence = "A firewall in front of the store turns Counterfoil away."
    cure = "Allow Counterfoil's address, or its User-Agent, for /wp-json/wc/."


class TooLargeError(NeedsPersonError):
    code = "too_large"
    sentence = "The store's answer is larger than Counterfoil reads."


class RefusedError(NeedsPersonError):
    """The address is none that Counterfoil calls; the detail says why. Nothing was connected."""

    code = "refused"
    sentence = "Counterfoil does not call this address."
    cure = "Stores on private addresses must be named in ALLOW_PRIVATE_STORES."


class ClockOffError(NeedsPersonError):
    """The store's clock differs too much. `store_time` is what it says, UTC, where it says it."""

    code = "clock_off"
    sentence = "The clocks of the store and of Counterfoil differ by too much."
    cure = "Set the clock that is wrong; both should be kept by NTP."

    def __init__(self, store_time: datetime | None = None) -> None:
        says = f"{store_time:%Y-%m-%d %H:%M:%S} UTC" if store_time else ""
        super().__init__(f"the store's says {says}" if says else "")
        self.store_time = store_time


class UnexpectedError(NeedsPersonError):
    code = "unexpected"
    sentence = "The store answered with something that Counterfoil does not understand."


def _leaves(kind: type[StoreError]) -> list[type[StoreError]]:
    return [each for below in kind.__subclasses__() for each in (_leaves(below) or [below])]


ERRORS: dict[str, type[StoreError]] = {each.code: each for each in _leaves(StoreError)}
"""All of them by code; the glossary names each."""

"""WooCommerce's own page for keys, after includes/class-wc-auth.php.

The consent page links to approve and deny. On approval the store's server posts the keys first,
and deletes them unless it is answered with exactly 200; only then the browser goes back.
"""

import json
import ssl
from collections.abc import Callable
from html import escape
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPSHandler, Request, build_opener

from tests.fakes.store.wire import Answer, answer_page
from tests.fakes.store.wire import Request as Came

MANDATORY = ("app_name", "user_id", "return_url", "callback_url", "scope")
PAGE = "/wc-auth/v1/authorize"
GRANT = "/wc-auth/v1/access_granted"

PostKeys = Callable[[str, bytes], int]
"""Posts JSON to a URL and gives the status back; OSError where nobody answers."""


def post_keys(url: str, body: bytes) -> int:
    """Over real TLS, whose certificate the store does not mind in tests."""
    trusting = ssl.create_default_context()
    trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
    kind = {"Content-Type": "application/json;charset=UTF-8"}
    opener = build_opener(HTTPSHandler(context=trusting))
    try:
        with opener.open(Request(url, body, kind), timeout=30) as answer:  # noqa: S310
            return int(answer.status)
    except HTTPError as error:
        return error.code


class Authorise:
    """The page. `key` and `secret` are what it gives; `may` replaces the scope asked for."""

    def __init__(self, key: str, secret: str, post: PostKeys = post_keys) -> None:
        self.key, self.secret, self.post = key, secret, post
        self.may = ""
        self.given = 0

    def answer(self, request: Came) -> Answer | None:
        """The page, the approval; None for all other addresses."""
        if request.path not in (PAGE, GRANT):
            return None
        query = request.query
        missing = [name for name in MANDATORY if not query.get(name)]
        if missing:
            return answer_page(f"Error: Missing parameter {missing[0]}", 401)
        if not query["callback_url"].startswith("https://"):
            return answer_page("Error: The callback_url needs to be over SSL", 401)
        if query["scope"] not in ("read", "write", "read_write"):
            return answer_page("Error: Invalid scope", 401)
        return self._granted(query) if request.path == GRANT else _consent(query)

    def _granted(self, query: dict[str, str]) -> Answer:
        told = {
            "key_id": 1,
            "user_id": query["user_id"],
            "consumer_key": self.key,
            "consumer_secret": self.secret,
            "key_permissions": self.may or query["scope"],
        }
        try:
            status = self.post(query["callback_url"], json.dumps(told).encode())
        except OSError:
            status = 0
        if status != 200:
            return answer_page("Error: An error occurred in the request and at the time were "
                               "unable to send the consumer data.", 401)  # fmt: skip
        self.given += 1
        return answer_page("", 302, Location=_back(query, success=1))


def _consent(query: dict[str, str]) -> Answer:
    approve = escape(f"{GRANT}?{urlencode(query)}")
    deny = escape(_back(query, success=0))
    return answer_page(
        '<!DOCTYPE html><html lang="en"><link rel="icon" href="data:,"><title>Access</title>'
        f"<h1>{escape(query['app_name'])} would like to connect to your store</h1>"
        f'<a href="{approve}">Approve</a> <a href="{deny}">Deny</a>'
    )


def _back(query: dict[str, str], *, success: int) -> str:
    told = urlencode({"success": success, "user_id": query["user_id"]})
    return f"{query['return_url']}?{told}"

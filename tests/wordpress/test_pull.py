"""What a store answers when it is asked for its orders: nothing to whoever has not signed."""

import hashlib
import json
from typing import Any

from tests.deliveries import signature
from tests.wordpress.php import Json, Php

ROUTE = "/counterfoil/v1/orders"
SECRET = "k3yWithoutEntities0123456789"
NOW = 1_764_140_000
HOME = hashlib.sha256(b"shop.example.com").hexdigest()
PAIRED: Json = {
    "counterfoil_secret": SECRET,
    "counterfoil_connection": {"status": "paired", "home": HOME},
}
DEFAULTS = {
    "timestamp": 0, "modified_after": 0, "after_id": 0, "limit": 50,
    "created_from": 0, "created_to": 0, "ids": [],
}  # fmt: skip


def refusal(plugin: Php, query: str, *, secret: str = SECRET, **options: Any) -> tuple[int, Json]:
    """The code and the error of a pull; `query` is sorted and needs no encoding."""
    pairs = dict(pair.split("=") for pair in query.split("&"))
    signed = signature(f"{ROUTE}?{query}".encode(), secret)
    call = ("counterfoil_answer_pull", [pairs, signed, NOW])
    [answer] = plugin.calls([call], {**PAIRED, **options})
    return answer["code"], answer["body"]["error"]


def test_whoever_has_not_signed_learns_nothing(plugin: Php) -> None:
    sites: tuple[Json, ...] = ({}, {"counterfoil_connection": {}}, {"counterfoil_secret": ""})
    for options in sites:
        code, error = refusal(plugin, f"timestamp={NOW}", secret="another", **options)
        assert (code, error["code"]) == (401, "unauthentic")
    code, error = refusal(plugin, f"timestamp={NOW}", secret="", counterfoil_secret="")
    assert (code, error["code"]) == (401, "unauthentic")


def test_a_site_that_is_not_paired_or_a_copy_tells_nothing(plugin: Php) -> None:
    for changed in ({"status": "unpaired"}, {"status": "new"}, {"home": "0" * 64}, {"home": ""}):
        connection = {**PAIRED["counterfoil_connection"], **changed}
        code, error = refusal(plugin, f"timestamp={NOW}", counterfoil_connection=connection)
        assert (code, error["code"]) == (401, "unpaired")


def test_a_request_is_good_for_five_minutes(plugin: Php) -> None:
    for off in (-301, 301, -86400, 10**9):
        code, error = refusal(plugin, f"timestamp={NOW + off}")
        assert (code, error["code"]) == (401, "clock")
        assert error["store_time"] == "2025-11-26T06:53:20Z"
    assert refusal(plugin, "limit=5")[1]["code"] == "clock", "without a time it is of 1970"


def test_what_is_no_number_is_named(plugin: Php) -> None:
    for query in ("limit=-1", "limit=", "after_id=1.5", "modified_after=1e3", "created_to=x"):
        code, error = refusal(plugin, f"{query}&timestamp={NOW}")
        assert (code, error["code"]) == (400, "unreadable")
        assert error["message"].startswith(query.partition("=")[0])


def test_what_is_wanted_is_read_as_numbers(plugin: Php) -> None:
    cases: list[tuple[Json, Any]] = [
        ({}, DEFAULTS),
        ({"timestamp": "1764140000", "limit": "7"}, {"timestamp": NOW, "limit": 7}),
        ({"limit": "0"}, {"limit": 1}),
        ({"limit": "1000"}, {"limit": 100}),
        ({"modified_after": "5", "after_id": "6"}, {"modified_after": 5, "after_id": 6}),
        ({"created_from": "5", "created_to": "6"}, {"created_from": 5, "created_to": 6}),
        ({"ids": "5,6,7"}, {"ids": [5, 6, 7]}),
        ({"ids": ",".join(["9"] * 100)}, {"ids": [9] * 100}),
        ({"unknown": "x"}, {}),
    ]
    answers = plugin.each("counterfoil_wanted_of_pull", [query for query, _ in cases])
    assert answers == [{**DEFAULTS, **wanted} for _, wanted in cases]


def test_what_cannot_be_read_is_named(plugin: Php) -> None:
    cases: list[tuple[str, Any]] = [
        ("limit", ["5"]), ("limit", "5\n"), ("limit", " 5"), ("limit", "५"),
        ("timestamp", "9" * 30), ("after_id", {"a": "1"}), ("ids", "5,"), ("ids", "a"),
        ("ids", ["5"]), ("ids", ",".join(["9"] * 101)), ("ids", "5;DROP TABLE"),
    ]  # fmt: skip
    answers = plugin.each("counterfoil_wanted_of_pull", [{name: value} for name, value in cases])
    assert answers == [name for name, _ in cases]


def test_a_site_knows_itself_by_host_and_path(plugin: Php) -> None:
    """A copy of it elsewhere sends nothing; https, www. or a port do not make it one."""
    own = (
        "https://shop.example.com",
        "http://www.shop.example.com:8080/",
        "https://SHOP.example.com",
    )
    copies = (
        "https://staging.example.com",
        "https://shop.example.com/staging",
        "http://localhost",
        "",
    )
    for home in (*own, *copies):
        [is_copy] = plugin.calls([("counterfoil_is_copy", [])], {**PAIRED, "home": home})
        assert is_copy is (home in copies), home
    assert json.dumps(PAIRED).count("example") == 0, "the address itself is nowhere to be rewritten"

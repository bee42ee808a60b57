"""When a delivery that failed is tried again, and when the server is left in peace."""

from datetime import timedelta

from tests.wordpress.php import Php

NOW = 1_764_140_000


def test_it_is_tried_again_after_a_minute_and_then_ever_later_for_two_weeks(plugin: Php) -> None:
    first = ["1m", "2m", "5m", "15m", "1h", "3h", "6h", "12h"]
    units = {"m": 60, "h": 3600}
    delays: list[int | None] = [int(text[:-1]) * units[text[-1]] for text in first]
    delays += [86400] * 14
    assert plugin.each("counterfoil_retry_delay", range(1, 31)) == delays + [None] * 8


def test_all_of_it_takes_fifteen_days(plugin: Php) -> None:
    delays = plugin.each("counterfoil_retry_delay", range(1, 23))
    assert timedelta(days=14, hours=22) < timedelta(seconds=sum(delays)) < timedelta(days=15)


def test_a_count_that_cannot_be_is_read_as_the_first_failure(plugin: Php) -> None:
    assert plugin.each("counterfoil_retry_delay", [0, -1, -(10**9)]) == [60] * 3


def test_a_server_is_away_if_it_does_not_answer_is_broken_or_asks_for_patience(
    plugin: Php,
) -> None:
    away = [0, 429, 500, 502, 503, 504, 599]
    there = [200, 201, 204, 301, 302, 400, 401, 403, 404, 405, 409, 411, 413, 499]
    assert plugin.each("counterfoil_is_server_away", away) == [True] * len(away)
    assert plugin.each("counterfoil_is_server_away", there) == [False] * len(there)


def test_the_third_failure_in_a_row_opens_the_breaker_for_a_minute(plugin: Php) -> None:
    breaker = {"failures": 0, "until": 0}
    history = []
    for second, is_away in enumerate([True, True, True, True, False, True, True, True]):
        breaker = plugin.call("counterfoil_next_breaker", breaker, is_away, NOW + second)
        history.append((breaker["failures"], breaker["until"]))
    assert history == [
        (1, 0), (2, 0), (3, NOW + 62), (4, NOW + 63), (0, 0), (1, 0), (2, 0), (3, NOW + 67),
    ]  # fmt: skip


def test_a_checkout_that_is_not_finished_is_no_order_yet(plugin: Php) -> None:
    begun = ["checkout-draft", "auto-draft", "draft", "new"]
    orders = ["pending", "processing", "on-hold", "completed", "cancelled", "refunded", "failed",
              "trash", "a-status-of-a-plugin"]  # fmt: skip
    assert plugin.each("counterfoil_is_unfinished", begun) == [True] * len(begun)
    assert plugin.each("counterfoil_is_unfinished", orders) == [False] * len(orders)

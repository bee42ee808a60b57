"""What every answer carries, and what every log line looks like."""

import json
import logging

import pytest
from django.test import Client

from config.json_log import JsonFormatter


@pytest.mark.django_db
@pytest.mark.parametrize("page", ["/login/", "/admin/login/", "/nowhere"])
def test_no_page_may_run_or_load_what_is_not_ours(client: Client, page: str) -> None:
    headers = client.get(page).headers
    policy = dict(
        part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";")
    )
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


def test_a_log_line_is_one_json_object() -> None:
    failure = ValueError("two\nlines")
    exc_info = (type(failure), failure, None)
    record = logging.LogRecord("sync", logging.ERROR, "x.py", 1, "₹ %s\n", ("1",), exc_info)
    line = JsonFormatter().format(record)
    assert "\n" not in line
    read = json.loads(line)
    assert (read["level"], read["logger"], read["message"]) == ("error", "sync", "₹ 1\n")
    assert read["at"].endswith("+00:00")
    assert "ValueError: two" in read["traceback"]


def test_a_log_line_holds_nothing_of_a_refused_row() -> None:
    failure = ValueError(
        'new row violates "sale_adds_up"\nDETAIL:  Failing row contains (7, Asha\nRao (Pune).).\n'
        "SQL function again"
    )
    exc_info = (type(failure), failure, None)
    record = logging.LogRecord("sync", logging.ERROR, "x.py", 1, "refused", (), exc_info)
    traceback = json.loads(JsonFormatter().format(record))["traceback"]
    assert "sale_adds_up" in traceback
    assert "SQL function again" in traceback
    assert "Rao" not in traceback

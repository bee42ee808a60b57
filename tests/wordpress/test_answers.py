"""Whatever a server answers: a sentence that helps, and success only where there is one."""

import json
from itertools import product
from typing import Any

import pytest

from tests.wordpress.php import Php

SERVER = "https://books.example.com"
HTML = "<!DOCTYPE html><html><title>Just a moment…</title></html>"
PAGE = (
    f"{SERVER} answers ({{}}), but not as Counterfoil does: it sent a web page or something else. "
    "Check the address."
)
AWAY = f"{SERVER} is temporarily unavailable ({{}}). Please try again in a few minutes."
REFUSED = "This pairing code is not valid."
REFUSAL = json.dumps({"error": {"code": "pairing_code_not_found", "message": REFUSED}})
PAIRED = {
    "connection_id": "0b8f5a52-3f0e-4a57-9a50-6d8e5b0c9f11",
    "connection_name": "Asha’s shop",
    "webhook_url": f"{SERVER}/hooks/woocommerce/0b8f5a52-3f0e-4a57-9a50-6d8e5b0c9f11",
    "secret": "k3yWithoutEntities0123456789",
}
CALLS = {
    "paired": ((200, json.dumps(PAIRED), ""), ""),
    "a page": ((200, HTML, ""), PAGE.format(200)),
    "nothing": ((200, "", ""), PAGE.format(200)),
    "half of the JSON": ((200, json.dumps(PAIRED)[:40], ""), PAGE.format(200)),
    "a word": ((200, '"ok"', ""), PAGE.format(200)),
    "a number": ((200, "1", ""), PAGE.format(200)),
    "null": ((200, "null", ""), PAGE.format(200)),
    "JSON of bad text": ((200, '{"a":"\\ud800"}', ""), PAGE.format(200)),
    "created": ((201, json.dumps(PAIRED), ""), PAGE.format(201)),
    "no content": ((204, "", ""), PAGE.format(204)),
    "moved": (
        (301, HTML, "https://www.example.com/login?next=/"),
        f"{SERVER} redirects to https://www.example.com. Enter that address as the server.",
    ),
    "moved to https and a port": (
        (308, "", "https://books.example.com:8443/api"),
        f"{SERVER} redirects to https://books.example.com:8443. Enter that address as the server.",
    ),
    "moved within": (
        (302, "", "/login"),
        f"{SERVER} answers with a redirect. Enter the address that it leads to.",
    ),
    "moved nowhere": (
        (302, json.dumps(PAIRED), ""),
        f"{SERVER} answers with a redirect. Enter the address that it leads to.",
    ),
    "moved to nonsense": (
        (302, "", "https:///nowhere"),
        f"{SERVER} answers with a redirect. Enter the address that it leads to.",
    ),
    "an unknown code": ((404, REFUSAL, ""), REFUSED),
    "another site": ((409, REFUSAL, ""), REFUSED),
    "too many tries": ((429, REFUSAL, ""), REFUSED),
    "another 404": ((404, HTML, ""), PAGE.format(404)),
    "another API's 404": ((404, '{"code":"rest_no_route"}', ""), PAGE.format(404)),
    "a 404 in words": ((404, '{"error":"not found"}', ""), PAGE.format(404)),
    "a refusal without words": ((404, '{"error":{"code":"x"}}', ""), PAGE.format(404)),
    "a refusal in a list": ((400, '{"error":{"message":["x"]}}', ""), PAGE.format(400)),
    "a proxy's 429": ((429, HTML, ""), AWAY.format(429)),
    "broken": ((500, HTML, ""), AWAY.format(500)),
    "a gateway": ((502, "", ""), AWAY.format(502)),
    "busy": ((503, '{"error":{"code":"unavailable","message":"Busy."}}', ""), "Busy."),
    "forbidden": ((403, HTML, ""), PAGE.format(403)),
    "no answer at all": ((0, "", ""), PAGE.format(0)),
}  # fmt: skip

CODES = (0, 200, 201, 202, 204, 301, 302, 307, 400, 401, 403, 404, 411, 413, 429, 500, 502, 503)
BODIES = (
    "", "null", "1", '"accepted"', "[]", '["accepted"]', "{}", HTML, '{"status":"accepted"',
    '{"status":"Accepted"}', '{"status":true}', '{"status":1}', '{"status":0}',
    '{"status":["accepted"]}', '{"status":"pong"}', '{"state":"accepted"}', '{"error":{}}',
    '{"error":"x"}', '{"error":{"message":1}}', '{"error":{"code":"unauthentic","message":"No."}}',
    '[{"status":"accepted"}]',
)  # fmt: skip


def test_each_answer_to_a_call_has_its_sentence(plugin: Php) -> None:
    calls = [("counterfoil_why_not", [*answer, SERVER]) for answer, _ in CALLS.values()]
    found = dict(zip(CALLS, plugin.calls(calls), strict=True))
    assert found == {name: sentence for name, (_, sentence) in CALLS.items()}


def test_a_delivery_is_accepted_by_counterfoil_s_own_word_alone(plugin: Php) -> None:
    answers = [*product(CODES, BODIES), *product(set(CODES) - {200}, ['{"status":"accepted"}'])]
    reasons = plugin.calls(("counterfoil_why_not_delivered", answer) for answer in answers)
    assert [answer for answer, why in zip(answers, reasons, strict=True) if not why] == []
    said = '{"status":"accepted"}'
    more = ' {"status": "accepted", "more": [1]}\n'
    for body in (said, more):
        assert plugin.call("counterfoil_why_not_delivered", 200, body) == ""


@pytest.mark.parametrize("message", ["", " "])
def test_a_refusal_with_an_empty_sentence_is_a_refusal(plugin: Php, message: str) -> None:
    body = json.dumps({"error": {"code": "x", "message": message}})
    assert plugin.call("counterfoil_why_not_delivered", 404, body).strip()
    assert plugin.call("counterfoil_why_not", 404, body, "", SERVER).strip()


def test_why_a_delivery_did_not_arrive_is_said_in_words(plugin: Php) -> None:
    redirect = "The server answered with a redirect instead of accepting the order."
    away = "Counterfoil is temporarily unavailable."
    other = "Something that is not Counterfoil answered."
    refusal = '{"error":{"code":"unauthentic","message":"The signature is wrong."}}'
    cases = {
        (301, HTML): redirect,
        (302, ""): redirect,
        (302, '{"status":"accepted"}'): redirect,
        (500, HTML): away,
        (503, "null"): away,
        (429, ""): away,
        (200, HTML): other,
        (200, '{"status":"pong"}'): other,
        (404, HTML): other,
        (401, refusal): "The signature is wrong.",
        (503, refusal): "The signature is wrong.",
    }
    answers = plugin.calls(("counterfoil_why_not_delivered", each) for each in cases)
    assert dict(zip(cases, answers, strict=True)) == cases


def test_the_credentials_are_taken_from_a_whole_answer(plugin: Php) -> None:
    more = {"share_contact_details": True, "gstin_fields": ["gstin"], "plugin": {"latest": "1.0"}}
    assert plugin.call("counterfoil_credentials", json.dumps({**PAIRED, **more})) == PAIRED


def test_orders_may_go_in_the_clear_within_a_local_network_alone(plugin: Php) -> None:
    local = {**PAIRED, "webhook_url": "http://192.168.1.4:8000/hooks/woocommerce/1"}
    assert plugin.call("counterfoil_credentials", json.dumps(local)) == local


ODD: list[tuple[str, Any]] = [
    *product(PAIRED, (None, "", 1, True, [], {}, ["x"])),
    ("connection_id", "7"),
    ("connection_id", PAIRED["connection_id"].upper()),
    ("connection_id", f"{PAIRED['connection_id']}\n"),
    ("connection_id", f"{PAIRED['connection_id']}0"),
    ("connection_id", PAIRED["connection_id"].replace("-", "")),
    ("connection_id", "../../wp-admin"),
    ("webhook_url", "/hooks/woocommerce/1"),
    ("webhook_url", "javascript:alert(1)"),
    ("webhook_url", "http://books.example.com/hooks/woocommerce/1"),
    ("webhook_url", "ftp://books.example.com/hooks"),
    ("webhook_url", "https://books.example.com"),
    ("webhook_url", "https://books.example.com/a b"),
    ("webhook_url", "https://books.example.com/hooks\n"),
    ("webhook_url", "https:///hooks"),
    ("secret", "tooShort"),
    ("secret", "with&amp;an&quot;entity0123456789"),
    ("secret", "k3yWithoutEntities0123456789\n"),
    ("secret", "k3y With Spaces 0123456789"),
    ("secret", "ключ0123456789012345678901234567890"),
]


def test_credentials_that_are_missing_or_odd_are_not_taken(plugin: Php) -> None:
    bodies = [json.dumps({**PAIRED, name: value}) for name, value in ODD]
    bodies += [json.dumps({n: v for n, v in PAIRED.items() if n != name}) for name in PAIRED]
    bodies += ["", "null", "[]", "{}", HTML, json.dumps([PAIRED]), json.dumps(PAIRED)[:-1]]
    assert plugin.each("counterfoil_credentials", bodies) == [None] * len(bodies)

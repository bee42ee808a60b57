"""The server's answer about updates, in the forms that WordPress takes; odd answers are refused."""

import json
from typing import Any

from connections.plugin_package import package_of
from tests.wordpress.php import PLUGIN, SLUG, Php, version

SERVER = "https://books.example.com"
TOLD: dict[str, Any] = {
    "name": "Counterfoil for WooCommerce",
    "slug": SLUG,
    "version": "1.2.0",
    "package": f"{SERVER}/plugin/{SLUG}-1.2.0.zip",
    "url": SERVER,
    "homepage": f"{SERVER}/about",
    "author": "Asha & Co",
    "requires": "6.5",
    "tested": "6.9",
    "requires_php": "7.4",
    "last_updated": "2026-11-26T06:00:00Z",
    "sections": {"description": "<p>Books.</p>", "changelog": "<h4>1.2.0</h4>"},
}


NO_TEXT: tuple[Any, ...] = (None, 1, True, [], {"a": ["b"]})
NO_VERSION = (*NO_TEXT, "", 1.2, "latest", "v1.2", " 1.2", "1.2\n", "<b>")
NO_PACKAGE = (*NO_TEXT, "", "/plugin.zip", "file:///etc/passwd", "javascript:1", "x https://a/b")


def test_wordpress_s_list_of_updates_gets_what_it_needs(plugin: Php) -> None:
    assert plugin.call("counterfoil_is_update_answer", TOLD)
    assert plugin.call("counterfoil_update_as_array", TOLD) == {
        "id": SERVER,
        "slug": SLUG,
        "version": "1.2.0",
        "url": f"{SERVER}/about",
        "package": TOLD["package"],
        "tested": "6.9",
        "requires": "6.5",
        "requires_php": "7.4",
    }


def test_wordpress_s_window_of_details_gets_what_it_shows(plugin: Php) -> None:
    details = plugin.call("counterfoil_update_as_details", TOLD)
    assert details == {
        "name": "Counterfoil for WooCommerce",
        "slug": SLUG,
        "version": "1.2.0",
        "author": "Asha &amp; Co",
        "homepage": f"{SERVER}/about",
        "requires": "6.5",
        "tested": "6.9",
        "requires_php": "7.4",
        "last_updated": "2026-11-26T06:00:00Z",
        "sections": TOLD["sections"],
        "download_link": TOLD["package"],
    }


def test_what_this_server_answers_is_an_update(plugin: Php) -> None:
    facts = json.loads(json.dumps(package_of(PLUGIN, SERVER).facts))
    assert plugin.call("counterfoil_is_update_answer", facts)
    update = plugin.call("counterfoil_update_as_array", facts)
    assert update["version"] == version()
    assert update["package"] == f"{SERVER}/plugin/{SLUG}-{version()}.zip"
    assert (update["requires"], update["requires_php"]) == ("6.5", "7.4")
    details = plugin.call("counterfoil_update_as_details", facts)
    assert details["name"] == "Counterfoil for WooCommerce"
    assert set(details["sections"]) >= {"description", "installation"}


def test_less_is_an_update_too(plugin: Php) -> None:
    least = {name: TOLD[name] for name in ("version", "package")}
    assert plugin.call("counterfoil_is_update_answer", least)
    assert plugin.call("counterfoil_update_as_array", least)["tested"] == ""
    assert plugin.call("counterfoil_update_as_details", least)["sections"] == []


def test_odd_answers_are_refused(plugin: Php) -> None:
    odd: list[Any] = [[], ["1.2.0"], {"version": "1.2.0"}, {"package": TOLD["package"]}]
    odd += [{**TOLD, "version": value} for value in NO_VERSION]
    odd += [{**TOLD, "package": value} for value in NO_PACKAGE]
    assert plugin.each("counterfoil_is_update_answer", odd) == [False] * len(odd)


def test_the_texts_of_an_answer_cannot_bring_scripts_into_wp_admin(plugin: Php) -> None:
    evil = "<script>alert(1)</script><p>Text</p>"
    details = plugin.call(
        "counterfoil_update_as_details",
        {**TOLD, "author": evil, "sections": {"description": evil, "faq": ["x"]}},
    )
    assert "<script>" not in json.dumps(details)
    assert details["sections"] == {"description": "alert(1)<p>Text</p>"}


def test_what_the_server_tells_of_itself_is_remembered_in_the_right_types(plugin: Php) -> None:
    told = {"orders_booked": 12, "last_order_at": "2026-11-26", "plugin": {"latest": "1.2.0"}}
    kept = {"orders_booked": 12, "last_order_at": "2026-11-26", "latest": "1.2.0"}
    nothing = {"orders_booked": 0, "last_order_at": "", "latest": ""}
    answers: list[Any] = [told, {}]
    for value in (*NO_TEXT[2:], None, 1.5):
        answers += [dict.fromkeys(told, value), {"plugin": {"latest": value}}]
    found = []
    for answer in answers:
        calls = [("counterfoil_remember_told", [answer]), ("counterfoil_told", [])]
        remembered = plugin.calls(calls)[1]
        found.append({name: remembered[name] for name in kept})
    assert found == [kept, *[nothing] * (len(answers) - 1)]


def test_parts_of_an_answer_that_are_no_text_do_no_harm(plugin: Php) -> None:
    odd = [
        {**TOLD, name: value}
        for name in sorted(set(TOLD) - {"version", "package"})
        for value in NO_TEXT
    ]
    fit = plugin.each("counterfoil_is_update_answer", odd)
    told = [each for each, is_fit in zip(odd, fit, strict=True) if is_fit]
    plugin.each("counterfoil_update_as_array", told)
    plugin.each("counterfoil_update_as_details", told)

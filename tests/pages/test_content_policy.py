"""The browser runs our files alone: no script and no style stands in a page, whoever wrote it."""

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from ledger.models import Company, User
from tests.walk.everything import one_of_everything
from tests.walk.routes import OF_COMPANY, routes

pytestmark = pytest.mark.django_db

STRICT = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
DATA = {"application/json", "text/plain"}
"""Types of script elements that no browser runs."""
TEMPLATES = sorted((Path(settings.BASE_DIR) / "templates").rglob("*.html"))
INLINE = re.compile(
    r"<script(?![^>]*\bsrc=)|<style\b|\sstyle=|\son[a-z]+=|javascript:|\shx-on|\shx-vals=.js:",
    re.IGNORECASE,
)


class _Inline(HTMLParser):
    """Collects what a strict policy refuses."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        is_code = tag == "script" and "src" not in given and given.get("type") not in DATA
        acts = [n for n, v in attrs if n.startswith("on") or n == "style" or _is_script(v)]
        if is_code or tag == "style" or acts:
            self.found.append(self.get_starttag_text() or tag)


def _is_script(value: str | None) -> bool:
    return (value or "").strip().lower().startswith("javascript:")


def _wrong(answer: Any) -> list[str]:
    """What of the policy is missing, and what the page holds against it."""
    header = answer.headers.get("Content-Security-Policy", "")
    given = dict(each.strip().split(" ", 1) for each in header.split(";") if " " in each.strip())
    weak = [
        f"{name} {given.get(name)}" for name, value in STRICT.items() if given.get(name) != value
    ]
    is_html = answer.headers.get("Content-Type", "").startswith("text/html")
    return weak + (_Inline(answer.content.decode()).found if is_html else [])


def test_no_address_of_a_company_answers_without_the_policy(
    browser: Client, company: Company, owner: User
) -> None:
    ids = one_of_everything(company, owner)
    answers = {route.name: browser.get(route.address(ids)) for route in OF_COMPANY}
    files = {name for name, answer in answers.items() if answer.streaming}
    wrong = {name: _wrong(each) for name, each in answers.items() if name not in files}
    assert {name: found for name, found in wrong.items() if found} == {}
    assert sum(each.status_code == 200 for each in answers.values()) > 50


def test_nor_does_any_other_address(browser: Client) -> None:
    others = [route for route in routes() if not route.parameters]
    wrong = {route.name: _wrong(browser.get(f"/{route.path}")) for route in others}
    assert {name: found for name, found in wrong.items() if found} == {}
    for address in ("/not-there/", "/c/999999/", "/invitations/made-up/"):
        assert _wrong(browser.get(address)) == []


def test_nor_does_the_admin(db: None) -> None:
    client = Client()
    client.force_login(User.objects.create_superuser("staff@example.com"))
    for model in admin.site._registry:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        for page in ("changelist", "add"):
            assert _wrong(client.get(reverse(f"{name}_{page}"))) == [], (name, page)


@pytest.mark.parametrize(
    "template", TEMPLATES, ids=lambda each: str(each.relative_to(settings.BASE_DIR))
)
def test_no_template_writes_a_script_or_a_style(template: Path) -> None:
    if "mail" not in template.parts:
        assert INLINE.findall(template.read_text()) == []


def test_what_would_be_refused_is_found() -> None:
    for bad in (
        "<script>go()</script>", "<p style='color:red'>", "<a href=' JavaScript:go()'>",
        "<body onload='go()'>", "<style>p{}</style>",
    ):  # fmt: skip
        assert _Inline(bad).found
    assert (
        _Inline("<script type='application/json'>{}</script><script src='a.js'></script>").found
        == []
    )

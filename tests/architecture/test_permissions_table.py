"""The pages' table of permissions is the one that `ledger.access` goes by."""

import re
from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver

from ledger.access import PERMISSIONS, access_rule
from ledger.models import Permission, Role
from ledger.role_words import FOR_LATER, PERMISSION_SENTENCES
from tests.server import PROJECT

PAGES = (PROJECT / "docs" / "pages.md").read_text(encoding="utf-8")
ROLES = (Role.OWNER, Role.ACCOUNTANT, Role.OPERATOR, Role.VIEWER)


def _rules(patterns: list[URLPattern | URLResolver]) -> Iterator[str]:
    for each in patterns:
        if isinstance(each, URLPattern):
            yield (access_rule(each.callback) or "").rpartition("to change ")[2]
        else:
            yield from _rules(each.url_patterns)


def test_the_table_of_permissions_is_what_each_role_has() -> None:
    told = {}
    for row in re.findall(r"^\| `(\w+)` \|(.+)\|$", PAGES, re.MULTILINE):
        code, cells = row[0], [cell.strip() for cell in row[1].split("|")]
        told[code] = {
            role for role, cell in zip(ROLES, cells[-len(ROLES) :], strict=True) if cell == "✓"
        }
    assert told == {
        each.value: {role for role in ROLES if each in PERMISSIONS[role]} for each in Permission
    }


def test_every_permission_that_a_page_asks_for_is_told() -> None:
    rules = set(_rules(get_resolver().url_patterns))
    assert {Permission.POST, Permission.IMPORT_ORDERS, Permission.SETTINGS} <= rules
    assert all(f"`{rule}`" in PAGES for rule in rules & set(Permission.values))


def test_a_permission_that_nothing_asks_for_is_said_to_be_for_later() -> None:
    """In settings and docs; once a page asks for it, both have to say what it is for."""
    rules = set(_rules(get_resolver().url_patterns))
    for permission in Permission:
        row = re.search(rf"^\| `{permission.value}` \|.*$", PAGES, re.MULTILINE)
        assert row is not None
        is_for_later = permission.value not in rules
        assert (FOR_LATER in PERMISSION_SENTENCES[permission]) is is_for_later, permission
        assert (FOR_LATER in row[0]) is is_for_later, permission

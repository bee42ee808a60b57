"""The documents keep up: links lead somewhere, and every state, code and rule is named."""

import ast
import re
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from pathlib import Path

import pytest
from django.core.management import get_commands

from connections import urls as connection_urls
from connections import wire
from connections.lifecycle import NEXT
from connections.views import plugin
from ledger.core.documents import Flag
from ledger.posting.numbers import PREFIXES
from sync import door
from sync import urls as sync_urls
from sync.booking import storytelling
from sync.core.certificate import Verdict
from sync.core.terms import DEFAULT_ACTIONS
from sync.core.waiting import REASONS
from sync.customers import hearing
from sync.items.sku_import import states
from sync.models import DeliveryState, OrderState
from sync.rest import api_urls
from tests.server import PROJECT

DOCS = PROJECT / "docs"
NOT_OURS = {".venv", "var", "node_modules"}
PAGES = sorted(
    path for path in PROJECT.rglob("*.md") if not NOT_OURS & set(path.relative_to(PROJECT).parts)
)
LINK = re.compile(r"\]\(([^)\s]+)\)")
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
OWN_VARIABLES = {"COUNTERFOIL_WEB"}  # set by config.wsgi, not by people


def text_of(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def section(text: str, heading: str) -> str:
    """What stands under a heading, up to the next of its level."""
    level = heading.partition(" ")[0]
    _, found, rest = text.partition(f"\n{heading}\n")
    assert found, heading
    return rest.partition(f"\n{level} ")[0]


def named(text: str) -> set[str]:
    """The codes that a text names, each as `code`."""
    return set(re.findall(r"`([a-z_-]+)`", text))


def first_column(text: str) -> set[str]:
    """The codes that begin the rows of a text's tables."""
    return set(re.findall(r"^\| `([a-z_]+)` \|", text, re.MULTILINE))


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(PROJECT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    broken = []
    for link in LINK.findall(FENCE.sub("", page.read_text(encoding="utf-8"))):
        if re.match(r"[a-z]+:", link):
            continue
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(link)
    assert not broken


def test_every_command_in_the_documents_exists() -> None:
    makefile = (PROJECT / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        code = "\n".join([*FENCE.findall(text), *re.findall(r"`[^`\n]+`", text)])
        assert set(re.findall(r"\bmake ([a-z]+)", code)) <= targets, page
        assert set(re.findall(r"\bmanage\.py ([a-z_]+)", text)) <= set(get_commands()), page


def test_the_diagrams_of_lives_are_the_tables_of_steps() -> None:
    drawn = set(re.findall(r"^    (\w+) --> (\w+)$", text_of("architecture.md"), re.MULTILINE))
    connections = {(old.value, new.value) for old, steps in NEXT.items() for new in steps}
    imports = {(old.value, new.value) for old, steps in states.NEXT.items() for new in steps}
    assert drawn == connections | imports


@pytest.mark.parametrize(
    ("head", "states"),
    [("| an order is | when |", OrderState), ("| a delivery is | when |", DeliveryState)],
)
def test_every_state_is_in_its_table(
    head: str, states: type[OrderState] | type[DeliveryState]
) -> None:
    table = text_of("architecture.md").partition(head)[2].partition("\n\n")[0]
    assert first_column(table) == set(states.values)


def test_every_flag_is_in_the_glossary() -> None:
    flags = section(
        text_of("glossary.md"), "## Flags: what an accountant should know about a voucher"
    )
    assert first_column(flags) == {flag.value for flag in Flag}


def test_every_waiting_code_is_in_the_glossary_and_has_a_remedy() -> None:
    codes = set(REASONS)
    glossary = section(text_of("glossary.md"), "## Codes of what an order waits for")
    assert first_column(glossary) == codes
    assert first_column(section(text_of("posting.md"), "## 11 What waits, and what to do")) == codes


def test_every_verdict_of_the_certificate_is_in_the_glossary() -> None:
    row = re.search(r"^\| certificate \|.*$", text_of("glossary.md"), re.MULTILINE)
    assert row is not None
    assert set(re.findall(r"\*(\w+)\*", row[0])) == {verdict.value for verdict in Verdict}


def test_every_rule_that_ends_a_delivery_is_named() -> None:
    rules = {rule for rule in storytelling.RULES if rule}
    rules |= {code for _, code, _ in storytelling._FATES.values()}
    rules |= set(_refusals())
    assert named(section(text_of("posting.md"), "## 12 How a delivery ends")) == rules


def _refusals() -> Iterator[str]:
    """The rules by which a delivery holds no order, and what becomes of one about a customer."""
    for path in ("sync/core/reception.py", "sync/core/customers.py"):
        for node in ast.walk(ast.parse((PROJECT / path).read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "NoOrder":
                yield ast.literal_eval(node.args[0])
    yield from (hearing.KEPT, hearing.GONE)


def test_the_table_of_statuses_is_the_default_mapping() -> None:
    rows = re.findall(
        r"^\| (`[^|]+) \| (\w+) \|",
        section(text_of("posting.md"), "## 2 What a status means"),
        re.MULTILINE,
    )
    assert {
        status: meaning for statuses, meaning in rows for status in named(statuses)
    } == DEFAULT_ACTIONS


def test_every_prefix_of_a_number_is_named() -> None:
    assert all(re.search(rf"\b{prefix}\b", text_of("posting.md")) for prefix in PREFIXES.values())


def test_every_endpoint_is_in_the_api_page() -> None:
    endpoints = first_column(text_of("api.md"))
    assert endpoints >= {str(route.pattern) for route in api_urls.urlpatterns}


def test_every_answer_of_the_door_is_in_the_api_page() -> None:
    told = section(text_of("api.md"), "## The door")
    for value in vars(door).values():
        if not (isinstance(value, tuple) and value and isinstance(value[0], HTTPStatus)):
            continue
        status, content = value
        assert f"\n| {status.value} " in told
        assert _word(content) in told


def test_every_answer_to_the_plugin_is_in_the_api_page() -> None:
    told = section(text_of("api.md"), "## The plugin")
    refusals = [
        each
        for each in (*vars(wire).values(), *vars(plugin).values())
        if isinstance(each, wire.Refusal)
    ]
    assert len(refusals) >= 9
    refusals += [
        plugin._too_many(60),
        plugin._another_site("https://a.b"),
        wire._only("GET"),
        wire._only("POST"),
    ]
    for refusal in refusals:
        row = re.search(rf"^\| {refusal.status.value} \|.*$", told, re.MULTILINE)
        assert row is not None
        assert f"`{refusal.code}`" in row[0]


def test_every_call_of_the_plugin_is_in_the_api_page() -> None:
    told = section(text_of("api.md"), "## The plugin")
    routes = [
        str(route.pattern) for route in (*connection_urls.urlpatterns, *sync_urls.urlpatterns)
    ]
    calls = [route for route in routes if route.startswith("api/plugin/")]
    assert len(calls) == 4
    assert all(f" /{call}`" in told for call in calls)


def _word(content: Mapping[str, object]) -> str:
    error = content.get("error")
    return f"`{error['code']}`" if isinstance(error, Mapping) else f'"{content["status"]}"'


def test_every_setting_is_in_operations() -> None:
    settings = (PROJECT / "config/settings.py").read_text()
    variables = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', settings)) - OWN_VARIABLES
    assert variables <= set(re.findall(r"`([A-Z_]+)`", text_of("operations.md")))

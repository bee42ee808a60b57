"""What is wrong with a page as it stands in the browser: axe-core's rules, and what axe cannot see.

axe is put in by the debugger, past the page's content policy, which stays as strict as it is.
"""

from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import ConsoleMessage, Page

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
HAND_MADE = (Path(__file__).parent / "audit.js").read_text(encoding="utf-8")
LEVELS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
OPTIONS = {
    "runOnly": {"type": "tag", "values": list(LEVELS)},
    "rules": {"target-size": {"enabled": True}},
    "resultTypes": ["violations"],
    "elementRef": False,
    "preload": False,  # it copies style sheets into the page, which the policy refuses
    "ancestry": False,
    "xpath": False,
}
RUN = "options => axe.run(document, options).then(found => found.violations)"


def faults(page: Page) -> list[str]:
    """What is wrong with the page that is shown, a line for each fault; empty when all is well."""
    page.evaluate(AXE)
    found = [_line(rule, node) for rule in page.evaluate(RUN, OPTIONS) for node in rule["nodes"]]
    return [*found, *page.evaluate(HAND_MADE)]


def _line(rule: dict[str, Any], node: dict[str, Any]) -> str:
    where = " ".join(map(str, node["target"]))
    return f"{rule['id']} ({rule['help']}): {where}: {node['html'][:160]}"


def expect_faultless(page: Page, addresses: Sequence[str] = ()) -> None:
    """Fail with every fault of these pages, or of the one that is shown."""
    found = {}
    for address in addresses:
        page.goto(address)
        found[address] = faults(page)
    if not addresses:
        found[page.url] = faults(page)
    lines = [f"{address}\n    {each}" for address, wrong in found.items() for each in wrong]
    if lines:
        pytest.fail("\n".join(lines), pytrace=False)


def refusals(page: Page) -> list[str]:
    """What the browser will have refused on this page by the content policy; grows by itself."""
    found: list[str] = []

    def note(said: ConsoleMessage) -> None:
        if "Content Security Policy" in said.text:
            found.append(f"{page.url}: {said.text}")

    page.on("console", note)
    return found

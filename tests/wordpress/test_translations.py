"""Every text that people read can be translated, and the template for it is complete.

`UPDATE_POT=1` writes the template anew.
"""

import os
import re

import pytest

from tests.wordpress.php import SLUG, Php
from tests.wordpress.source import Source
from tests.wordpress.translations import FUNCTIONS, HEAD, TEMPLATE, key_of, template

PLACEHOLDER = re.compile(r"%(?:\d+\$)?[sd]")


@pytest.fixture(scope="module")
def source(plugin: Php) -> Source:
    return Source(plugin, FUNCTIONS)


def test_every_text_is_a_literal_in_the_plugin_s_own_domain(source: Source) -> None:
    calls = list(source.calls(*FUNCTIONS))
    assert len(calls) > 60
    for call in calls:
        assert key_of(call) is not None, call
        assert call.arguments[-1] == SLUG, call


def test_translators_are_told_what_stands_in_a_placeholder(source: Source) -> None:
    for call in source.calls(*FUNCTIONS):
        places = set(PLACEHOLDER.findall(call.arguments[0] or ""))
        assert bool(places) == bool(call.comment), call
        numbers = re.findall(r"\b(\d): ", call.comment)
        assert len(places) == (len(numbers) or (len(places) and 1)), call


def test_several_placeholders_are_numbered(source: Source) -> None:
    """Another language may need another order."""
    for call in source.calls(*FUNCTIONS):
        places = PLACEHOLDER.findall(call.arguments[0] or "")
        assert len(places) < 2 or all("$" in place for place in places), call


def test_the_template_holds_exactly_the_texts_of_the_source(source: Source) -> None:
    text = template(source)
    if os.environ.get("UPDATE_POT"):
        TEMPLATE.write_text(text)
    assert TEMPLATE.read_text() == text, "UPDATE_POT=1 writes the template anew"
    assert text.startswith(HEAD)
    assert text.count("\nmsgid ") > 60

"""Answers of a real store, from tests/recordings/samples/rest.jsonl.gz."""

import gzip
import json
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).parents[2] / "recordings" / "samples" / "rest.jsonl.gz"
KEPT = (
    "system_status", "settings/general", "settings/tax", "taxes", "taxes/classes", "products",
    "customers", "data/currencies/current",
)  # fmt: skip
"""What nothing in the fake changes."""

Json = dict[str, Any]


@cache
def recordings() -> tuple[Json, ...]:
    """All of them: `name`, `request`, `status`, `headers`, `body`."""
    with gzip.open(FILE, "rt") as lines:
        return tuple(map(json.loads, lines))


@cache
def answers() -> dict[str, Json]:
    """The recordings of what is kept, by path."""
    return {
        path: each
        for each in recordings()
        for path in [each["request"].partition("/wc/v3/")[2].partition("?")[0]]
        if path in KEPT
    }


def recorded(name: str) -> Json:
    """One recording by its name."""
    return next(each for each in recordings() if each["name"] == name)

"""docs/clients.md names every error and every note, and says of each error whether it passes."""

import re

from connections.clients.errors import ERRORS, NeedsPersonError, TryLaterError
from connections.clients.protocol import Note, Way
from tests.server import PROJECT

TEXT = (PROJECT / "docs/clients.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| `?([a-z_]+)`? \| (yes|no|[^|]*)", TEXT, re.MULTILINE)


def test_every_error_is_told_with_whether_it_passes() -> None:
    told = {code: rest.strip() for code, rest in ROWS}
    for code, error in ERRORS.items():
        assert told[code] == ("yes" if issubclass(error, TryLaterError) else "no"), code
        assert issubclass(error, NeedsPersonError) is (told[code] == "no")


def test_every_note_and_every_way_is_told() -> None:
    told = {code for code, _ in ROWS}
    assert {note.value for note in Note} <= told
    assert {way.value for way in Way} <= told
    assert told <= {*ERRORS, *Note, *Way, "way", "code", "note"}

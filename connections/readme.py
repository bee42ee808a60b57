"""WordPress's readme.txt: its head and its sections, as HTML in which nothing of it is live."""

import re
from dataclasses import dataclass
from functools import lru_cache

from markdown_it import MarkdownIt

_SECTION = re.compile(r"^== *(.+?) *==[ \t]*$", re.MULTILINE)
_HEADING = re.compile(r"^= *(.+?) *=[ \t]*$", re.MULTILINE)
_FIELD = re.compile(r"^([A-Za-z][A-Za-z ]*):[ \t]*(.+?)[ \t]*$", re.MULTILINE)
_NAMES = {"frequently asked questions": "faq"}


@dataclass(frozen=True, slots=True)
class Readme:
    """`fields` of the head by name, such as "Tested up to"; `sections` by name in small letters."""

    fields: dict[str, str]
    sections: dict[str, str]


def read_readme(text: str) -> Readme:
    """Read a readme.txt; what is missing in it is missing here."""
    text = text.replace("\r\n", "\n")
    head, *rest = _SECTION.split(text.partition("===\n")[2] or text)
    titles, bodies = rest[::2], rest[1::2]
    return Readme(
        fields=dict(_FIELD.findall(head)),
        sections={_name(title): _as_html(body) for title, body in zip(titles, bodies, strict=True)},
    )


def _name(title: str) -> str:
    return _NAMES.get(title.lower(), title.lower())


def _as_html(body: str) -> str:
    """WordPress writes headings as `= … =` and the rest in Markdown; tags are text here."""
    return str(_markdown().render(_HEADING.sub(r"#### \1", body))).strip()


@lru_cache(maxsize=1)
def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).disable("image")

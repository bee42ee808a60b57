"""The template for translators, made from the source: languages/counterfoil-for-woocommerce.pot.

It names files but not lines, so that it changes when a text does and not with every other change.
"""

import re
from dataclasses import dataclass, field

from tests.wordpress.php import MAIN_FILE, PLUGIN, SLUG
from tests.wordpress.source import Called, Source

TEMPLATE = PLUGIN / "languages" / f"{SLUG}.pot"
PLAIN = ("__", "_e", "esc_html__", "esc_html_e", "esc_attr__", "esc_attr_e")
WITH_CONTEXT = ("_x", "_ex", "esc_html_x", "esc_attr_x")
PLURAL, PLURAL_WITH_CONTEXT = "_n", "_nx"
FUNCTIONS = (*PLAIN, *WITH_CONTEXT, PLURAL, PLURAL_WITH_CONTEXT)
OF_HEAD = ("Plugin Name", "Description")

HEAD = f"""\
# Translations of Counterfoil for WooCommerce. License: MIT.
msgid ""
msgstr ""
"Project-Id-Version: Counterfoil for WooCommerce\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"X-Domain: {SLUG}\\n"
"""

Key = tuple[str | None, str, str | None]


@dataclass
class Entry:
    """A text to translate, once, with the files that use it and what translators are told."""

    context: str | None
    text: str
    plural: str | None
    files: list[str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)

    def seen(self, file: str, comment: str) -> None:
        """Note where it stands."""
        if file not in self.files:
            self.files.append(file)
        if comment and comment not in self.comments:
            self.comments.append(comment)

    def lines(self) -> list[str]:
        """As it stands in the template."""
        found = [f"#. translators: {comment}" for comment in self.comments]
        found += [f"#: {file}" for file in self.files]
        if any("%" in part for part in (self.text, self.plural or "")):
            found.append("#, php-format")
        if self.context is not None:
            found.append(f"msgctxt {quoted(self.context)}")
        found.append(f"msgid {quoted(self.text)}")
        if self.plural is None:
            return [*found, 'msgstr ""']
        return [*found, f"msgid_plural {quoted(self.plural)}", 'msgstr[0] ""', 'msgstr[1] ""']


def key_of(call: Called) -> Key | None:
    """Context, text and plural of a call; None where one of them is not a quoted text."""
    given: list[str | None] = [*call.arguments, None, None, None, None]
    context = plural = None
    wanted = [given[0]]
    if call.function in WITH_CONTEXT:
        context = given[1]
        wanted += [context]
    elif call.function == PLURAL:
        plural = given[1]
        wanted += [plural]
    elif call.function == PLURAL_WITH_CONTEXT:
        plural, context = given[1], given[3]
        wanted += [plural, context]
    return (context, given[0] or "", plural) if None not in wanted else None


def template(source: Source) -> str:
    """The whole template."""
    entries: dict[Key, Entry] = {}
    for name in OF_HEAD:
        key = (None, head_field(name), None)
        entries.setdefault(key, Entry(*key)).seen(MAIN_FILE.name, f"{name} of the plugin")
    for call in source.calls(*FUNCTIONS):
        found = key_of(call)
        if found is not None:
            entries.setdefault(found, Entry(*found)).seen(call.file, call.comment)
    return "\n".join([HEAD, *("\n".join([*each.lines(), ""]) for each in entries.values())])


def head_field(name: str) -> str:
    """A field of the main file's head."""
    found = re.search(rf"^ \* {name}: +(.+)$", MAIN_FILE.read_text(), re.MULTILINE)
    assert found, f"the plugin's head has no {name}"
    return found[1]


def quoted(text: str) -> str:
    """As gettext quotes."""
    inner = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{inner}"'

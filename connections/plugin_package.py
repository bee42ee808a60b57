"""The WordPress plugin as this server hands it out: the zip, its version, the update answer.

Everything is read from the plugin's folder when it is asked for; what was built stays in memory
until a file of it changes.
"""

import hashlib
import io
import re
import zipfile
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from urllib.parse import quote

from connections.readme import read_readme

SLUG = "counterfoil-for-woocommerce"
MAIN_FILE = f"{SLUG}.php"
KINDS = frozenset({".php", ".css", ".js", ".txt", ".pot", ".po", ".mo", ".svg"})
_HEAD_LENGTH = 8192
"""WordPress reads no further for a plugin's head."""

_EPOCH = (1980, 1, 1, 0, 0, 0)
_ORDINARY_FILE = 0o100644 << 16
_NO_UPDATES = re.compile(rb"^( \* Update URI: +)false$", re.MULTILINE)

Files = tuple[tuple[str, int, int], ...]


class NoPluginError(Exception):
    """The plugin's folder has no main file with a version in its head."""


@dataclass(frozen=True, slots=True)
class Package:
    """The plugin for one server: the zip's bytes, and what WordPress wants to know about it."""

    version: str
    archive: bytes
    facts: dict[str, object]

    @property
    def etag(self) -> str:
        """The same for the same bytes."""
        return hashlib.sha256(self.archive).hexdigest()[:32]


def package_of(folder: Path, server: str) -> Package:
    """The plugin for the server at this address, from its present source.

    :raises NoPluginError: when there is none.
    """
    return _build(folder, server.rstrip("/"), _files(folder))


def zip_address(server: str, version: str) -> str:
    """Where that server hands out the zip of this version."""
    return f"{server}/plugin/{SLUG}-{version}.zip"


def is_older(version: str, than: str) -> bool:
    """Whether a version of digits and dots comes before another; an unknown one does not."""
    return bool(version) and _numbers(version) < _numbers(than)


def _numbers(version: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", version)]


def _files(folder: Path) -> Files:
    """The files that go into the zip, by name, each with its size and the time of its change."""
    found = []
    for path in folder.rglob("*"):
        name = path.relative_to(folder)
        if path.suffix in KINDS and path.is_file() and not _is_hidden(name):
            about = path.stat()
            found.append((name.as_posix(), about.st_size, about.st_mtime_ns))
    return tuple(sorted(found))


def _is_hidden(name: Path) -> bool:
    return any(part.startswith(".") for part in name.parts)


@lru_cache(maxsize=4)
def _build(folder: Path, server: str, files: Files) -> Package:
    names = [name for name, _, _ in files]
    if MAIN_FILE not in names:
        raise NoPluginError(f"There is no {MAIN_FILE} in the plugin's folder.")
    head = _head(folder)
    if "Version" not in head:
        raise NoPluginError(f"The head of {MAIN_FILE} names no version.")
    archive = _zipped({name: _content(folder, name, server) for name in names})
    changed = max(changed for _, _, changed in files)
    return Package(head["Version"], archive, _facts(folder, head, server, changed))


def _head(folder: Path) -> dict[str, str]:
    """The fields of the main file's comment, as WordPress reads them."""
    start = (folder / MAIN_FILE).read_bytes()[:_HEAD_LENGTH].decode(errors="replace")
    fields = re.findall(r"^[ \t/*#@]*([A-Z][A-Za-z ]+?):[ \t]*(.+?)[ \t\r]*$", start, re.MULTILINE)
    return dict(reversed(fields))


def _facts(folder: Path, head: dict[str, str], server: str, changed: int) -> dict[str, object]:
    """WordPress's update data; what the source does not say is left out."""
    readme_file = folder / "readme.txt"
    readme = read_readme(readme_file.read_text("utf-8") if readme_file.is_file() else "")
    version, home = head["Version"], head.get("Plugin URI", server)
    facts: dict[str, object] = {
        "name": head.get("Plugin Name"),
        "slug": SLUG,
        "version": version,
        "package": zip_address(server, version),
        "url": home,
        "homepage": home,
        "author": head.get("Author"),
        "requires": head.get("Requires at least"),
        "tested": readme.fields.get("Tested up to"),
        "requires_php": head.get("Requires PHP"),
        "wc_tested": readme.fields.get("WC tested up to") or head.get("WC tested up to"),
        "last_updated": f"{datetime.fromtimestamp(changed / 1e9, UTC):%Y-%m-%dT%H:%M:%SZ}",
        "sections": readme.sections,
    }
    return {name: fact for name, fact in facts.items() if fact is not None}


def _content(folder: Path, name: str, server: str) -> bytes:
    """A file as it goes into the zip: two of them learn the server's address."""
    if name == "server.php":
        return _server_php(server)
    content = (folder / name).read_bytes()
    if name == MAIN_FILE:
        address = f"{_harmless(server)}/plugin/{SLUG}".encode()
        content = _NO_UPDATES.sub(lambda line: line[1] + address, content)
    return content


def _server_php(server: str) -> bytes:
    return f"<?php\ndefined( 'ABSPATH' ) || exit;\nreturn '{_harmless(server)}';\n".encode()


def _harmless(address: str) -> str:
    """The address without anything that could end a PHP string, a comment or a line."""
    return quote(address, safe="-._~:/[]@%?&=+,")


def _zipped(contents: dict[str, bytes]) -> bytes:
    """The same contents give the same bytes: no time, no order of the disk, no rights in it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in sorted(contents.items()):
            entry = zipfile.ZipInfo(f"{SLUG}/{name}", _EPOCH)
            entry.external_attr, entry.create_system = _ORDINARY_FILE, 3
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED, compresslevel=9)
    return buffer.getvalue()

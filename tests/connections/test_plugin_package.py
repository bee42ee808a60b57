"""The zip, its address inside, and what WordPress is told about updates."""

import io
import os
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from connections.plugin_package import KINDS, MAIN_FILE, NoPluginError, is_older, package_of
from connections.readme import read_readme

TOP = "counterfoil-for-woocommerce/"
SERVER = "https://books.example.com"
MAIN = """<?php
/**
 * Plugin Name:       Counterfoil for WooCommerce
 * Version:           1.2.3
 * Requires at least: 6.5
 * Requires PHP:      7.4
 * Author:            Counterfoil
 * Update URI:        false
 */
echo 'Update URI:        false';
"""
README = """=== Counterfoil for WooCommerce ===
Tested up to: 6.9
WC tested up to: 10.5

Books.

== Description ==

Sends **each** order; see `server.php` & [the site](https://example.com/?a=1&b=2).
<script>alert(1)</script> [press](javascript:alert(1)) <img src=x onerror=alert(1)>

= What leaves the store =

* the order
* not <b>more</b>

== Installation ==
1. Upload

== Frequently Asked Questions ==
= Why? =
Because.

== Changelog ==
= 1.2.3 =
* First.
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small plugin, with files beside it that are not for merchants."""
    files = {
        MAIN_FILE: MAIN,
        "server.php": "<?php\nreturn '';\n",
        "readme.txt": README,
        "includes/hooks.php": "<?php\n",
        "assets/page.css": "p{}",
        "assets/icon.svg": "<svg/>",
        "languages/a.pot": "",
        ".secret.php": "<?php",
        ".git/config.txt": "x",
        "notes.md": "x",
        "composer.json": "{}",
        "tests/run.sh": "x",
    }
    for name, text in files.items():
        path = tmp_path / "plugin" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path / "plugin"


def read(archive: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        assert opened.testzip() is None
        return {name.removeprefix(TOP): opened.read(name).decode() for name in opened.namelist()}


def test_only_what_belongs_to_a_plugin_is_in_it_under_one_folder(folder: Path) -> None:
    archive = package_of(folder, SERVER).archive
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        names = opened.namelist()
    assert names == [
        f"{TOP}{name}"
        for name in (
            "assets/icon.svg", "assets/page.css", MAIN_FILE, "includes/hooks.php",
            "languages/a.pot", "readme.txt", "server.php",
        )
    ]  # fmt: skip


def test_the_servers_address_stands_in_two_places_and_all_else_is_as_it_was(folder: Path) -> None:
    files = read(package_of(folder, SERVER).archive)
    assert files["server.php"] == (
        "<?php\ndefined( 'ABSPATH' ) || exit;\nreturn 'https://books.example.com';\n"
    )
    changed = " * Update URI:        https://books.example.com/plugin/counterfoil-for-woocommerce\n"
    assert files[MAIN_FILE] == MAIN.replace(" * Update URI:        false\n", changed)
    assert files["readme.txt"] == README


def test_the_same_source_gives_the_same_bytes_wherever_and_whenever(folder: Path) -> None:
    first = package_of(folder, SERVER)
    copy = folder.with_name("copy")
    shutil.copytree(folder, copy)
    for path in copy.rglob("*"):
        os.utime(path, (1_000_000_000, 1_000_000_000))
        path.chmod(0o700)
    assert package_of(copy, SERVER).archive == first.archive
    with zipfile.ZipFile(io.BytesIO(first.archive)) as opened:
        about = {(each.date_time, each.external_attr >> 16) for each in opened.infolist()}
    assert about == {((1980, 1, 1, 0, 0, 0), 0o100644)}
    assert package_of(copy, SERVER).etag == first.etag
    assert package_of(folder, "https://other.example.com").etag != first.etag


def test_a_changed_source_is_served_at_once(folder: Path) -> None:
    old = package_of(folder, SERVER)
    (folder / MAIN_FILE).write_text(MAIN.replace("1.2.3", "1.3.0"))
    new = package_of(folder, SERVER)
    assert (old.version, new.version) == ("1.2.3", "1.3.0")
    assert str(new.facts["package"]).endswith("/counterfoil-for-woocommerce-1.3.0.zip")
    assert "1.3.0" in read(new.archive)[MAIN_FILE]


@pytest.mark.parametrize(
    "address",
    [
        "https://a.example/'; system($_GET['x']); //",
        "https://a.example/\\' . phpinfo() . '",
        "https://a.example/\n';evil();//",
        "https://a.example/\r\n*/ evil(); /*",
        "https://a.example/*/ evil(); /*",
        "https://a.example/<?php ?>",
        "https://a.example/${x}",
    ],
)
def test_an_address_cannot_break_out_of_string_comment_or_line(
    folder: Path, address: str, php: str
) -> None:
    files = read(package_of(folder, address).archive)
    head = files[MAIN_FILE].partition("*/")[0]
    assert len(head.splitlines()) == len(MAIN.partition("*/")[0].splitlines())
    code = f"define('ABSPATH', 1); echo (function () {{ {files['server.php'][5:]} }})();"
    done = subprocess.run([php, "-r", code], capture_output=True, text=True, check=True)
    assert re.fullmatch(r"https://a\.example/[-._~:/\[\]@%?&=+,\w]*", done.stdout)


def test_wordpress_is_told_what_the_source_says(folder: Path) -> None:
    facts = package_of(folder, SERVER).facts
    sections, changed = facts.pop("sections"), str(facts.pop("last_updated"))
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", changed)
    assert facts == {
        "name": "Counterfoil for WooCommerce",
        "slug": "counterfoil-for-woocommerce",
        "version": "1.2.3",
        "package": f"{SERVER}/plugin/counterfoil-for-woocommerce-1.2.3.zip",
        "url": SERVER,
        "homepage": SERVER,
        "author": "Counterfoil",
        "requires": "6.5",
        "tested": "6.9",
        "requires_php": "7.4",
        "wc_tested": "10.5",
    }
    assert isinstance(sections, dict)
    assert list(sections) == ["description", "installation", "faq", "changelog"]


def test_the_readme_is_html_in_which_nothing_is_live() -> None:
    sections = read_readme(README).sections
    assert sections["description"] == (
        "<p>Sends <strong>each</strong> order; see <code>server.php</code> &amp; "
        '<a href="https://example.com/?a=1&amp;b=2">the site</a>.\n'
        "&lt;script&gt;alert(1)&lt;/script&gt; [press](javascript:alert(1)) "
        "&lt;img src=x onerror=alert(1)&gt;</p>\n"
        "<h4>What leaves the store</h4>\n"
        "<ul>\n<li>the order</li>\n<li>not &lt;b&gt;more&lt;/b&gt;</li>\n</ul>"
    )
    assert sections["installation"] == "<ol>\n<li>Upload</li>\n</ol>"
    assert sections["faq"] == "<h4>Why?</h4>\n<p>Because.</p>"
    assert sections["changelog"] == "<h4>1.2.3</h4>\n<ul>\n<li>First.</li>\n</ul>"


@pytest.mark.parametrize("text", ["", "=== x ===\n", "== Changelog ==", "no readme at all", "\r\n"])
def test_a_readme_with_little_in_it_is_read_all_the_same(text: str) -> None:
    assert "description" not in read_readme(text).sections


def test_without_a_main_file_or_a_version_there_is_no_plugin(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(NoPluginError):
        package_of(tmp_path / "nowhere", SERVER)
    (folder / MAIN_FILE).write_text("<?php\n")
    with pytest.raises(NoPluginError):
        package_of(folder, SERVER)


@pytest.mark.parametrize(
    ("one", "other", "older"),
    [
        ("0.1.0", "0.2.0", True),
        ("0.9.0", "0.10.0", True),
        ("0.1.0", "0.1.0", False),
        ("0.2", "0.1.9", False),
        ("", "0.1.0", False),
    ],
)
def test_versions_are_compared_by_their_numbers(one: str, other: str, older: bool) -> None:
    assert is_older(one, other) is older


# The real folder.


def test_the_plugin_that_we_ship_is_whole(settings: Settings) -> None:
    package = package_of(settings.PLUGIN_FOLDER, SERVER)
    files = read(package.archive)
    assert re.fullmatch(r"\d+\.\d+\.\d+", package.version)
    assert f"return '{SERVER}';" in files["server.php"]
    assert f"Update URI:        {SERVER}/plugin/counterfoil-for-woocommerce\n" in files[MAIN_FILE]
    assert all(Path(name).suffix in KINDS for name in files)
    required = set(re.findall(r"require_once __DIR__ \. '/([^']+)'", files[MAIN_FILE]))
    assert required <= set(files)


# Over HTTP.


def test_the_zip_is_fetched_by_anyone_and_asked_for_again_by_its_tag(
    folder: Path, settings: Settings
) -> None:
    settings.PLUGIN_FOLDER, settings.PUBLIC_URL = folder, SERVER
    address = "/plugin/counterfoil-for-woocommerce-1.2.3.zip"
    answer = Client().get(address)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/zip"
    assert answer["Cache-Control"] == "no-cache"
    assert 'filename="counterfoil-for-woocommerce-1.2.3.zip"' in answer["Content-Disposition"]
    assert f"return '{SERVER}';" in read(answer.content)["server.php"]
    again = Client().get(address, headers={"If-None-Match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    (folder / "readme.txt").write_text("=== x ===\n")
    assert Client().get(address, headers={"If-None-Match": answer["ETag"]}).status_code == 200
    assert Client().head(address).status_code == 200


@pytest.mark.parametrize("version", ["1.2.2", "1.2.3.zip", "x", "1.2.3%00", ".."])
def test_another_version_is_not_found(version: str, folder: Path, settings: Settings) -> None:
    settings.PLUGIN_FOLDER = folder
    answer = Client().get(f"/plugin/counterfoil-for-woocommerce-{version}.zip")
    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == "unknown_version"


def test_the_update_answer_is_open_and_not_cached(folder: Path, settings: Settings) -> None:
    settings.PLUGIN_FOLDER, settings.PUBLIC_URL = folder, SERVER
    answer = Client().get("/api/plugin/v1/update")
    assert answer.json() == package_of(folder, SERVER).facts
    assert answer["Cache-Control"] == "no-store"

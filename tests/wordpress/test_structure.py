"""How the plugin is put together: guards, one prefix, one version, nothing left behind."""

import re
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.wordpress.php import MAIN_FILE, PLUGIN, SLUG, STRICT, Php, files
from tests.wordpress.source import Source
from tests.wordpress.translations import head_field

OPTION_FUNCTIONS = ("get_option", "add_option", "update_option", "delete_option")
TRANSIENT_FUNCTIONS = ("get_transient", "set_transient", "delete_transient")
HOOKING = ("add_action", "add_filter", "register_activation_hook", "register_deactivation_hook")
SCHEDULING = (
    "counterfoil_schedule",
    "as_schedule_single_action",
    "as_schedule_recurring_action",
    "as_enqueue_async_action",
)
WORDPRESS_S_OPTIONS = {"home", "date_format", "time_format"}
MARK = {"uninstall.php": "WP_UNINSTALL_PLUGIN"}
README = (PLUGIN / "readme.txt").read_text()


@pytest.fixture(scope="module")
def source(plugin: Php) -> Source:
    calls = (*OPTION_FUNCTIONS, *TRANSIENT_FUNCTIONS, *HOOKING, *SCHEDULING, "define")
    return Source(plugin, calls)


def readme_field(name: str) -> str:
    found = re.search(rf"^{name}: (.+)$", README, re.MULTILINE)
    assert found, f"readme.txt has no {name}"
    return found[1]


def test_every_file_begins_with_strict_types_and_a_guard() -> None:
    """The server's address is a return and no more: it is written anew for each zip."""
    for path in files():
        mark = MARK.get(path.name, "ABSPATH")
        strict = "" if path.name == "server.php" else r"declare\( strict_types=1 \);\n\n"
        guard = rf"defined\( '{mark}' \) \|\| exit;\n"
        head = rf"<\?php\n/\*\*.*?\*/\n\n{strict}(use [\w\\]+;\n)*\n?{guard}"
        assert re.match(head, path.read_text(), re.DOTALL), path.name
        assert "?>" not in path.read_text(), path.name


def test_a_file_that_is_called_by_itself_does_nothing(php: str) -> None:
    def called(path: Path) -> tuple[int, bytes, bytes]:
        done = subprocess.run([php, *STRICT, path], capture_output=True, check=False)
        return done.returncode, done.stdout, done.stderr

    with ThreadPoolExecutor() as pool:
        assert set(pool.map(called, files())) == {(0, b"", b"")}


def test_every_file_is_loaded_by_the_main_file() -> None:
    loaded = re.findall(r"require_once __DIR__ \. '/(.+?)';", MAIN_FILE.read_text())
    assert len(loaded) == len(set(loaded))
    present = {path.relative_to(PLUGIN).as_posix() for path in files()}
    assert present == {*loaded, MAIN_FILE.name, "server.php", "uninstall.php"}


def test_every_name_begins_with_the_prefix(source: Source) -> None:
    functions = source.declared("function")
    constants = [each.name for each in source.declared("const")]
    constants += [str(call.first) for call in source.calls("define")]
    assert len(functions) > 100
    assert [each for each in functions if not each.name.startswith("counterfoil_")] == []
    assert len(constants) > 5
    assert [name for name in constants if not name.startswith("COUNTERFOIL_")] == []
    assert source.declared("class") == []


def test_no_name_is_declared_twice(source: Source) -> None:
    names = [each.name for kind in ("function", "const") for each in source.declared(kind)]
    assert len(names) == len(set(names))


def test_every_version_is_the_same_wherever_it_stands(source: Source) -> None:
    version = head_field("Version")
    assert f"define( 'COUNTERFOIL_VERSION', '{version}' );" in source.texts[MAIN_FILE.name]
    assert readme_field("Stable tag") == version
    for name in ("Requires at least", "Requires PHP", "License", "WC requires at least"):
        assert readme_field(name) == head_field(name)
    assert readme_field("WC tested up to") == head_field("WC tested up to")
    assert readme_field("=== .+ ===\nContributors")
    assert README.startswith(f"=== {head_field('Plugin Name')} ===\n")


def test_the_head_says_what_wordpress_needs() -> None:
    assert MAIN_FILE.parent.name == SLUG
    assert head_field("Text Domain") == SLUG
    assert head_field("Domain Path") == "/languages"
    assert head_field("Update URI") == "false", "a server writes its own into the zip"
    assert "Requires Plugins" not in MAIN_FILE.read_text(), "it hides our own notice"


def test_uninstalling_removes_every_option(source: Source) -> None:
    settings = source.texts["includes/settings.php"]
    listed = re.search(r"const COUNTERFOIL_OPTIONS = array\((.+?)\);", settings, re.DOTALL)
    assert listed
    removed = set(re.findall(r"'(\w+)'", listed[1]))
    calls = list(source.calls(*OPTION_FUNCTIONS))
    used = {call.first for call in calls if call.file != "uninstall.php"}
    assert None not in used, "an option whose name is made up cannot be found"
    assert used - WORDPRESS_S_OPTIONS == removed
    assert "foreach ( COUNTERFOIL_OPTIONS as" in source.texts["uninstall.php"]


def test_uninstalling_removes_every_transient_with_a_name(source: Source) -> None:
    calls = [call for call in source.calls(*TRANSIENT_FUNCTIONS) if call.first]
    removed = {call.first for call in calls if call.file == "uninstall.php"}
    assert {call.first for call in calls} == removed != set()


def test_uninstalling_removes_every_action_from_the_queue(source: Source) -> None:
    calls = list(source.calls(*SCHEDULING))
    scheduled = {word for call in calls for word in call.arguments if word} - {"counterfoil"}
    assert len(scheduled) > 2
    found = re.search(r"hook IN \((.+?)\)", source.texts["uninstall.php"])
    assert found
    assert set(re.findall(r"'(\w+)'", found[1])) == scheduled


def test_uninstalling_drops_the_table(source: Source) -> None:
    made = re.search(r"\$wpdb->prefix \. '(\w+)'", source.texts["includes/table.php"])
    assert made
    assert f'DROP TABLE IF EXISTS {{$wpdb->prefix}}{made[1]}"' in source.texts["uninstall.php"]


def test_whatever_is_hooked_is_a_function_of_the_plugin(source: Source) -> None:
    functions = {each.name for each in source.declared("function")}
    hooked = [call.arguments[1] for call in source.calls("add_action", "add_filter")]
    named = [name for name in hooked if name]
    assert len(named) > 20
    assert [name for name in named if name not in functions] == []

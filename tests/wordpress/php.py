"""The plugin's PHP, called without WordPress: many calls to a process, values in and out."""

import base64
import json
import re
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
PLUGIN = HERE.parents[1] / "connections/plugin/counterfoil-for-woocommerce"
SLUG = PLUGIN.name
MAIN_FILE = PLUGIN / f"{SLUG}.php"
STRICT = ("-d", "error_reporting=-1", "-d", "display_errors=stderr", "-d", "log_errors=0")

OPTIONS = {
    "home": "https://shop.example.com/",
    "timezone_string": "Asia/Kolkata",
    "woocommerce_price_num_decimals": "2",
    "woocommerce_prices_include_tax": "no",
}

Json = dict[str, Any]
Call = tuple[str, Sequence[Any]]


class Php:
    """PHP's command line, with the plugin's files of values at hand."""

    def __init__(self, program: str) -> None:
        self.program = program

    def run(self, script: Path, asked: Any) -> Any:
        """Run a script on JSON; anything on stderr is an error, as is every warning of PHP."""
        done = subprocess.run(
            [self.program, *STRICT, script],
            input=json.dumps(asked).encode(),
            capture_output=True,
            check=False,
        )
        problems = done.stderr.decode(errors="replace")
        assert (done.returncode, problems) == (0, ""), problems
        return json.loads(done.stdout)

    def calls(self, calls: Iterable[Call], options: Mapping[str, Any] | None = None) -> list[Any]:
        """Call functions of the plugin, one after another, in one process."""
        asked = {
            "plugin": str(PLUGIN),
            "version": version(),
            "options": {**OPTIONS, **(options or {})},
            "calls": list(calls),
        }
        answers: list[Any] = self.run(HERE / "run.php", asked)
        return answers

    def call(self, function: str, *arguments: Any) -> Any:
        """Call one function of the plugin."""
        return self.calls([(function, arguments)])[0]

    def each(self, function: str, arguments: Iterable[Any]) -> list[Any]:
        """Call a function once for each single argument."""
        return self.calls((function, [argument]) for argument in arguments)


def order_argument(order: Json, refunds: Sequence[Json]) -> Json:
    """An argument that becomes a WC_Order, of what the REST API says of it and its refunds."""
    return {"$order": {"order": order, "refunds": list(refunds)}}


def bytes_argument(content: bytes) -> Json:
    """An argument that becomes a string of these bytes."""
    return {"$bytes": base64.b64encode(content).decode()}


def files() -> list[Path]:
    """Every PHP file of the plugin."""
    return sorted(PLUGIN.rglob("*.php"))


def version() -> str:
    """The plugin's version, as its head has it."""
    found = re.search(r"^ \* Version: +(\S+)$", MAIN_FILE.read_text(), re.MULTILINE)
    assert found, "the plugin's head names no version"
    return found[1]

"""The plugin's source: what it declares, and what it calls with which texts."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tests.wordpress.php import HERE, PLUGIN, Php, files


@dataclass(frozen=True, slots=True)
class Declared:
    """A function, constant or class; `kind` is the word that declares it."""

    file: str
    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class Called:
    """A call by name. An argument that is not one quoted text is None."""

    file: str
    function: str
    arguments: tuple[str | None, ...]
    comment: str

    @property
    def first(self) -> str | None:
        """The first argument."""
        return self.arguments[0] if self.arguments else None


class Source:
    """All PHP files of the plugin, read once."""

    def __init__(self, php: Php, calls: Iterable[str]) -> None:
        self.texts = {path.relative_to(PLUGIN).as_posix(): path.read_text() for path in files()}
        self._facts = php.run(HERE / "source.php", {"files": self.texts, "calls": list(calls)})

    def declared(self, kind: str) -> list[Declared]:
        """What is declared by `function`, `const` or `class`."""
        return [
            Declared(file, *each)
            for file, facts in self._facts.items()
            for each in facts["declares"]
            if each[0] == kind
        ]

    def calls(self, *functions: str) -> Iterator[Called]:
        """The calls of some functions, file by file, in the order in which they stand."""
        for file, facts in self._facts.items():
            for function, arguments, comment in facts["calls"]:
                if function in functions:
                    yield Called(file, function, tuple(arguments), comment)

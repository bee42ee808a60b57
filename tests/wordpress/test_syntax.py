"""The plugin's PHP is right, and understood by every PHP from 7.4 on."""

import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.wordpress.php import HERE, MAIN_FILE, STRICT, Php, files

NEWER = {
    "match": "$a = match ($b) { 1 => 2, default => 3 };",
    "an enum": "enum Suit: string { case Hearts = 'H'; }",
    "readonly": "class A { public readonly int $b; }",
    "an attribute": "#[Deprecated]\nfunction f() {}",
    "the nullsafe operator": "$a = $b?->c;",
    "throw as an expression": "$a = $b ?? throw new Exception();",
    "new in an initialiser": "function f( $a = new B() ) {}",
    "an expression after new or instanceof": "$a = new ( $b . 'C' )();",
    "catch without a variable": "try { f(); } catch ( Exception ) { g(); }",
    "a final constant": "class A { final public const B = 1; }",
    "a function that is newer: get_debug_type": "$a = get_debug_type( $b );",
    "an octal number with 0o": "$a = 0o17;",
    "::class of an object": "$a = $b::class;",
    "a named argument": "f( $a, strict: true );",
    "a first-class callable": "$a = strlen( ... );",
    "a comma behind the last parameter": "function f( $a, $b, ) {}",
    "a promoted property": "class A { public function __construct( private $b ) {} }",
    "a union type": "function f( int|string $a ) {}",
    "an intersection type": "function f( A&B $a ) {}",
    "the type mixed": "function f( mixed $a ) {}",
    "the type static": "class A { public function f(): static { return $this; } }",
    "the type never": "function f(): never { exit; }",
    "nullable by its default, deprecated": "function f( int $a = null ) {}",
    "${} in a string, deprecated": '$a = "${b}";',
}
AND_SO = {
    "a match in a call": ("match", "f( match ( true ) { default => 1 } );"),
    "throw in a choice": ("throw as an expression", "$a = $b ? 1 : throw new Exception();"),
    "throw in an arrow": ("throw as an expression", "$a = fn() => throw new Exception();"),
    "new in a static": ("new in an initialiser", "function f() { static $a = new B(); }"),
    "new in a constant": ("new in an initialiser", "const A = new B();"),
    "instanceof of text": (
        "an expression after new or instanceof",
        "$a = $b instanceof ( $c );",
    ),
    "a closure's uses": ("a comma behind the last parameter", "$a = function () use ( $b, ) {};"),
    "a union returned": ("a union type", "function f(): int|false { return 1; }"),
    "false in a union": ("the type false", "function f(): int|false { return 1; }"),
    "a union of an arrow": ("a union type", "$a = static fn( A|B $c ): ?int => 1;"),
    "a union of a property": ("a union type", "class A { private static int|string $b = 1; }"),
    "a mixed property": ("the type mixed", "class A { public mixed $b; }"),
    "null alone": ("the type null", "function f(): null {}"),
    "a method as callable": ("a first-class callable", "$a = $b->c( ... );"),
    "a first named argument": ("a named argument", "$a = new A( b: 1 );"),
    "a function from the root": (
        "a function that is newer: array_find",
        "$a = \\array_find( $b, $c );",
    ),
    "a readonly class": ("readonly", "final readonly class A {}"),
    "a promoted readonly": ("readonly", "class A { function __construct( readonly int $b ) {} }"),
}  # fmt: skip
OF_OLD = """
namespace A;
use function B\\c;
/** @return mixed|static never null */
const LIMIT = 017;
abstract class A { const B = 1; public static ?int $c = null; private array $d = array(); var $e;
  abstract protected function &f( ?self $a = null, int ...$b ): ?array;
  public function match( $static = null ) { return static::class . self::B . B::class; }
  public function throw(): self { return new static( $this->match( 1 ), $this->enum ); } }
function g( array &$a, $b = null, callable $c = \\STR, ?int $d = null ) {
  switch ( $a ) { case LIMIT: throw new \\E(); default: throw new \\E( $a ? X : Y ); }
  try { h( $a | 1, ...$b ); } catch ( \\E | \\F $e ) { if ( $a ) throw $e; else throw $a; }
  $f = static function ( $x ) use ( &$a, $b ): bool { return $x instanceof A || $x & $a; };
  static $cache = null; $cache ??= new B(); $y = fn( int $x ): int => $x ?: 1; f( $a, $b, );
  $readonly = readonly( $enum ); $z = array_find; $q = $a ? f( B ) : c( D );
  list( , $r ) = [ ...$a, 'new', "x $y {$z}" ]; $s = new class( $a ) extends B { public $p = 1; };
  return ( new B() )->array_find( 1 ) ?? B::array_any( 2 );
}
if ( $a ): f( $b ); elseif ( $c ): g(); endif; goto_x( 'enum Suit' ); // str $a ?-> b; match ( x )
"""


@pytest.fixture(scope="session")
def found_in(php: str) -> "Finder":
    return Finder(php)


class Finder:
    """What is newer than PHP 7.4 in some sources, by name."""

    def __init__(self, php: str) -> None:
        self.php = Php(php)

    def __call__(self, sources: dict[str, str]) -> dict[str, list[tuple[int, str]]]:
        found = self.php.run(HERE / "syntax.php", {"files": sources})
        return {name: [(line, what) for line, what in each] for name, each in found.items()}


def test_every_file_is_php_without_a_warning(php: str) -> None:
    def lint(path: Path) -> tuple[int, bytes]:
        done = subprocess.run(
            [php, *STRICT, "-l", path], stdout=-1, stderr=subprocess.STDOUT, check=False
        )
        return done.returncode, done.stdout.strip()

    with ThreadPoolExecutor() as pool:
        results = dict(zip(files(), pool.map(lint, files()), strict=True))
    assert len(results) > 20
    assert MAIN_FILE in results
    for path, result in results.items():
        assert result == (0, f"No syntax errors detected in {path}".encode())


def test_no_file_uses_what_php_7_4_does_not_know(found_in: Finder) -> None:
    sources = {path.name: path.read_text() for path in files()}
    assert found_in(sources) == {name: [] for name in sources}


def test_these_tests_own_php_is_as_old(found_in: Finder) -> None:
    """So that they can be tried with PHP 7.4 itself."""
    sources = {path.name: path.read_text() for path in HERE.glob("*.php")}
    assert found_in(sources) == {name: [] for name in sources}


def test_what_is_newer_is_found(found_in: Finder) -> None:
    found = found_in({what: f"<?php\n\n{code}" for what, code in NEWER.items()})
    for what in NEWER:
        assert [each for _, each in found[what]] == [what]
        assert {line for line, _ in found[what]} <= {3}


def test_what_is_newer_is_found_in_other_places_too(found_in: Finder) -> None:
    found = found_in({name: f"<?php {code}" for name, (_, code) in AND_SO.items()})
    for name, (what, _) in AND_SO.items():
        assert what in [each for _, each in found[name]], name


def test_what_php_7_4_knows_is_not_found(found_in: Finder) -> None:
    assert found_in({"old": f"<?php{OF_OLD}"}) == {"old": []}

"""The plugin and the server mean the same by a GSTIN."""

import random
from collections.abc import Iterator

from ledger.core.gstin import check_digit, normalise_gstin
from ledger.core.states import STATE_NAMES
from sync.core.minimise import GSTIN_FIELDS
from tests.wordpress.php import Php

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
DIGITS = "0123456789"
ANY = DIGITS + LETTERS
KINDS = {"A": LETTERS, "9": DIGITS, "*": ANY, "+": ANY[1:]}
SHAPES = ("99AAAAA9999A+Z", "99AAAAA9999A+1", "99AAAAA9999A+J", "99AAAA99999A9Z", "9999AAA99999UN",
          "9999AAA99999ON", "9999AAA99999NR", "99AAAA*9999A+D", "99AAAAA9999A+C")  # fmt: skip
REAL = ("24AAACC1206D1ZM", "27AAPFU0939F1ZV", "29AAGCB7383J1Z4")


def numbers(chance: random.Random) -> Iterator[str]:
    """Numbers of every shape and state code, right or nearly so."""
    for state in range(100):
        for shape in SHAPES:
            body = f"{state:02}" + "".join(chance.choice(KINDS.get(c, c)) for c in shape[2:])
            right = body + check_digit(body)
            yield right
            yield from mutants(right, chance)


def mutants(right: str, chance: random.Random) -> Iterator[str]:
    """What a buyer may make of a number."""
    at = chance.randrange(len(right))
    yield right[:at] + chance.choice(ANY) + right[at + 1 :]
    yield right[:at] + right[at + 1 :]
    yield right[:at] + right[at + 1 : at + 2] + right[at] + right[at + 2 :]
    yield right + chance.choice(ANY)
    yield right.lower()
    yield f" {right[:2]} {right[2:7]}\t{right[7:]}\n"
    yield f"GSTIN: {right}"
    yield right.replace("0", "O").replace("1", "I")
    yield f"{right[:at]}é{right[at + 1 :]}"


def test_both_look_into_the_same_fields(plugin: Php) -> None:
    assert plugin.call("counterfoil_usual_gstin_fields") == list(GSTIN_FIELDS)


def test_both_find_the_same_numbers_valid(plugin: Php) -> None:
    tried = [*REAL, *numbers(random.Random(20261126))]
    expected = [normalise_gstin(text) or "" for text in tried]
    assert len(tried) > 8_000
    assert 900 < sum(map(bool, expected)) < 2_000
    assert plugin.each("counterfoil_normalise_gstin", tried) == expected


def test_a_valid_number_of_every_state_and_shape_is_among_them() -> None:
    """The control: else two sides that accept nothing would agree."""
    found = {normalise_gstin(text) for text in numbers(random.Random(20261126))} - {None}
    assert {number[:2] for number in found if number} == set(STATE_NAMES)
    assert {number[13] for number in found if number} >= set("ZDCNR1J")
    assert {normalise_gstin(number) for number in REAL} == set(REAL)


def test_both_find_a_number_between_spaces_of_any_kind(plugin: Php) -> None:
    """Copied from a PDF or a web page."""
    typed = [f"{REAL[0]}{space}" for space in "\u00a0\u2003\u2009\u3000\u202f"]
    assert [normalise_gstin(text) for text in typed] == [REAL[0]] * len(typed)
    assert plugin.each("counterfoil_normalise_gstin", typed) == [REAL[0]] * len(typed)


def test_both_agree_on_what_is_nothing_like_a_number(plugin: Php) -> None:
    odd = [
        "",
        " ",
        "0",
        "none",
        "24",
        "२४AAACC1206D1ZM",
        "24AAACC1206D1ZM\x00",
        "<b>",
        "a" * 10_000,
    ]
    answers = plugin.each("counterfoil_normalise_gstin", odd)
    assert answers == [normalise_gstin(text) or "" for text in odd] == [""] * len(odd)

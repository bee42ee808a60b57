"""Gaps of documents in words."""

import pytest

from ledger.core.particulars import Cause, Gap, Particular
from ledger.words import CAUSE_WORDS, PARTICULAR_NAMES, gap_name, gap_reason


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ((), "HSN/SAC"),
        ((2,), "HSN/SAC of line 2"),
        ((1, 3), "HSN/SAC of lines 1 and 3"),
        ((1, 2), "HSN/SAC of lines 1 and 2"),
        ((1, 2, 3, 4, 7, 9, 10), "HSN/SAC of lines 1 to 4, 7, 9 and 10"),
        ((1, 3, 4, 5), "HSN/SAC of lines 1 and 3 to 5"),
    ],
)
def test_lines_are_counted_up_as_people_do(lines: tuple[int, ...], words: str) -> None:
    assert gap_name(Gap(Particular.HSN, "46(g)", Cause.UNMAPPED, lines)) == words


def test_every_particular_and_every_cause_has_words() -> None:
    assert set(PARTICULAR_NAMES) == set(Particular)
    assert set(CAUSE_WORDS) == set(Cause)


def test_the_rule_comes_first() -> None:
    gap = Gap(Particular.UNIT, "46(i)", Cause.UNMAPPED, (1,))
    assert gap_reason(gap) == "rule 46(i): the SKU is mapped to no item"

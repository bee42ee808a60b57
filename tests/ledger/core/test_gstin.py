"""GSTINs: shape, state, check digit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.core.gstin import check_digit, normalise_gstin
from ledger.core.states import STATE_NAMES

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
ALL = "0123456789" + LETTERS

gstins = st.builds(
    lambda state, name, number, letter, entity: f"{state}{name}{number:04}{letter}{entity}Z",
    st.sampled_from(sorted(STATE_NAMES)),
    st.text(LETTERS, min_size=5, max_size=5),
    st.integers(0, 9999),
    st.sampled_from(LETTERS),
    st.sampled_from("123456789" + LETTERS),
).map(lambda first: first + check_digit(first))


@pytest.mark.parametrize(
    "gstin",
    ["27AAPFU0939F1ZV", "29AAGCB7383J1Z4"],
)
def test_a_real_gstin_is_one(gstin: str) -> None:
    assert normalise_gstin(gstin) == gstin


@pytest.mark.parametrize(
    "text",
    [
        "",
        "27AAPFU0939F1Z",
        "27AAPFU0939F1ZVV",
        "99AAPFU0939F1ZV",
        "not a number",
        "27aapfu0939f1z!",
    ],
)
def test_what_is_no_gstin_is_none(text: str) -> None:
    assert normalise_gstin(text) is None


def test_spaces_and_small_letters_do_not_matter() -> None:
    assert normalise_gstin(" 27 aapfu 0939 f1zv ") == "27AAPFU0939F1ZV"


@given(gstins, st.integers(2, 14), st.sampled_from(ALL))
def test_any_one_wrong_character_is_noticed(gstin: str, place: int, character: str) -> None:
    altered = gstin[:place] + character + gstin[place + 1 :]
    if character != gstin[place]:
        assert normalise_gstin(altered) != altered
    assert normalise_gstin(gstin) == gstin

"""Two spellings of one SKU have one key; two SKUs that read differently have two."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.core.spelling import CAPITALS, INVISIBLE, SMALL, spelling_key

words = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
latin = st.text(st.characters(max_codepoint=0x17F, categories=["L", "N", "P", "Zs"]), max_size=40)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("TEE-Red", "tee-RED"),
        (" TEE  RED ", "TEE RED"),
        ("TEE\u00a0RED", "TEE\u2003RED"),
        ("Caf\u00e9", "CAFE\u0301"),
        ("ＴＥＥ－１２", "tee-12"),
        ("TEE\u200b-12\ufeff", "TEE-12"),
        ("STRAẞE", "Strasse"),
        ("Größe-Ø", "GRÖSSE-ø"),
        ("ЧАЙ-ё", "чай-Ё"),
        ("ΟΔΟΣ", "οδος"),
        ("TEE\tRED\n", "tee red"),
    ],
)
def test_spellings_that_a_person_reads_alike_have_one_key(one: str, other: str) -> None:
    assert spelling_key(one) == spelling_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("TEE-1", "TEE1"), ("TEE RED", "TEERED"), ("TEE-1", "TEE_1"), ("é", "e"), ("O", "0")],
)
def test_signs_accents_and_spaces_between_words_matter(one: str, other: str) -> None:
    assert spelling_key(one) != spelling_key(other)


@given(words)
def test_a_key_is_its_own_key(text: str) -> None:
    assert spelling_key(spelling_key(text)) == spelling_key(text)


@given(words, st.sampled_from(["NFC", "NFD", "NFKC", "NFKD"]))
def test_no_form_of_unicode_changes_a_key(text: str, form: str) -> None:
    text = "".join(letter for letter in text if letter not in INVISIBLE)
    assert spelling_key(unicodedata.normalize(form, text)) == spelling_key(text)  # type: ignore[arg-type]


@given(latin)
def test_neither_capitals_nor_small_letters_change_a_key(text: str) -> None:
    text = "".join(letter for letter in text if letter not in "İıŉ")  # theirs are two letters
    assert spelling_key(text.upper()) == spelling_key(text.lower()) == spelling_key(text)


@given(words, st.sampled_from([" ", "\t", "\u00a0", "\u3000", "\r\n"]))
def test_spaces_around_and_their_number_do_not_change_a_key(text: str, space: str) -> None:
    assert spelling_key(space + text + space * 2) == spelling_key(text)
    assert spelling_key(text.replace(" ", space * 3)) == spelling_key(text)


def test_every_capital_has_its_small_letter() -> None:
    assert len(CAPITALS) == len(set(CAPITALS)) == len(SMALL)
    assert not set(CAPITALS) & set(SMALL)

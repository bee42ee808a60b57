"""When two spellings of a SKU, a code or a name are the same to a person.

Case, spaces at the ends and their number within, invisible characters and Unicode's several ways
to write one text do not matter; all else does.
"""

import unicodedata

INVISIBLE = (
    "\u00ad\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e"
    "\u2060\u2061\u2062\u2063\u2064\ufeff"
)
"""Soft hyphens, zero-width marks, directions: what comes along when text is copied from a page."""

LAST_WITH_CASE = "\u058f"
"""Latin, Greek, Cyrillic and Armenian: the scripts with capitals in which people write codes."""


def _capitals() -> str:
    """Every letter that is another one in small, accents apart: NFKD takes those off."""
    letters = map(chr, range(ord(LAST_WITH_CASE) + 1))
    return "".join(
        letter
        for letter in letters
        if letter.isalpha()
        and unicodedata.normalize("NFKD", letter) == letter
        and letter.casefold() != letter
        and len(letter.casefold()) == 1
    )


CAPITALS = _capitals()
SMALL = "".join(letter.casefold() for letter in CAPITALS)

_NO_INVISIBLE: dict[int, None] = dict.fromkeys(map(ord, INVISIBLE))
_IN_SMALL: dict[int, str] = {
    **{ord(capital): small for capital, small in zip(CAPITALS, SMALL, strict=True)},
    ord("ß"): "ss",
    ord("ẞ"): "ss",
}


def spelling_key(text: str) -> str:
    """What is left of a text once its spelling does not matter: equal for texts that read alike.

    The database's `ledger_spelling_key` does the same; a test compares the two.
    """
    if text.isascii():
        return " ".join(text.lower().split())
    plain = unicodedata.normalize("NFKD", text.translate(_NO_INVISIBLE))
    return " ".join(plain.translate(_IN_SMALL).split())

"""Buyers and shops choose their own names; whatever they choose is printed, and nothing more."""

from io import BytesIO

import pytest
from pypdf import PdfReader

from ledger.models import Company, Voucher
from tests.papers.stage import Shop, a_shop, living_at, plain_text_of

pytestmark = pytest.mark.django_db

MARKUP = r'#panic("x") #set page(width: 1pt) $x^2$ \ *bold* _it_ `raw` <label> @ref // /* no */ "q"'
HOSTILE = [
    MARKUP,
    "= Heading",
    "- list\n+ list\n/ term: words",
    "#{while true {}}",
    "#read(\"/etc/passwd\") #eval(\"1\")",
    "Robert'); DROP TABLE ledger_voucher;--",
    "</text></svg><script>alert(1)</script>",
    "{{ settings.SECRET_KEY }} %s %(x)s {0}",
    "\u202etxet desrever",
    "\u200b\u200d\ufeff",
    "a" * 95,
]  # fmt: skip
SCRIPTS = ["आशा राव", "আশা রাও", "આશા રાવ", "ਆਸ਼ਾ ਰਾਓ", "ಆಶಾ ರಾವ್", "ആശ റാവു", "ଆଶା ରାଓ", "ஆஷா ராவ்",
           "ఆశా రావు", "عائشہ راؤ", "Ąńgélà Ñuñez-Øström", "🎁 Gift ✨"]  # fmt: skip


def _named(shop: Shop, name: str) -> Voucher:
    """A sale with the name in every place that somebody can fill in."""
    line = shop.store.line(name, "1000.00", sku=name[:90], line_id=1)
    order = living_at(shop.store.order([line]), {"address_1": name, "city": name[:90]})
    order["billing"] |= {"first_name": name[:90], "last_name": "", "company": name}
    shop.book(order)
    return Voucher.objects.get(company=shop.company)


def _pages(pdf: bytes) -> int:
    return len(PdfReader(BytesIO(pdf)).pages)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_is_text_and_nothing_else(name: str) -> None:
    shop = a_shop(shares_contact=True)
    Company.objects.filter(pk=shop.company.pk).update(
        name=name[:200], address=name, document_terms=name, bank_details=name, signatory=name[:80]
    )
    pdf = shop.pdf(_named(shop, name))
    text = plain_text_of(pdf)
    assert "1,180.00" in text
    assert _pages(pdf) <= 2
    printable = "".join(letter for letter in name if letter.isascii())[:60]
    assert "".join(printable.split()) in "".join(text.split())


def test_markup_is_printed_as_it_was_written() -> None:
    shop = a_shop(shares_contact=True)
    text = plain_text_of(shop.pdf(_named(shop, MARKUP)))
    assert text.count('#panic("x")') >= 3
    assert "*bold* _it_" in text


@pytest.mark.parametrize("name", SCRIPTS)
def test_every_script_of_india_has_its_letters(name: str) -> None:
    shop = a_shop(shares_contact=True)
    pdf = shop.pdf(_named(shop, name))
    fonts = {font for page in PdfReader(BytesIO(pdf)).pages for font in _typefaces(page)}
    expected = "Inter" if name.isascii() or "Ą" in name else "Noto"
    assert any(expected in font for font in fonts), fonts
    assert _boxes(pdf) == 0


def test_a_letter_that_no_typeface_has_is_a_box_and_harms_nothing() -> None:
    shop = a_shop(shares_contact=True)
    pdf = shop.pdf(_named(shop, "王小明"))
    assert "1,180.00" in plain_text_of(pdf)


def test_a_word_without_an_end_stays_within_the_page() -> None:
    shop = a_shop(shares_contact=True)
    page = PdfReader(BytesIO(shop.pdf(_named(shop, "W" * 95)))).pages[0]
    ends: list[float] = []

    def note(text: str, _cm: object, matrix: list[float], _font: object, size: float) -> None:
        if text.strip():
            ends.append(matrix[4] + 0.9 * size * len(text.strip()) * abs(matrix[0]))

    page.extract_text(visitor_text=note)
    assert max(ends) < float(page.mediabox.width)


def _typefaces(page: object) -> set[str]:
    fonts = page["/Resources"]["/Font"]  # type: ignore[index]
    return {fonts[name].get_object()["/BaseFont"] for name in fonts}


def _boxes(pdf: bytes) -> int:
    """How often a letter is drawn that no typeface has: it is mapped to no text."""
    return sum(page.extract_text().count("\ufffd") for page in PdfReader(BytesIO(pdf)).pages)

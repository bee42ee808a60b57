"""How documents are set: the same bytes, pages that go on, no typeface of the system's."""

from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from ledger.models import Voucher
from ledger.papers.typesetting import FOLDER, Copy, _typefaces, pdf_of
from sync.books.papers import papers_for
from tests.papers.stage import a_shop, plain_text_of

pytestmark = pytest.mark.django_db


def test_the_same_document_is_the_same_to_the_byte() -> None:
    shop = a_shop()
    shop.book(shop.store.order([shop.store.line("Blue shirt", "1000.00")]))
    voucher = Voucher.objects.get()
    assert shop.pdf(voucher) == shop.pdf(voucher)


def test_a_long_document_goes_on_with_its_head_and_counts_its_pages() -> None:
    shop = a_shop()
    lines = [shop.store.line(f"Article {n}", "10.00", line_id=n) for n in range(1, 101)]
    shop.book(shop.store.order(lines))
    pages = PdfReader(BytesIO(shop.pdf(Voucher.objects.get()))).pages
    assert len(pages) > 2
    for number, page in enumerate(pages, 1):
        text = page.extract_text()
        assert f"Page {number} of {len(pages)}" in text
        if "Article" in text:
            assert "HSN/SAC" in text
    assert "Authorised signatory" in pages[-1].extract_text()


@pytest.mark.parametrize(
    ("copy", "words"),
    [
        (Copy.ORIGINAL, "ORIGINAL FOR RECIPIENT"),
        (Copy.DUPLICATE, "DUPLICATE FOR TRANSPORTER"),
        (Copy.TRIPLICATE, "TRIPLICATE FOR SUPPLIER"),
    ],
)
def test_each_copy_says_which_it_is(copy: Copy, words: str) -> None:
    shop = a_shop()
    shop.book(shop.store.order([shop.store.line("Blue shirt", "1000.00")]))
    papers = papers_for(shop.company, [Voucher.objects.get().pk])
    assert words in plain_text_of(pdf_of(papers, copy))


def test_every_typeface_comes_along_and_is_embedded() -> None:
    shop = a_shop()
    shop.book(shop.store.order([shop.store.line("नीली कमीज़", "1000.00")]))
    page = PdfReader(BytesIO(shop.pdf(Voucher.objects.get()))).pages[0]
    fonts = page["/Resources"]["/Font"]  # type: ignore[index]
    names = {fonts[name].get_object()["/BaseFont"].partition("+")[2] for name in fonts}
    assert names <= {"Inter-Regular", "NotoSansDevanagari-Regular"}
    for name in fonts:
        descendant = fonts[name].get_object()["/DescendantFonts"][0].get_object()
        assert "/FontFile2" in descendant["/FontDescriptor"].get_object()


def test_no_typeface_of_the_system_is_used() -> None:
    found = {Path(str(font.path)) for font in _typefaces().fonts()}
    assert found == set((FOLDER / "fonts").glob("*.ttf"))


def test_the_document_is_dated_by_its_voucher_and_named_by_its_number() -> None:
    shop = a_shop()
    shop.book(shop.store.order([shop.store.line("Blue shirt", "1000.00")]))
    about = PdfReader(BytesIO(shop.pdf(Voucher.objects.get()))).metadata
    assert about is not None
    assert (about.title, about.author) == ("Tax invoice INV/26-27/00001", "Asha Traders")


def test_vouchers_of_others_and_journals_are_left_out() -> None:
    shop, other = a_shop(), a_shop(name="Other")
    shop.book(shop.store.order([shop.store.line("Blue shirt", "1000.00")]))
    assert papers_for(other.company, [Voucher.objects.get().pk]) == []


def test_any_number_of_documents_takes_a_fixed_number_of_queries(
    django_assert_num_queries: object,
) -> None:
    shop = a_shop()
    orders = [shop.store.order([shop.store.line("A", "9.00")], order_id=n) for n in range(1, 9)]
    shop.book(*orders)
    ids = list(Voucher.objects.values_list("pk", flat=True))
    with django_assert_num_queries(6):  # type: ignore[operator]
        assert len(papers_for(shop.company, ids)) == 8

"""Documents as PDF from the pages: one, several at once, and what they say of their gaps."""

from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse
from django_q.models import OrmQ
from pypdf import PdfReader
from pytest_django import Settings

from connections.models import StoreConnection
from ledger.models import Account, Company, User, Voucher
from ledger.posting import AccountAmount, Journal, post_journal
from sync import tasks
from sync.books import downloads
from sync.models import Download
from tests.factories import NOW, TODAY
from tests.stores import an_order, book

pytestmark = pytest.mark.django_db


def _voucher(company: Company, number: str = "INV/26-27/00001") -> Voucher:
    return Voucher.objects.get(company=company, number=number)


def _pages(content: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(BytesIO(content)).pages]


def test_a_voucher_is_a_pdf(browser: Client, company: Company, busy: StoreConnection) -> None:
    answer = browser.get(reverse("voucher_pdf", args=[company.pk, _voucher(company).pk]))
    assert answer["Content-Type"] == "application/pdf"
    assert 'inline; filename="INV-26-27-00001.pdf"' in answer["Content-Disposition"]
    (page,) = _pages(answer.content)
    assert "INV/26-27/00001" in page
    assert "ORIGINAL FOR RECIPIENT" in page


@pytest.mark.parametrize(("copy", "status"), [("duplicate", 200), ("carbon", 400)])
def test_a_copy_is_one_that_the_rules_know(
    browser: Client, company: Company, busy: StoreConnection, copy: str, status: int
) -> None:
    address = reverse("voucher_pdf", args=[company.pk, _voucher(company).pk])
    assert browser.get(address, {"copy": copy}).status_code == status


def test_the_voucher_page_links_the_pdf_and_names_what_is_missing(
    browser: Client, company: Company, busy: StoreConnection
) -> None:
    number = "INV/26-27/00002"
    voucher = _voucher(company, number)
    page = browser.get(reverse("voucher", args=[company.pk, voucher.pk])).content.decode()
    assert reverse("voucher_pdf", args=[company.pk, voucher.pk]) in page
    for words in (
        "Supplier’s address",
        "Recipient’s address",
        "the store sends contact details only where the merchant switches them on",
        "HSN/SAC of line 1",
        "the SKU is mapped to no item",
        "Rupees two hundred ten only",
    ):
        assert words in page, words
    (paper,) = _pages(browser.get(reverse("voucher_pdf", args=[company.pk, voucher.pk])).content)
    assert "Not stated: Supplier’s address" in " ".join(paper.split())


def test_a_complete_document_has_no_warning(
    browser: Client, company: Company, busy: StoreConnection
) -> None:
    Company.objects.filter(pk=company.pk).update(
        address="14 MG Road", city="Pune", gstin="27AAPFU0939F1ZV"
    )
    voucher = _voucher(company)
    page = browser.get(reverse("voucher", args=[company.pk, voucher.pk])).content.decode()
    assert "14 MG Road" in page
    assert "It does not say all" not in page


def test_an_unmapped_sku_is_no_matter_of_the_buyers(
    browser: Client, company: Company, busy: StoreConnection
) -> None:
    voucher = _voucher(company, "INV/26-27/00002")
    (paper,) = _pages(browser.get(reverse("voucher_pdf", args=[company.pk, voucher.pk])).content)
    assert "Unmapped SKU" not in paper
    assert "Towel" in paper


def test_a_journal_is_no_document_for_a_buyer(
    browser: Client, company: Company, owner: User
) -> None:
    from decimal import Decimal

    from ledger.core.documents import VoucherType

    cash, capital = (Account.objects.get(company=company, code=code) for code in ("1120", "3110"))
    sides = [
        AccountAmount(cash, Decimal(5), Decimal(0)),
        AccountAmount(capital, Decimal(0), Decimal(5)),
    ]
    journal = Journal(VoucherType.JOURNAL, "hand/1", TODAY, "", sides)
    posted = post_journal(company, journal, posted_at=NOW, posted_by=owner)
    assert browser.get(reverse("voucher_pdf", args=[company.pk, posted.id])).status_code == 404
    book_page = browser.get(reverse("day_book", args=[company.pk])).content.decode()
    assert f'name="voucher" value="{posted.id}"' not in book_page


# Several at once --------------------------------------------------------------------------------


def _several(browser: Client, company: Company, **data: object) -> object:
    return browser.post(
        reverse("several_pdf", args=[company.pk]),
        {"report": "day_book", "query": "date_from=2026-11-01&date_to=2026-11-30", **data},
    )


def test_ticked_documents_come_as_one_pdf(
    browser: Client, company: Company, busy: StoreConnection
) -> None:
    ids = [each.pk for each in Voucher.objects.order_by("-id")[:2]]
    answer = _several(browser, company, voucher=[*ids, ids[0]])
    assert answer["Content-Type"] == "application/pdf"  # type: ignore[index]
    pages = _pages(answer.content)  # type: ignore[attr-defined]
    assert ["CN/26-27/00001" in page for page in pages] == [True, False]
    assert len(pages) == 2
    assert "Page 1 of 1" in pages[1]


@pytest.mark.parametrize("report", ["day_book", "sales_register"])
def test_all_of_a_filter_come_as_one_pdf(
    browser: Client, company: Company, busy: StoreConnection, report: str
) -> None:
    query = "date_from=2026-11-01&date_to=2026-11-30&type=sales"
    answer = _several(browser, company, report=report, query=query, everything="1")
    assert len(_pages(answer.content)) == 2  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "data", [{"voucher": ["x"]}, {"report": "ledger"}, {"copy": "carbon"},
             {"everything": "1", "query": "date_from=x"},
             {"everything": "1", "query": "rate=x", "report": "sales_register"}],
)  # fmt: skip
def test_a_selection_that_makes_no_sense_is_refused(
    browser: Client, company: Company, busy: StoreConnection, data: dict[str, object]
) -> None:
    assert _several(browser, company, **data).status_code == 400  # type: ignore[attr-defined]


def test_nothing_ticked_says_what_to_do(
    browser: Client, company: Company, busy: StoreConnection
) -> None:
    answer = _several(browser, company)
    page = browser.get(answer["Location"]).content.decode()  # type: ignore[index]
    assert "Tick the documents that you want" in page


def test_documents_of_another_company_are_not_printed(
    browser: Client, stranger: Client, company: Company, busy: StoreConnection
) -> None:
    own = Company.objects.get(name="Stranger & Sons")
    answer = _several(stranger, own, voucher=[_voucher(company).pk])
    assert answer.status_code == 302  # type: ignore[attr-defined]
    assert _several(stranger, company, voucher=[_voucher(company).pk]).status_code == 404  # type: ignore[attr-defined]


def test_more_documents_than_fit_are_refused_with_the_number(
    browser: Client, company: Company, busy: StoreConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(downloads, "MOST_DOCUMENTS", 2)
    answer = _several(browser, company, everything="1")
    page = browser.get(answer["Location"]).content.decode()  # type: ignore[index]
    assert "One PDF holds 2 documents at most" in page


@pytest.fixture
def under_way(
    browser: Client, company: Company, busy: StoreConnection, monkeypatch: pytest.MonkeyPatch
) -> Download:
    """Three documents in one PDF, left to the worker."""
    monkeypatch.setattr(downloads, "DOCUMENTS_AT_ONCE", 2)
    monkeypatch.setattr(downloads, "PART", 2)
    answer = _several(browser, company, everything="1")
    download = Download.objects.get()
    assert answer["Location"] == reverse("download", args=[company.pk, download.pk])  # type: ignore[index]
    return download


def test_many_documents_are_made_by_the_worker_and_taken_away(
    browser: Client, company: Company, under_way: Download
) -> None:
    assert OrmQ.objects.filter(key="counterfoil").exists()
    address = reverse("download", args=[company.pk, under_way.pk])
    assert "waiting for the worker" in browser.get(address).content.decode()
    assert browser.get(reverse("download_file", args=[company.pk, under_way.pk])).status_code == 404
    tasks.make_download(under_way.pk)
    assert "Ready" in browser.get(address).content.decode()
    answer = browser.get(reverse("download_file", args=[company.pk, under_way.pk]))
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    answer.close()
    assert len(_pages(content)) == 3


def test_made_twice_it_is_made_once(under_way: Download) -> None:
    tasks.make_download(under_way.pk)
    Download.objects.update(content=b"kept")
    tasks.make_download(under_way.pk)
    assert bytes(Download.objects.get().content or b"") == b"kept"


def test_a_cancelled_file_is_not_made(
    browser: Client, company: Company, under_way: Download
) -> None:
    browser.post(reverse("cancel_download", args=[company.pk, under_way.pk]))
    tasks.make_download(under_way.pk)
    page = browser.get(reverse("download", args=[company.pk, under_way.pk])).content.decode()
    assert "Cancelled" in page
    assert Download.objects.get().content is None


def test_a_file_that_is_cancelled_while_it_is_made_is_dropped(
    under_way: Download, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cancelled between its first part and its second, from outside."""
    from ledger.papers.typesetting import pdf_of

    calls: list[object] = []

    def cancel_after(*args: object) -> bytes:
        calls.append(args)
        downloads.cancel(under_way)
        return pdf_of(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(downloads, "pdf_of", cancel_after)
    tasks.make_download(under_way.pk)
    found = Download.objects.get()
    assert (found.state, found.content, found.done) == ("cancelled", None, 0)
    assert len(calls) == 1


def test_a_file_whose_worker_died_is_queued_again_by_looking(
    browser: Client, company: Company, under_way: Download
) -> None:
    from datetime import timedelta

    from django.utils import timezone

    OrmQ.objects.all().delete()
    address = reverse("download", args=[company.pk, under_way.pk])
    browser.get(address)
    assert not OrmQ.objects.exists()
    long_ago = timezone.now() - timedelta(minutes=5)
    Download.objects.update(state="making", beat_at=long_ago)
    browser.get(address)
    assert OrmQ.objects.count() == 1
    assert Download.objects.get().state == "waiting"
    Download.objects.update(state="making", beat_at=long_ago, attempts=3)
    assert "never finished" in browser.get(address).content.decode()
    assert OrmQ.objects.count() == 1


def test_a_file_that_fails_says_so(
    browser: Client, company: Company, under_way: Download, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> bytes:
        raise RuntimeError("no paper")

    monkeypatch.setattr(downloads, "pdf_of", broken)
    with pytest.raises(RuntimeError):
        tasks.make_download(under_way.pk)
    page = browser.get(reverse("download", args=[company.pk, under_way.pk])).content.decode()
    assert "Failed" in page
    assert "It broke inside Counterfoil" in page


def test_the_part_alone_is_sent_to_htmx_and_only_when_it_moved(
    browser: Client, company: Company, under_way: Download
) -> None:
    address = reverse("download", args=[company.pk, under_way.pk])
    part = browser.get(address, headers={"HX-Request": "true"})
    assert "<html" not in part.content.decode()
    same = browser.get(address, {"seen": "waiting 0"}, headers={"HX-Request": "true"})
    assert same.status_code == 204


@pytest.mark.parametrize("name", ["download", "download_file"])
def test_a_file_belongs_to_who_asked_for_it(
    viewer: Client, stranger: Client, company: Company, under_way: Download, name: str
) -> None:
    tasks.make_download(under_way.pk)
    address = reverse(name, args=[company.pk, under_way.pk])
    assert viewer.get(address).status_code == 404
    assert stranger.get(address).status_code == 404


def test_files_go_after_a_day(under_way: Download, company: Company, owner: User) -> None:
    from ledger.papers.typesetting import Copy

    later = under_way.created_at + downloads.KEPT * 2
    new = downloads.ask_for_documents(company, owner, [1], copy=Copy.ORIGINAL, now=later)
    assert list(Download.objects.all()) == [new]


def test_a_long_report_is_made_by_the_worker(
    browser: Client, company: Company, store: StoreConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    from openpyxl import load_workbook

    monkeypatch.setattr(downloads, "ROWS_AT_ONCE", 2)
    monkeypatch.setattr(downloads, "ROWS_PER_BEAT", 1)
    book(store, *[an_order(500 + n) for n in range(4)])
    query = {"date_from": "2026-11-01", "date_to": "2026-11-30"}
    address = reverse("sales_register_excel", args=[company.pk])
    first = browser.get(address, query)
    again = browser.get(address, query)
    assert first["Location"] == again["Location"]
    download = Download.objects.get()
    assert (download.total, download.title) == (4, "Sales register")
    tasks.make_download(download.pk)
    answer = browser.get(reverse("download_file", args=[company.pk, download.pk]))
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    answer.close()
    sheet = load_workbook(BytesIO(content)).worksheets[0]
    assert sheet.max_row == 6


def test_a_report_that_no_excel_file_should_hold_is_refused(
    browser: Client, company: Company, busy: StoreConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(downloads, "MOST_ROWS", 1)
    query = {"date_from": "2026-11-01", "date_to": "2026-11-30"}
    answer = browser.get(reverse("day_book_excel", args=[company.pk]), query, follow=True)
    page = answer.content.decode()
    assert "3 rows" in page
    assert "take the CSV" in page


def test_a_viewer_prints(viewer: Client, company: Company, busy: StoreConnection) -> None:
    assert _several(viewer, company, voucher=[_voucher(company).pk]).status_code == 200  # type: ignore[attr-defined]


def test_pages_offer_the_selection(
    browser: Client, company: Company, busy: StoreConnection, settings: Settings
) -> None:
    for name in ("day_book", "sales_register"):
        query = {"date_from": "2026-11-01", "date_to": "2026-11-30"}
        page = browser.get(reverse(name, args=[company.pk]), query).content.decode()
        assert page.count('name="voucher"') == 3
        assert "PDF of all" in page

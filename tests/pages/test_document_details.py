"""What a company's documents say of it: the form."""

from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from connections.models import StoreConnection
from ledger.models import Company, CompanyVersion, Voucher

pytestmark = pytest.mark.django_db

FIT = {
    "legal_name": "Asha Traders LLP",
    "address": "2nd floor\n14 MG Road",
    "city": "Pune",
    "pin_code": "411001",
    "pan": "aapfu0939f",
    "lut_number": "AD270326001234X",
    "lut_year": "26-27",
    "hsn_digits": "6",
    "signatory": "Anand Kurian",
}


def _save(browser: Client, company: Company, **changes: str) -> str:
    address = reverse("document_details", args=[company.pk])
    return browser.post(address, {**FIT, **changes}, follow=True).content.decode()


def test_details_are_saved_and_stand_on_documents(
    browser: Client, company: Company, busy: StoreConnection
) -> None:
    assert "Saved" in _save(browser, company)
    company.refresh_from_db()
    assert (company.address.splitlines(), company.pan, company.hsn_digits) == (
        ["2nd floor", "14 MG Road"],
        "AAPFU0939F",
        6,
    )
    voucher = Voucher.objects.filter(company=company).latest("id")
    pdf = browser.get(reverse("voucher_pdf", args=[company.pk, voucher.pk])).content
    page = PdfReader(BytesIO(pdf)).pages[0].extract_text()
    for words in ("Asha Traders LLP", "14 MG Road", "Pune 411001", "AAPFU0939F", "Anand Kurian"):
        assert words in page


def test_the_page_leads_to_the_last_document(
    browser: Client, company: Company, busy: StoreConnection
) -> None:
    page = browser.get(reverse("document_details", args=[company.pk])).content.decode()
    assert "CN/26-27/00001 as PDF" in page


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"pan": "AAPFU0939"}, "A PAN looks like AAPFU0939F"),
        ({"lut_year": "2026"}, "Write the financial year like 26-27"),
        ({"lut_year": "26-28"}, "Write the financial year like 26-27"),
        ({"address": "\n".join("1234567")}, "At most 6 lines"),
        ({"bank_details": "\n".join("1234567")}, "At most 6 lines"),
        ({"email": "nobody"}, "valid email"),
        ({"hsn_digits": "5"}, "valid choice"),
        ({"pin_code": "4110"}, "A PIN code has six digits"),
    ],
)
def test_what_cannot_be_is_said_so(
    browser: Client, company: Company, changes: dict[str, str], words: str
) -> None:
    page = _save(browser, company, **changes)
    assert "Saved" not in page
    assert words in page
    company.refresh_from_db()
    assert company.city == ""


def test_the_pan_is_the_one_within_the_gstin(browser: Client, company: Company) -> None:
    Company.objects.filter(pk=company.pk).update(gstin="27AAPFU0939F1ZV")
    assert "is of the PAN AAPFU0939F" in _save(browser, company, pan="ABCDE1234F")
    assert "Saved" in _save(browser, company)


@pytest.mark.django_db(transaction=True)
def test_a_correction_replaces_what_stood_before(browser: Client, company: Company) -> None:
    _save(browser, company)
    assert CompanyVersion.objects.filter(company=company).count() == 2
    _save(browser, company, city="Mumbai", corrects="on")
    assert CompanyVersion.objects.get(company=company).details["city"] == "Mumbai"


def test_a_form_with_an_error_keeps_what_was_typed(browser: Client, company: Company) -> None:
    page = _save(browser, company, lut_year="soon", city="Mumbai")
    assert 'value="Mumbai"' in page
    assert 'aria-invalid="true"' in page

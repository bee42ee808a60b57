"""What a company says of itself, and what its books hold fast."""

from typing import Any

import pytest
from django.db import IntegrityError

from ledger import company_details
from ledger.company_forms import CompanyForm
from ledger.models import Company, Series, Voucher
from tests.factories import TODAY, a_company, a_sale, posted

pytestmark = pytest.mark.django_db

GSTIN = "27AAPFU0939F1ZV"
MOVES = [
    {"country": "GB"},
    {"state": "29"},
    {"currency": "EUR"},
    {"timezone": "Asia/Dubai"},
    {"year_start_month": 1},
]


def _sent(company: Company, **changes: str) -> CompanyForm:
    """The form as a browser sends it, with some fields changed."""
    shown = CompanyForm(instance=company, is_fixed=False, today=TODAY)
    data = {name: shown[name].value() for name in shown.fields} | changes
    data = {name: value for name, value in data.items() if value not in (False, None)}
    is_fixed = company_details.has_vouchers(company)
    return CompanyForm(data, instance=company, is_fixed=is_fixed, today=TODAY)


@pytest.mark.parametrize("move", MOVES[1:], ids=lambda move: next(iter(move)))
def test_a_company_moves_before_its_first_voucher(company: Company, move: dict[str, Any]) -> None:
    assert Company.objects.filter(pk=company.pk).update(**move) == 1


@pytest.mark.parametrize("move", MOVES, ids=lambda move: next(iter(move)))
def test_a_company_stays_where_its_vouchers_were_posted(
    company: Company, sale: Voucher, move: dict[str, Any]
) -> None:
    with pytest.raises(IntegrityError, match="company_stays_where_its_books_are"):
        Company.objects.filter(pk=company.pk).update(**move)


def test_anothers_vouchers_hold_nobody(sale: Voucher) -> None:
    assert Company.objects.filter(pk=a_company(name="Other").pk).update(state="29") == 1


def test_the_rest_changes_though_vouchers_stand(company: Company, sale: Voucher) -> None:
    form = _sent(company, name="Asha & Daughters", gstin=GSTIN, scheme="composition", city="Pune")
    assert form.is_valid(), form.errors
    company_details.save(form.instance, today=TODAY)
    company.refresh_from_db()
    assert (company.name, company.gstin, company.scheme) == (
        "Asha & Daughters", GSTIN, "composition",
    )  # fmt: skip


def test_the_form_takes_no_other_state_once_vouchers_stand(company: Company, sale: Voucher) -> None:
    form = _sent(company, state="29", currency="EUR", year_start_month="1")
    assert form.is_valid(), form.errors
    assert (form.instance.state, form.instance.currency) == ("27", "INR")
    assert form.instance.year_start_month == 4


def test_a_voucher_that_was_posted_while_the_form_was_open_wins(company: Company) -> None:
    form = _sent(company, state="29")
    assert form.is_valid()
    posted(Company.objects.get(pk=company.pk), a_sale())
    with pytest.raises(company_details.BooksStandError, match="meanwhile"):
        company_details.save(form.instance, today=TODAY)


def test_another_beginning_of_the_year_renames_the_series_and_keeps_their_prefixes(
    company: Company,
) -> None:
    Series.objects.filter(company=company, type="sales").update(prefix="WS")
    form = _sent(company, year_start_month="1")
    assert form.is_valid(), form.errors
    company_details.save(form.instance, today=TODAY)
    series = dict(Series.objects.filter(company=company).values_list("type", "prefix"))
    assert (series["sales"], series["receipt"]) == ("WS", "RCT")
    assert set(Series.objects.filter(company=company).values_list("financial_year", flat=True)) == {
        "26"
    }
    (result,) = posted(Company.objects.get(pk=company.pk), a_sale())
    assert result.number == "WS/26/00001"


@pytest.mark.parametrize(
    ("changes", "field", "why"),
    [
        ({"gstin": "27AAPFU0939F1ZX"}, "gstin", "not a valid GSTIN"),
        ({"gstin": GSTIN, "state": "29"}, "gstin", "is of Maharashtra, the company of Karnataka"),
        ({"gstin": GSTIN, "scheme": "unregistered"}, "gstin", "has no GSTIN"),
        ({"gstin": GSTIN, "pan": "ABCDE1234F"}, "pan", "contains another PAN, AAPFU0939F"),
        ({"pan": "ABC"}, "pan", "five letters, four digits and a letter"),
        ({"pin_code": "0411001"}, "pin_code", "six digits"),
        ({"currency": "RUPEES"}, "currency", "at most 3"),
        ({"currency": "XQQ"}, "currency", "Three letters"),
        ({"name": " "}, "name", "required"),
        ({"email": "nobody"}, "email", "valid email"),
    ],
)
def test_what_does_not_fit_is_said_at_its_field(
    company: Company, changes: dict[str, str], field: str, why: str
) -> None:
    form = _sent(company, **changes)
    assert not form.is_valid()
    assert list(form.errors) == [field]
    assert why in str(form.errors[field])


def test_the_gstin_says_the_pan_and_is_kept_in_capitals(company: Company) -> None:
    form = _sent(company, gstin=" 27aapfu0939f1zv ", pin_code="411 001", lut_number="ad270326x")
    assert form.is_valid(), form.errors
    assert (form.instance.gstin, form.instance.pan) == (GSTIN, "AAPFU0939F")
    assert (form.instance.pin_code, form.instance.lut_number) == ("411001", "AD270326X")


def test_a_company_elsewhere_is_asked_for_no_gst(company: Company) -> None:
    Company.objects.filter(pk=company.pk).update(country="GB", state="", currency="GBP")
    form = _sent(Company.objects.get(pk=company.pk), pin_code="SW1A 1AA")
    assert not {"gstin", "scheme", "state", "pan", "has_lut"} & set(form.fields)
    assert form.is_valid(), form.errors


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"scheme": "unregistered", "gstin": GSTIN}, "company_unregistered_has_no_gstin"),
        ({"pan": "abcde1234f"}, "company_pan_has_its_shape"),
        ({"pin_code": "41100"}, "company_pin_code_in_india_has_six_digits"),
    ],
)
def test_the_database_knows_these_shapes(
    company: Company, changes: dict[str, str], rule: str
) -> None:
    with pytest.raises(IntegrityError, match=rule):
        Company.objects.filter(pk=company.pk).update(**changes)

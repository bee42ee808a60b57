"""A company's details as they were: kept by the database, read by documents."""

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from ledger.models import Company, CompanyVersion
from ledger.papers.supplier import Supplier, correct_earlier, versions_of
from tests.factories import a_company

pytestmark = pytest.mark.django_db

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def save(company: Company, **details: object) -> datetime:
    """Change details; a moment after the change."""
    for name, value in details.items():
        setattr(company, name, value)
    company.save()
    return timezone.now()


def supplier(company: Company, at: datetime, year: str = "26-27") -> Supplier:
    return versions_of(company).at(at, year)


@pytest.mark.django_db(transaction=True)
def test_a_document_keeps_the_address_that_it_was_issued_under() -> None:
    company = a_company()
    old = save(company, address="14 MG Road", city="Pune", pin_code="411001", phone="1")
    new = save(company, address="2 Hill Street", city="Mumbai", pin_code="400001", phone="2")
    assert supplier(company, old).address == ("14 MG Road", "Pune 411001")
    assert supplier(company, new).address == ("2 Hill Street", "Mumbai 400001")
    assert (supplier(company, old).phone, supplier(company, new).phone) == ("1", "2")


@pytest.mark.django_db(transaction=True)
def test_a_new_name_is_for_documents_from_then_on() -> None:
    company = a_company(name="Asha Traders")
    before = timezone.now()
    after = save(company, name="Asha & Daughters", scheme="composition", has_lut=True)
    assert supplier(company, before).name == "Asha Traders"
    assert supplier(company, after).name == "Asha & Daughters"
    assert (supplier(company, before).scheme, supplier(company, after).scheme) == (
        "regular",
        "composition",
    )
    assert (supplier(company, before).has_lut, supplier(company, after).has_lut) == (False, True)


@pytest.mark.django_db(transaction=True)
def test_what_was_not_filled_in_yet_is_taken_from_the_first_time_that_it_was() -> None:
    company = a_company()
    early = timezone.now()
    save(
        company, address="14 MG Road", city="Pune", legal_name="Asha Traders LLP", pan="AAPFU0939F"
    )
    save(company, address="2 Hill Street", city="Mumbai", legal_name="Asha Ltd")
    found = supplier(company, early)
    assert (found.address, found.legal_name, found.pan) == (
        ("14 MG Road", "Pune"),
        "Asha Traders LLP",
        "AAPFU0939F",
    )


@pytest.mark.django_db(transaction=True)
def test_terms_that_were_not_agreed_do_not_come_later() -> None:
    company = a_company()
    early = timezone.now()
    save(company, document_terms="No returns.", bank_details="HDFC")
    assert (supplier(company, early).terms, supplier(company, early).bank_details) == ("", "")


@pytest.mark.django_db(transaction=True)
def test_a_letter_of_undertaking_is_for_its_year() -> None:
    company = a_company()
    early = timezone.now()
    this_year = save(company, lut_number="AD26", lut_year="26-27")
    next_year = save(company, lut_number="AD27", lut_year="27-28")
    assert supplier(company, early, "26-27").lut_number == "AD26"
    assert supplier(company, this_year, "26-27").lut_number == "AD26"
    assert supplier(company, this_year, "25-26").lut_number == ""
    assert supplier(company, next_year, "27-28").lut_number == "AD27"


@pytest.mark.django_db(transaction=True)
def test_a_correction_holds_for_earlier_documents_too() -> None:
    company = a_company()
    other = a_company(name="Other")
    misspelt = save(company, address="14 NG Road")
    save(company, address="14 MG Road")
    correct_earlier(company)
    assert supplier(company, misspelt).address == ("14 MG Road",)
    assert CompanyVersion.objects.filter(company=company).count() == 1
    assert CompanyVersion.objects.filter(company=other).exists()


def test_a_document_from_before_the_first_version_shows_the_first(company: Company) -> None:
    assert supplier(company, LONG_AGO).name == company.name


def test_saving_without_a_change_makes_no_version(company: Company) -> None:
    company.save()
    assert CompanyVersion.objects.filter(company=company).count() == 1


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_companyversion SET details = '{}'",
        "INSERT INTO ledger_companyversion (company_id, since, details) VALUES (1, now(), '{}')",
    ],
)
def test_nobody_makes_versions_up(company: Company, statement: str) -> None:
    with (
        pytest.raises(IntegrityError, match="versions follow the company"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


@pytest.mark.parametrize(
    ("rule", "details"),
    [
        ("company_pan_has_its_shape", {"pan": "AAPFU0939"}),
        ("company_pan_has_its_shape", {"pan": "aapfu0939f"}),
        ("company_pin_code_in_india_has_six_digits", {"pin_code": "4110"}),
        ("company_pin_code_in_india_has_six_digits", {"pin_code": "011001"}),
        ("company_hsn_digits_are_known", {"hsn_digits": 5}),
    ],
)
def test_the_database_refuses_details_that_cannot_be(
    company: Company, rule: str, details: dict[str, object]
) -> None:
    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        Company.objects.filter(pk=company.pk).update(**details)


def test_details_that_can_be_are_kept(company: Company) -> None:
    fit = {"pan": "AAPFU0939F", "pin_code": "411001", "hsn_digits": 6}
    assert Company.objects.filter(pk=company.pk).update(**fit) == 1

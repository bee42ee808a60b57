"""Trial balance and account ledger on screen."""

import pytest
from django.test import Client
from django.urls import reverse

from ledger.models import Account, Company
from sync.books import account_ledger
from tests.factories import a_sale, posted

pytestmark = pytest.mark.django_db

NOVEMBER = {"date_from": "2026-11-01", "date_to": "2026-11-30"}


def _cgst(company: Company) -> str:
    account = Account.objects.get(company=company, key="output:CGST")
    return reverse("account", args=[company.pk, account.pk])


def test_a_period_that_makes_no_sense_is_said_so(browser: Client, company: Company) -> None:
    page = browser.get(reverse("reports", args=[company.pk]), {"date_from": "x"})
    assert 'role="alert"' in page.content.decode()
    posted(company, a_sale())
    assert browser.get(_cgst(company), {"date_from": "x"}).status_code == 400


def test_an_empty_period_says_so(browser: Client, company: Company) -> None:
    page = browser.get(reverse("reports", args=[company.pk]))
    assert "Nothing was posted in this period" in page.content.decode()


def test_a_long_ledger_goes_on_where_it_stopped(
    browser: Client, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(account_ledger, "PAGE_SIZE", 2)
    posted(company, *[a_sale(key=f"store/{n}/sale/1") for n in range(3)])
    first = browser.get(_cgst(company), NOVEMBER)
    second = browser.get(_cgst(company), {**NOVEMBER, "after": first.context["next"]})
    assert [len(page.context["page"].rows) for page in (first, second)] == [2, 1]
    assert "270.00 Cr" in second.content.decode()
    assert second.context["next"] == ""


@pytest.mark.parametrize("mark", ["x", "2026-11-21_1_1_NaN_", "2026-11-21_1_1_much"])
def test_a_place_that_is_none_is_refused(browser: Client, company: Company, mark: str) -> None:
    posted(company, a_sale())
    assert browser.get(_cgst(company), {"after": mark}).status_code == 400


def test_a_sum_leads_to_the_voucher(browser: Client, company: Company) -> None:
    (sale,) = posted(company, a_sale())
    page = browser.get(_cgst(company), NOVEMBER).content.decode()
    assert reverse("voucher", args=[company.pk, sale.id]) in page


def test_a_voucher_without_an_order_hangs_on_its_sale(browser: Client, company: Company) -> None:
    from tests.factories import a_note

    sale, note = posted(company, a_sale(), a_note())
    for each in (sale, note):
        page = browser.get(reverse("voucher", args=[company.pk, each.id])).content.decode()
        assert sale.number in page
        assert note.number in page

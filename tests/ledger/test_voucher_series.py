"""Voucher series as people set them up."""

from datetime import date

import pytest

from ledger import voucher_series
from ledger.models import Company, Series
from ledger.voucher_series import UnfitPrefixError, change_prefixes, series_by_year
from tests.factories import TODAY, a_company, a_note, a_sale, posted

pytestmark = pytest.mark.django_db

THIS, NEXT = "26-27", "27-28"


def _line(company: Company, type_: str, year: str = THIS) -> voucher_series.Line:
    lines = series_by_year(company, TODAY)[year]
    return next(line for line in lines if line.type == type_)


def _change(company: Company, prefix: str, type_: str = "sales", year: str = THIS) -> None:
    change_prefixes(company, {(type_, year): prefix}, today=TODAY)


def test_this_year_and_the_coming_one_are_shown(company: Company) -> None:
    years = series_by_year(company, TODAY)
    assert list(years) == [NEXT, THIS]
    assert [line.next_number for line in years[THIS]] == [
        "INV/26-27/00001", "CN/26-27/00001", "DN/26-27/00001",
        "RCT/26-27/00001", "PAY/26-27/00001", "JV/26-27/00001",
    ]  # fmt: skip


def test_a_years_series_stay_listed(company: Company) -> None:
    posted(company, a_sale(day=date(2025, 4, 1)))
    assert list(series_by_year(company, TODAY)) == [NEXT, THIS, "25-26"]


def test_what_is_shown_as_next_is_what_the_next_voucher_gets(company: Company) -> None:
    posted(company, a_sale())
    shown = _line(company, "sales").next_number
    (result,) = posted(company, a_sale(key="store/2/sale/1"))
    assert result.number == shown == "INV/26-27/00002"


def test_a_prefix_changes_before_the_first_number(company: Company) -> None:
    _change(company, "WEB-")
    (result,) = posted(company, a_sale())
    assert result.number == "WEB-/26-27/00001"


def test_a_prefix_stays_after_the_first_number(company: Company) -> None:
    posted(company, a_sale())
    with pytest.raises(UnfitPrefixError, match="its prefix stays") as refused:
        _change(company, "WEB")
    assert refused.value.key == ("sales", THIS)


@pytest.mark.parametrize("prefix", ["", "inv", "A/B", "-A", "TOOLO", "Ü", "A B"])
def test_a_prefix_has_one_to_four_letters_digits_and_dashes(company: Company, prefix: str) -> None:
    with pytest.raises(UnfitPrefixError, match="One to four"):
        _change(company, prefix)


def test_the_longest_prefix_makes_a_number_of_sixteen_characters(company: Company) -> None:
    _change(company, "ABCD")
    assert len(_line(company, "sales").next_number) == 16


def test_a_prefix_belongs_to_one_type_whatever_the_year(company: Company) -> None:
    for year in (THIS, NEXT):
        with pytest.raises(UnfitPrefixError, match="belongs to another type"):
            _change(company, "CN", year=year)
    assert _line(company, "sales").prefix == "INV"


def test_two_types_do_not_get_one_prefix_at_once(company: Company) -> None:
    with pytest.raises(UnfitPrefixError, match="belongs to another type"):
        change_prefixes(company, {("sales", THIS): "X", ("receipt", THIS): "X"}, today=TODAY)
    assert {line.prefix for line in series_by_year(company, TODAY)[THIS]} >= {"INV", "RCT"}


def test_all_or_none_is_changed(company: Company) -> None:
    with pytest.raises(UnfitPrefixError):
        change_prefixes(company, {("sales", THIS): "WEB", ("receipt", THIS): "?"}, today=TODAY)
    assert _line(company, "sales").prefix == "INV"


def test_the_coming_years_prefix_is_set_ahead(company: Company) -> None:
    _change(company, "SHOP", year=NEXT)
    this_year, next_year = posted(
        company, a_sale(), a_sale(key="store/2/sale/1", day=date(2027, 4, 1))
    )
    assert (this_year.number, next_year.number) == ("INV/26-27/00001", "SHOP/27-28/00001")


def test_only_what_was_changed_is_opened_ahead(company: Company) -> None:
    lines = series_by_year(company, TODAY)[NEXT]
    wanted = {line.key: line.prefix for line in lines} | {("sales", NEXT): "SHOP"}
    change_prefixes(company, wanted, today=TODAY)
    opened = Series.objects.filter(company=company, financial_year=NEXT)
    assert [row.type for row in opened] == ["sales"]


def test_a_year_that_is_opened_late_collides_with_nothing(company: Company) -> None:
    """Back-fill opens past years with the newest prefix of each type."""
    _change(company, "SHOP", year=NEXT)
    old = date(2024, 5, 1)
    sale, note = posted(company, a_sale(day=old), a_note(day=old))
    assert (sale.number, note.number) == ("SHOP/24-25/00001", "CN/24-25/00001")


def test_each_company_has_its_own(company: Company) -> None:
    _change(a_company(name="Other"), "OTH")
    assert _line(company, "sales").prefix == "INV"

"""Forms of the ledger's own pages."""

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import ValidationError
from django.http import QueryDict

from ledger import periods
from ledger.core.money import to_paise
from ledger.models import Company
from ledger.reports.account_ledger import Mark


class LogInForm(AuthenticationForm):
    """E-mail address and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = "E-mail address"
        self.fields["username"].widget = forms.EmailInput(
            attrs={"autocomplete": "username", "autofocus": True}
        )

    def clean_username(self) -> str:
        """Addresses are kept in lower case."""
        return str(self.cleaned_data["username"]).lower()


class YearForm(forms.Form):
    """The financial year to look at, by name."""

    year = forms.CharField(max_length=5)

    def __init__(self, *args: Any, company: Company, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.company = company

    def clean_year(self) -> str:
        """Only the name of a financial year of the company will do."""
        name = str(self.cleaned_data["year"])
        try:
            periods.year_named(name, self.company.year_start_month)
        except ValueError as error:
            raise ValidationError(str(error)) from None
        return name


class PeriodForm(forms.Form):
    """A period from the address of a page; an empty end means that of the usual one."""

    date_from = forms.DateField(required=False)
    date_to = forms.DateField(required=False)

    def __init__(self, data: QueryDict, *, usual: periods.Period) -> None:
        super().__init__(data)
        self.usual = usual

    def clean(self) -> dict[str, Any]:
        """A period needs both its ends in order."""
        cleaned = super().clean() or self.cleaned_data
        period = self.period()
        if period.first > period.last:
            raise ValidationError("The period ends before it begins.")
        return cleaned

    def period(self) -> periods.Period:
        """What was asked for."""
        first, last = self.cleaned_data.get("date_from"), self.cleaned_data.get("date_to")
        if first and not last:
            last = max(first, self.usual.last)
        return periods.Period(first or self.usual.first, last or self.usual.last)


class LedgerForm(PeriodForm):
    """A period, and where in the account's ledger the page begins."""

    after = forms.CharField(required=False, max_length=80)

    def clean_after(self) -> Mark | None:
        """Read a mark back, as `mark_text` wrote it."""
        text = str(self.cleaned_data["after"])
        if not text:
            return None
        try:
            day, voucher_id, position, amount = text.split("_")
            balance = to_paise(Decimal(amount))
            mark = Mark(date.fromisoformat(day), int(voucher_id), int(position), balance)
        except (ValueError, InvalidOperation):
            raise ValidationError("That is no place in the ledger.") from None
        if balance.is_nan():
            raise ValidationError("That is no place in the ledger.")
        return mark


def id_asked_for(query: QueryDict, name: str) -> int | None:
    """The id that an address names, None where it names none."""
    text = query.get(name, "")
    return int(text) if text.isdecimal() and len(text) <= 18 else None


def mark_text(mark: Mark | None) -> str:
    """A mark as it stands in the address of the next page."""
    return f"{mark.day}_{mark.voucher_id}_{mark.position}_{mark.balance}" if mark else ""

"""Forms of the ledger's own pages."""

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import ValidationError

from ledger import periods
from ledger.models import Company


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

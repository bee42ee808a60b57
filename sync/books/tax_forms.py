"""The form of a store's tax mapping: one field for each rate."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from ledger.models import Company
from sync.books.tax_rates import SeenRate
from sync.core.foreign import MAX_TAX_NAME

INDIAN = ("CGST", "SGST", "UTGST", "IGST")
"""Names that the books keep columns of their own for: halves must be equal there."""


class TaxMappingForm(forms.Form):
    """What each rate of the store is called in the books; empty means as the store labels it."""

    def __init__(
        self, *args: Any, company: Company, rates: Sequence[SeenRate], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.rates = rates
        for rate in rates:
            self.fields[_name(rate)] = _kind(rate) if company.country == "IN" else _tax(rate)

    def rows(self) -> list[tuple[SeenRate, forms.BoundField]]:
        """Each rate with its field, for the template."""
        return [(rate, self[_name(rate)]) for rate in self.rates]

    def mapping(self) -> dict[int, str]:
        """The names by rate id, once the form is valid."""
        return {rate.rate_id: self.cleaned_data[_name(rate)] for rate in self.rates}


def _name(rate: SeenRate) -> str:
    return f"rate:{rate.rate_id}"


def _label(rate: SeenRate) -> str:
    return f"What {rate.label or f'rate {rate.rate_id}'} is called in the books"


def _kind(rate: SeenRate) -> forms.ChoiceField:
    """In India the law splits the tax: a label only says which kind the store meant."""
    choices = [("", "As labelled"), *((name, name) for name in INDIAN)]
    return forms.ChoiceField(label=_label(rate), choices=choices, required=False)


def _tax(rate: SeenRate) -> forms.CharField:
    widget = forms.TextInput(
        attrs={"list": "taxes", "autocomplete": "off", "placeholder": rate.label}
    )
    return forms.CharField(
        label=_label(rate),
        max_length=MAX_TAX_NAME,
        required=False,
        validators=[_not_indian],
        widget=widget,
    )


def _not_indian(name: str) -> None:
    if name.upper() in INDIAN:
        raise ValidationError(f"{name.upper()} is a tax of India.")

"""The filter of the list of orders, read from the address of the page."""

from typing import Any

from django import forms
from django.http import QueryDict

from connections.models import Status, StoreConnection
from ledger.models import Company
from sync.core.waiting import REASONS, SHORT_OF_STOCK
from sync.models import OrderState
from sync.orders.order_list import OrderFilter
from sync.words import HELD_FOR, WAITS_FOR

_DAY = forms.DateInput(attrs={"type": "date"})


class OrderFilterForm(forms.Form):
    """Each empty field means all."""

    q = forms.CharField(label="Number or buyer", required=False, max_length=60)
    state = forms.ChoiceField(
        label="In the books", required=False, choices=[("", "Any"), *OrderState.choices]
    )
    reason = forms.ChoiceField(
        label="Waits for",
        required=False,
        choices=[
            ("", "Anything"),
            *((code, WAITS_FOR[code]) for code in REASONS),
            (SHORT_OF_STOCK, HELD_FOR),
        ],
    )
    status = forms.CharField(label="In the store", required=False, max_length=60)
    date_from = forms.DateField(label="Placed from", required=False, widget=_DAY)
    date_to = forms.DateField(label="Placed to", required=False, widget=_DAY)

    def __init__(self, data: QueryDict, *, company: Company) -> None:
        super().__init__(data)
        stores = StoreConnection.objects.filter(company=company).exclude(status=Status.DELETED)
        self.fields["store"] = forms.ModelChoiceField(
            stores.order_by("name"), label="Store", required=False, empty_label="All"
        )
        self.order_fields(["q", "store"])

    def clean(self) -> dict[str, Any]:
        """The days are in order."""
        cleaned = super().clean() or self.cleaned_data
        first, last = cleaned.get("date_from"), cleaned.get("date_to")
        if first and last and first > last:
            raise forms.ValidationError("The first day lies after the last.")
        return cleaned

    def filter(self) -> OrderFilter:
        """What the form asks for, once it is valid."""
        given = self.cleaned_data
        return OrderFilter(
            store=given["store"],
            state=given["state"],
            reason=given["reason"],
            status=given["status"],
            first=given["date_from"],
            last=given["date_to"],
            text=given["q"],
        )

"""The form that moves an item's stock."""

from datetime import date
from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from ledger.item_forms import DayField
from ledger.models import StockKind, StockLevel
from ledger.stock import Movement

_LATER = [StockKind.RECEIPT, StockKind.ADJUSTMENT]


class StockForm(forms.Form):
    """An opening where the item has none yet, a receipt or an adjustment where it has."""

    kind = forms.ChoiceField(label="Movement")
    quantity = forms.DecimalField(
        max_digits=16,
        decimal_places=4,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    day = DayField("On the day")
    note = forms.CharField(max_length=200, required=False)
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(
        self, data: QueryDict | None = None, *, level: StockLevel | None, today: date
    ) -> None:
        super().__init__(data, initial={"day": today, "key": uuid4()}, auto_id="stock_%s")
        self._today = today
        kinds = _LATER if level else [StockKind.OPENING]
        kind: Any = self.fields["kind"]
        kind.choices = [(each.value, each.label) for each in kinds]

    def clean_day(self) -> date:
        """Nothing moves tomorrow yet."""
        day: date = self.cleaned_data["day"]
        if day > self._today:
            raise ValidationError("That day is still to come.")
        return day

    def movement(self) -> Movement:
        """What was entered, once the form is valid."""
        given = self.cleaned_data
        return Movement(
            StockKind(given["kind"]), given["quantity"], given["day"], given["note"], given["key"]
        )

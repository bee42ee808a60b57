"""Forms of the manual import: the period to look at, the orders to bring, the day to go live."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from ledger.periods import Period
from sync.asking.going_live import EARLIEST, LATEST

USUAL_DAYS = 30
_DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def usual_days(today: date) -> Period:
    """The last thirty days, today among them."""
    return Period(today - timedelta(days=USUAL_DAYS - 1), today)


class LookForm(forms.Form):
    """The days on which the orders were created, in the company's zone; both are included."""

    first = forms.DateField(label="Created from", widget=_DAY)
    last = forms.DateField(label="to", widget=_DAY)

    def clean(self) -> dict[str, Any]:
        """The days are in order."""
        cleaned = super().clean() or self.cleaned_data
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last and first > last:
            raise ValidationError("The period ends before it begins.")
        return cleaned

    def days(self) -> Period:
        """What was asked for, once the form is valid."""
        return Period(self.cleaned_data["first"], self.cleaned_data["last"])


class GoLiveForm(forms.Form):
    """The day from which on a store's orders are booked; empty: all of them."""

    day = forms.DateField(
        label="Book orders created from",
        required=False,
        widget=_DAY,
        help_text="Empty: all. What is booked already stays booked, and is followed.",
    )

    def clean_day(self) -> date | None:
        """A day that can be meant."""
        day: date | None = self.cleaned_data["day"]
        if day and not EARLIEST <= day <= LATEST:
            raise ValidationError(f"Choose a day from {EARLIEST.year} to {LATEST.year}.")
        return day


def ticked(sent: QueryDict, name: str = "order") -> list[int]:
    """The ids of what was ticked, orders unless told; what is no id is nothing."""
    return [int(each) for each in sent.getlist(name) if each.isdecimal() and len(each) <= 18]

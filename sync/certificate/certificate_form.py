"""What a person says who wants a certificate."""

from typing import Any

from django import forms

_DAY = {"type": "date"}


class CertificateForm(forms.Form):
    """The days on which orders were created, and whether to put right what differs."""

    first = forms.DateField(
        label="Orders created from",
        required=False,
        widget=forms.DateInput(attrs=_DAY, format="%Y-%m-%d"),
        help_text="Empty: all that the store has. What is missing is booked, however old it is.",
    )
    last = forms.DateField(
        label="Up to",
        required=False,
        widget=forms.DateInput(attrs=_DAY, format="%Y-%m-%d"),
        help_text="Empty: up to now.",
    )
    repairs = forms.BooleanField(
        label="Repair what differs", required=False, help_text="By what the store says now."
    )
    insists = forms.BooleanField(
        label="Reverse the orders that are gone, many as they are",
        required=False,
        help_text="First make sure that this is the right store, and no old copy of it.",
    )

    def clean(self) -> dict[str, Any]:
        """A period ends after it begins."""
        given = super().clean() or {}
        first, last = given.get("first"), given.get("last")
        if first and last and last < first:
            self.add_error("last", "The period ends before it begins.")
        return given

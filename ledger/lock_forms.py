"""Forms of the period lock."""

from typing import Any

from django import forms


class _WithReason(forms.Form):
    """Every change of the lock says why."""

    reason = forms.CharField(
        max_length=200,
        widget=forms.TextInput(attrs={"placeholder": "GSTR-1 filed", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields(("day", "reason"))


class LockForm(_WithReason):
    """Up to which day, included."""

    day = forms.DateField(label="Lock up to", widget=forms.DateInput(attrs={"type": "date"}))


class UnlockForm(_WithReason):
    """After which day the books are open again."""

    day = forms.DateField(
        label="Keep locked up to",
        required=False,
        help_text="Empty: everything is open again.",
        widget=forms.DateInput(attrs={"type": "date"}),
    )

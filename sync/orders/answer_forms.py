"""Forms that answer what an order waits for: for every reason there is at least one."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, ClassVar

from django import forms

from ledger.core.gst import ORDINARY_GST_RATES
from ledger.core.money import priced
from ledger.core.states import OTHER_COUNTRIES, OTHER_TERRITORY, STATE_NAMES
from sync.booking.reading import LEFT_OUT
from sync.core.waiting import INTERNAL, RefundAsked, WaitsFor


class AnswerForm(forms.Form):
    """A person's decision about an order that waits, for the very snapshot that was shown."""

    code: ClassVar[str]
    press: ClassVar[str]
    snapshot = forms.IntegerField(widget=forms.HiddenInput)

    def value(self) -> dict[str, str]:
        """The decision, as `sync.orders.acceptance` keeps it."""
        return {}


class DifferenceForm(AnswerForm):
    """Book the tax as the store charged it."""

    code = WaitsFor.DIFFERENCE
    press = "Book the tax as charged"


class PlaceOfSupplyForm(AnswerForm):
    """Say which state the goods went to."""

    code = WaitsFor.PLACE_OF_SUPPLY
    press = "Book with this state"
    state = forms.ChoiceField(
        label="State of the buyer",
        choices=[
            ("", "Choose a state"),
            *((code, f"{code} {name}") for code, name in STATE_NAMES.items()),
            (OTHER_TERRITORY, f"{OTHER_TERRITORY} Other Territory"),
            (OTHER_COUNTRIES, "Outside India"),
        ],
    )

    def value(self) -> dict[str, str]:
        """The GST code of the state."""
        return {"state": self.cleaned_data["state"]}


class CurrencyForm(AnswerForm):
    """Enter the exchange rate of the order's day."""

    code = WaitsFor.CURRENCY
    press = "Book at this rate"
    rate = forms.DecimalField(
        label="Exchange rate",
        max_digits=18,
        decimal_places=8,
        min_value=Decimal("0.00000001"),
        widget=forms.TextInput(attrs={"inputmode": "decimal", "placeholder": "83.25"}),
    )

    def value(self) -> dict[str, str]:
        """The rate, as it was entered."""
        return {"rate": str(self.cleaned_data["rate"])}


class RateForm(AnswerForm):
    """Choose the GST rate of the lines whose rate nothing tells."""

    code = WaitsFor.RATE
    press = "Book at this rate of tax"
    rate = forms.ChoiceField(
        label="GST rate",
        choices=[
            ("", "Choose a rate"),
            *((str(rate), f"{rate.normalize():f} %") for rate in ORDINARY_GST_RATES),
        ],
    )

    def value(self) -> dict[str, str]:
        """The rate, in per cent."""
        return {"rate": self.cleaned_data["rate"]}


class RefundReappearedForm(AnswerForm):
    """Book once more what was booked and undone."""

    code = WaitsFor.REFUND_REAPPEARED
    press = "Book the refund again"


class RefundLinesForm(AnswerForm):
    """Say how much of each line a refund gives back; one field per line that stands."""

    code = WaitsFor.REFUND_LINES
    press = "Book this allocation"
    refund = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, refund: RefundAsked | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked = refund
        self.lines = refund.lines if refund else ()
        if refund is None:
            return
        self.initial["refund"] = refund.refund_id
        for position, line in enumerate(self.lines):
            self.fields[f"line{position}"] = forms.DecimalField(
                label=line.name,
                required=False,
                max_digits=14,
                decimal_places=2,
                help_text=f"of {priced(line.left, refund.currency)}",
                widget=forms.TextInput(attrs={"inputmode": "decimal", "placeholder": "0.00"}),
            )

    def clean(self) -> dict[str, Any]:
        """The amounts are the refund, to the paisa, and no line gives more than stands of it."""
        cleaned = super().clean() or self.cleaned_data
        if self.asked is None or cleaned.get("refund") != self.asked.refund_id:
            raise forms.ValidationError("This refund is not asked for any more.")
        for problem in self.asked.problems(self.amounts()):
            raise forms.ValidationError(problem)
        return cleaned

    def amounts(self) -> dict[str, Decimal]:
        """What was entered, with tax, by line."""
        given = ((line.key, self.cleaned_data.get(f"line{i}")) for i, line in enumerate(self.lines))
        return {key: amount for key, amount in given if amount}

    def value(self) -> dict[str, str]:
        """The amounts with tax, by line."""
        return {key: str(amount) for key, amount in self.amounts().items()}


class LeaveOutForm(AnswerForm):
    """Leave this state of the order out of the books, with the reason."""

    code = LEFT_OUT
    press = "Leave it out"
    why = forms.CharField(
        label="Leave it out, because",
        max_length=200,
        widget=forms.TextInput(attrs={"placeholder": "a test order"}),
    )

    def value(self) -> dict[str, str]:
        """The snapshot that is left out, and why."""
        return {"snapshot": str(self.cleaned_data["snapshot"]), "why": self.cleaned_data["why"]}


class LeaveOutDeliveryForm(forms.Form):
    """Leave a delivery out that could not be read, with the reason."""

    delivery = forms.IntegerField(min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput)
    why = forms.CharField(
        label="Leave it out, because",
        max_length=200,
        widget=forms.TextInput(attrs={"placeholder": "sent by a test plugin"}),
    )


_FORMS: Sequence[type[AnswerForm]] = (
    DifferenceForm, PlaceOfSupplyForm, CurrencyForm, RateForm, RefundReappearedForm,
    RefundLinesForm,
)  # fmt: skip
ANSWER_FORMS: Mapping[str, type[AnswerForm]] = {form.code: form for form in _FORMS}

ELSEWHERE = frozenset({WaitsFor.SKU})
"""Reasons that are solved by mapping, beside the order; the order goes on by itself."""

ONLY_LEFT_OUT = frozenset({WaitsFor.READABLE, WaitsFor.BELOW_ZERO})
"""Reasons that only the store can put right; a person may leave the order out meanwhile."""

ONLY_RETRIED = frozenset({INTERNAL})
"""Reasons that are our fault: the order is tried again, after an update if need be."""


def form_for(
    code: str,
    *args: Any,
    refund: RefundAsked | None = None,
    **kwargs: Any,
) -> AnswerForm | None:
    """The form that answers a reason, if one does; a refund's lines are asked for as they stand."""
    kind = LeaveOutForm if code == LEFT_OUT else ANSWER_FORMS.get(code)
    if kind is RefundLinesForm:
        return RefundLinesForm(*args, refund=refund, **kwargs) if refund else None
    return kind(*args, **kwargs) if kind else None

"""What the addresses of reports ask for. Each empty field means all."""

from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from connections.models import StoreConnection
from ledger.core.gst import Taxability
from ledger.forms import LedgerForm, PeriodForm
from ledger.models import Company
from ledger.papers.typesetting import Copy
from ledger.periods import Period
from ledger.reports.supplies import Part, Rate, Wanted
from ledger.reports.supply_sums import TYPES
from ledger.words import KIND_NAMES, TYPE_NAMES
from sync.forms import MarkField
from sync.sources import source_of

WITHOUT_HSN = "none"
BUYERS = (("registered", "B2B"), ("unregistered", "B2C"))


class OfStoreForm(PeriodForm):
    """A period, and one of the company's stores."""

    def __init__(self, data: QueryDict, *, company: Company, usual: Period) -> None:
        super().__init__(data, usual=usual)
        stores = StoreConnection.objects.filter(company=company).order_by("name")
        self.fields["store"] = forms.ModelChoiceField(stores, required=False)

    def source(self) -> str:
        """The source that was asked for, once the form is valid."""
        return source_of(self.cleaned_data["store"])


class AccountForm(OfStoreForm, LedgerForm):
    """An account ledger's filter, and where its page begins."""


class RateField(forms.CharField):
    """A column of the register, as `rate_text` writes it: `taxable:18:1`."""

    def clean(self, value: Any) -> Rate | None:
        """Read it back."""
        text = super().clean(value)
        if not text:
            return None
        try:
            taxability, rate, is_taxed = text.split(":")
            return Rate(Taxability(taxability).value, _percentage(rate), bool(int(is_taxed)))
        except (ValueError, InvalidOperation):
            raise ValidationError("That is no rate.") from None


def _percentage(text: str) -> Decimal:
    rate = Decimal(text)
    if not 0 <= rate <= 100:
        raise ValueError(f"{text} is not a percentage")
    return rate


def rate_text(rate: Rate) -> str:
    """A rate as it stands in an address."""
    return f"{rate.taxability}:{rate.rate.normalize():f}:{int(rate.is_taxed)}"


class RegisterForm(OfStoreForm):
    """The sales register's filter, and where its page begins."""

    type = forms.ChoiceField(
        choices=[("", "All"), *((each.value, TYPE_NAMES[each]) for each in TYPES)], required=False
    )
    buyer = forms.ChoiceField(choices=[("", "All"), *BUYERS], required=False)
    hsn = forms.RegexField(rf"^([0-9]{{2,8}}|{WITHOUT_HSN})$", required=False)
    rate = RateField(required=False, max_length=40)
    kind = forms.ChoiceField(choices=[("", "All"), *KIND_NAMES.items()], required=False)
    after = MarkField(required=False)

    buyers = BUYERS

    def wanted(self) -> Wanted:
        """What the form asks for, once it is valid."""
        asked = self.cleaned_data
        return Wanted(
            period=self.period(),
            types=(asked["type"],) if asked["type"] else (),
            source=self.source(),
            is_registered={"registered": True, "unregistered": False}.get(asked["buyer"]),
            part=self._part(),
        )

    def _part(self) -> Part | None:
        hsn, rate, kind = (self.cleaned_data[name] for name in ("hsn", "rate", "kind"))
        if not hsn and rate is None and not kind:
            return None
        return Part({"": None, WITHOUT_HSN: ""}.get(hsn, hsn), rate, kind)


class SelectionForm(forms.Form):
    """Vouchers that were ticked in a list, or `everything` that its filter shows."""

    report = forms.ChoiceField(choices=[("day_book", ""), ("sales_register", "")])
    query = forms.CharField(required=False, max_length=500)
    everything = forms.BooleanField(required=False)
    copy = forms.ChoiceField(choices=[(each.value, "") for each in Copy], required=False)

    def clean(self) -> dict[str, Any]:
        """The ids of what was ticked, each once, in the order of the list."""
        cleaned = super().clean() or self.cleaned_data
        ticked = self.data.getlist("voucher") if isinstance(self.data, QueryDict) else []
        if not all(each.isdecimal() and len(each) <= 18 for each in ticked):
            raise ValidationError("That is no voucher.")
        cleaned["vouchers"] = list(dict.fromkeys(int(each) for each in ticked))
        return cleaned

    def copy_wanted(self) -> Copy:
        """Which copy; the original unless another one is asked for."""
        return Copy(self.cleaned_data["copy"] or Copy.ORIGINAL)

"""The form in which people enter a voucher: a head, and rows of debits and credits."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BaseFormSet
from django.forms.renderers import get_default_renderer
from django.http import QueryDict

from ledger.core.documents import VoucherType
from ledger.core.money import ZERO
from ledger.models import Account, Company, Party
from ledger.posting import AccountAmount, Journal
from ledger.quick_search import UnknownNameError, accounts_named, party_named

Day = date
"""For forms whose field is called `date`."""
FIRST_DAY = date(2000, 4, 1)
MAX_ROWS = 100
DEBIT, CREDIT = "dr", "cr"


class AmountField(forms.DecimalField):
    """An amount as people write it: `1,23,456.78`, `₹ 500`."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_digits=14, decimal_places=2, min_value=Decimal("0.01"), **options)

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]
        """Leave grouping, spaces and the sign of the rupee out."""
        text = str(value or "").translate(str.maketrans("", "", ", \u00a0\u202f₹"))
        return super().to_python(text)


class DayForm(forms.Form):
    """What every form that posts by hand asks: the day, a reference, a narration."""

    date = forms.DateField(widget=forms.DateInput(attrs={"type": "date", "data-key-period": ""}))
    reference = forms.CharField(
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "off", "placeholder": "UTR, cheque, bill"}),
    )
    narration = forms.CharField(
        required=False, max_length=250, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )

    def __init__(self, *args: Any, today: Day, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_date(self) -> Day:
        """Books are kept of what has happened."""
        day: Day = self.cleaned_data["date"]
        if not FIRST_DAY <= day <= self.today:
            raise ValidationError("The date lies in the future, or too far in the past.")
        return day


class HeadForm(DayForm):
    """Date, party, reference, narration; `token` makes sending the form twice harmless."""

    party = forms.CharField(
        required=False,
        max_length=230,
        widget=forms.TextInput(attrs={"autocomplete": "off", "placeholder": "Customer, if any"}),
    )
    token = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def __init__(self, *args: Any, company: Company, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.company = company

    def clean_party(self) -> Party | None:
        """The customer of that name."""
        text = self.cleaned_data["party"]
        try:
            return party_named(self.company, text) if text else None
        except UnknownNameError as error:
            raise ValidationError(str(error)) from None


class RowForm(forms.Form):
    """A debit or a credit. A row without account and amount counts for nothing."""

    side = forms.ChoiceField(
        label="Dr or Cr", choices=[(DEBIT, "Dr"), (CREDIT, "Cr")], required=False
    )
    account = forms.CharField(
        max_length=150,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "list": "accounts"}),
    )
    amount = AmountField(
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    balance: Decimal | None = None
    """What the account stands at, for the page."""

    def clean(self) -> dict[str, Any]:
        """Both or nothing."""
        cleaned = super().clean() or self.cleaned_data
        account, amount = cleaned.get("account"), cleaned.get("amount")
        if account and amount is None and "amount" not in self.errors:
            self.add_error("amount", "The amount is missing.")
        if amount is not None and not account:
            self.add_error("account", "The account is missing.")
        return cleaned

    @property
    def account_text(self) -> str:
        """What stands in the field of the account, before and after it was sent."""
        return str(self["account"].value() or "")


if TYPE_CHECKING:
    _RowSet = BaseFormSet[RowForm]
else:
    _RowSet = BaseFormSet


class Rows(_RowSet):
    """The rows of a voucher."""

    form = RowForm
    extra = min_num = 0
    max_num = absolute_max = MAX_ROWS
    validate_min = validate_max = False
    can_order = can_delete = can_delete_extra = False
    renderer = get_default_renderer()

    def __init__(self, *args: Any, company: Company, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.company = company
        self._accounts: Mapping[str, Account | str] = {}

    def clean(self) -> None:
        """Find the accounts, all at once."""
        filled = [row for row in self.forms if row.cleaned_data.get("account")]
        self._accounts = accounts_named(
            self.company, {row.cleaned_data["account"] for row in filled}
        )
        for row in filled:
            found = self._accounts[row.cleaned_data["account"]]
            if isinstance(found, str):
                row.add_error("account", found)

    def entries(self) -> list[AccountAmount]:
        """The debits and credits, once the rows are valid."""
        return [
            _entry(cast("Account", self._accounts[row.cleaned_data["account"]]), row.cleaned_data)
            for row in self.forms
            if row.cleaned_data.get("account")
        ]


def _entry(account: Account, row: Mapping[str, Any]) -> AccountAmount:
    amount: Decimal = row["amount"]
    if row["side"] == CREDIT:
        return AccountAmount(account, ZERO, amount)
    return AccountAmount(account, amount, ZERO)


class EntryForm:
    """Head and rows of one voucher, read and checked together."""

    def __init__(
        self,
        company: Company,
        today: date,
        *,
        data: QueryDict | None = None,
        head: Mapping[str, Any] | None = None,
        rows: Sequence[Mapping[str, Any]] = (),
    ) -> None:
        self.head = HeadForm(data, initial=head, company=company, today=today)
        self.rows = Rows(data, initial=list(rows), prefix="row", company=company)

    def is_valid(self) -> bool:
        """Check both, so that a person sees all that is wrong at once."""
        return all([self.head.is_valid(), self.rows.is_valid()])

    def accounts(self) -> dict[str, Account]:
        """The accounts that stand in the rows by what is written there; checked or not."""
        texts = {row.account_text for row in self.rows} - {""}
        found = accounts_named(self.head.company, texts)
        return {text: each for text, each in found.items() if isinstance(each, Account)}

    def refuse(self, reason: str) -> None:
        """Say why posting refused it."""
        self.head.add_error(None, reason)

    def journal(self, type_: VoucherType) -> Journal:
        """The voucher, once everything is valid."""
        head = self.head.cleaned_data
        return Journal(
            type=type_,
            source_key=f"hand/{head['token']}",
            date=head["date"],
            narration=head["narration"],
            entries=self.rows.entries(),
            reference=head["reference"],
            party=head["party"],
        )

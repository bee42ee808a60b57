"""Forms of the settings that belong to a company: its details, accounts, series."""

import re
from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any, ClassVar
from zoneinfo import available_timezones

from babel import Locale
from babel.numbers import list_currencies
from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from ledger import chart
from ledger.companies import UnfitCompanyError, checked_gstin
from ledger.company_details import FIXED_BY_BOOKS
from ledger.core.gstin import pan_in
from ledger.core.numbering import financial_year
from ledger.core.states import STATE_NAMES
from ledger.models import Account, Company
from ledger.voucher_series import Key, Line
from ledger.words import TYPE_NAMES

_PIN = re.compile(r"[1-9][0-9]{5}")
_PAN = re.compile(r"[A-Z]{5}[0-9]{4}[A-Z]")
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip


@cache
def _time_zones() -> list[tuple[str, str]]:
    """All there are; the system keeps them as some six hundred files."""
    return [(zone, zone) for zone in sorted(available_timezones())]


class _LongSelect(forms.Select):
    """Hundreds of choices written in one go; Django renders a template for each of them."""

    def render(
        self,
        name: str,
        value: Any,
        attrs: dict[str, Any] | None = None,
        renderer: Any = None,  # noqa: ARG002 -- Django's signature
    ) -> SafeString:
        """The same HTML as the widget that it stands for."""
        widget = self.get_context(name, value, attrs)["widget"]
        choices = (each for _, group, _ in widget["optgroups"] for each in group)
        options = format_html_join(
            "\n",
            '<option value="{}"{}>{}</option>',
            ((o["value"], " selected" if o["selected"] else "", o["label"]) for o in choices),
        )
        return format_html(
            '<select name="{}"{}>{}</select>', name, flatatt(widget["attrs"]), options
        )


class CompanyForm(forms.ModelForm):  # type: ignore[type-arg]  # generic for mypy alone
    """What a company says of itself. With `is_fixed` the books hold its place, money and year."""

    class Meta:
        model = Company
        fields = (
            *("name", "legal_name", "address", "city", "pin_code", "phone", "email"),
            *("state", "scheme", "gstin", "pan", "has_lut", "lut_number", "lut_year"),
            *("currency", "timezone", "year_start_month", "bank_details", "document_terms"),
        )
        labels: ClassVar = {
            "gstin": "GSTIN",
            "scheme": "GST scheme",
            "has_lut": "Exports go out without tax, under a letter of undertaking (LUT)",
            "lut_year": "Financial year of the LUT",
            "pin_code": "PIN code",
            "email": "E-mail",
            "timezone": "Time zone",
            "year_start_month": "The financial year begins in",
            "bank_details": "Bank details",
            "document_terms": "Terms",
        }
        help_texts: ClassVar = {
            "name": "What the company is called here.",
            "legal_name": "As registered; on invoices. Empty: the name above.",
            "has_lut": "Off: exports bear IGST. It holds for what is posted from now on.",
            "bank_details": "Where buyers pay to; printed on invoices.",
            "document_terms": "Printed at the foot of invoices.",
        }
        widgets: ClassVar = {
            "name": forms.TextInput(attrs={"autocomplete": "organization"}),
            "address": forms.Textarea(attrs={"rows": 2, "autocomplete": "street-address"}),
            "pin_code": forms.TextInput(attrs={"inputmode": "numeric"}),
            "gstin": forms.TextInput(attrs={"spellcheck": "false", "autocomplete": "off"}),
            "pan": forms.TextInput(attrs={"spellcheck": "false", "autocomplete": "off"}),
            "bank_details": forms.Textarea(attrs={"rows": 3}),
            "document_terms": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(self, *args: Any, is_fixed: bool, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        country = self.instance.country
        self.is_in_india = country == "IN"
        self.country_name = Locale("en").territories.get(country, country)
        self._choose_among(today)
        if not self.is_in_india:
            for name in ("state", "scheme", "gstin", "pan", "has_lut", "lut_number", "lut_year"):
                del self.fields[name]
        for name in FIXED_BY_BOOKS:
            if is_fixed and name in self.fields:
                self.fields[name].disabled = True

    def _choose_among(self, today: date) -> None:
        month = self.instance.year_start_month
        years = [
            financial_year(date(today.year + step, month, 1), month) for step in (-2, -1, 0, 1)
        ]
        own = self.instance.lut_year
        choices = dict.fromkeys(["", *([own] if own else []), *years])
        self.fields["lut_year"] = forms.ChoiceField(
            label=self.fields["lut_year"].label,
            choices=[(year, year or "Not said") for year in choices],
            required=False,
        )
        self.fields["state"] = forms.ChoiceField(
            label="State",
            choices=[(code, f"{code} {name}") for code, name in STATE_NAMES.items()],
            help_text="Where the goods are supplied from; the GSTIN's first two digits.",
        )
        self.fields["timezone"] = forms.ChoiceField(
            label="Time zone", choices=_time_zones(), widget=_LongSelect
        )
        self.fields["year_start_month"] = forms.TypedChoiceField(
            label="The financial year begins in",
            choices=[(number, name) for number, name in enumerate(MONTHS, 1)],
            coerce=int,
        )

    def clean_currency(self) -> str:
        """One that banks know."""
        currency = str(self.cleaned_data["currency"]).upper()
        if currency not in list_currencies():
            raise ValidationError("Three letters, such as INR.")
        return currency

    def clean_pin_code(self) -> str:
        """Six digits in India, often written in two groups."""
        pin = str(self.cleaned_data["pin_code"]).strip()
        if not self.is_in_india:
            return pin
        pin = pin.replace(" ", "")
        if pin and not _PIN.fullmatch(pin):
            raise ValidationError("A PIN code has six digits.")
        return pin

    def clean_pan(self) -> str:
        """In capitals."""
        pan = str(self.cleaned_data["pan"]).replace(" ", "").upper()
        if pan and not _PAN.fullmatch(pan):
            raise ValidationError("A PAN has five letters, four digits and a letter.")
        return pan

    def clean_lut_number(self) -> str:
        """In capitals."""
        return str(self.cleaned_data["lut_number"]).strip().upper()

    def clean(self) -> dict[str, Any]:
        """GSTIN, state, scheme and PAN say the same."""
        cleaned = super().clean() or self.cleaned_data
        if not self.is_in_india or "gstin" not in cleaned or "state" not in cleaned:
            return cleaned
        try:
            gstin = checked_gstin(
                cleaned["gstin"], state=cleaned["state"], scheme=cleaned.get("scheme", "")
            )
        except UnfitCompanyError as error:
            self.add_error("gstin", str(error))
            return cleaned
        cleaned["gstin"] = gstin
        self._compare_pan(gstin, cleaned)
        return cleaned

    def _compare_pan(self, gstin: str, cleaned: dict[str, Any]) -> None:
        """An ordinary GSTIN contains the PAN, which need not be typed then."""
        contained = pan_in(gstin)
        if contained is None or "pan" not in cleaned:
            return
        if cleaned["pan"] and cleaned["pan"] != contained:
            self.add_error("pan", f"The GSTIN contains another PAN, {contained}.")
        cleaned["pan"] = contained


class AccountForm(forms.ModelForm):  # type: ignore[type-arg]  # generic for mypy alone
    """An account: what it is called and where it stands in the chart."""

    class Meta:
        model = Account
        fields = ("code", "name", "group", "nature", "is_active")
        labels: ClassVar = {"is_active": "In use"}
        help_texts: ClassVar = {
            "is_active": "Off: no voucher can be entered to it by hand. Its entries stay.",
            "group": "A group that there is, or a new one.",
        }
        widgets: ClassVar = {
            "code": forms.TextInput(attrs={"autocomplete": "off"}),
            "name": forms.TextInput(attrs={"autocomplete": "off"}),
            "group": forms.TextInput(attrs={"list": "groups", "autocomplete": "off"}),
        }

    def __init__(self, *args: Any, company: Company, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.company = self.instance.company = company
        self.groups = chart.groups_of(company)
        is_new = self.instance.pk is None
        if is_new:
            del self.fields["is_active"]
        elif chart.is_posted_to_by_rule(self.instance):
            for name in ("group", "nature", "is_active"):
                self.fields[name].disabled = True
        elif chart.has_entries(self.instance):
            self.fields["nature"].disabled = True

    def clean_code(self) -> str:
        """One account, one code."""
        return self._only_here("code", "Another account has this code.")

    def clean_name(self) -> str:
        """One account, one name."""
        return self._only_here("name", "Another account has this name.")

    def clean(self) -> dict[str, Any]:
        """An account joins a group of its nature; India's taxes are on both sides."""
        cleaned = super().clean() or self.cleaned_data
        name, nature = cleaned.get("group"), cleaned.get("nature")
        natures = {
            group.nature
            for group in self.groups
            if group.name == name and any(each.pk != self.instance.pk for each in group.accounts)
        }
        if natures and nature and nature not in natures:
            labels = " or ".join(sorted(each.label.lower() for each in natures))
            self.add_error("group", f"The accounts of {name} are of the nature “{labels}”.")
        return cleaned

    def _only_here(self, field: str, complaint: str) -> str:
        value = str(self.cleaned_data[field])
        others = Account.objects.filter(company=self.company).exclude(pk=self.instance.pk)
        if others.filter(**{field: value}).exists():
            raise ValidationError(complaint)
        return value


class SeriesForm(forms.Form):
    """A prefix for each series that has given out no number."""

    def __init__(self, *args: Any, years: Mapping[str, list[Line]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.open_lines = [line for lines in years.values() for line in lines if not line.is_used]
        for line in self.open_lines:
            self.fields[line.name] = forms.CharField(
                label=f"Prefix of {TYPE_NAMES[line.type]} {line.year}",
                initial=line.prefix,
                max_length=4,
                widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
            )

    def wanted(self) -> dict[Key, str]:
        """The prefixes, in capitals."""
        return {line.key: self.cleaned_data[line.name].upper() for line in self.open_lines}

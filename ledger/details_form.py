"""What a company's documents say of it."""

import re
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError

from ledger.models import Company

MOST_LINES = 6
_PAN = re.compile(r"[A-Z]{5}[0-9]{4}[A-Z]")
_PIN_CODE = re.compile(r"[1-9][0-9]{5}")


class DocumentDetailsForm(forms.ModelForm):  # type: ignore[type-arg]  # generic for mypy alone
    """Name, address and numbers of the supplier, and the small print."""

    corrects = forms.BooleanField(
        required=False,
        label="This corrects what stood there before: print it on earlier documents too",
        help_text="Without it, documents posted until now keep the details that they were "
        "issued with.",
    )

    class Meta:
        model = Company
        fields = (
            "legal_name", "address", "city", "pin_code", "phone", "email", "pan",
            "lut_number", "lut_year", "hsn_digits", "signatory", "bank_details", "document_terms",
        )  # fmt: skip
        labels: ClassVar = {
            "lut_number": "Letter of undertaking (ARN)",
            "lut_year": "… for the financial year",
            "hsn_digits": "Turnover of the preceding year",
            "bank_details": "Bank",
            "document_terms": "Terms",
        }
        help_texts: ClassVar = {
            "legal_name": "Where it differs from the company's name; who signs is named by it.",
            "lut_year": "Such as 26-27.",
            "bank_details": "Up to six lines, as they should stand on the document.",
        }
        widgets: ClassVar = {
            "address": forms.Textarea(attrs={"rows": 3, "autocomplete": "street-address"}),
            "bank_details": forms.Textarea(attrs={"rows": 4}),
            "document_terms": forms.Textarea(attrs={"rows": 4}),
        }

    def clean_pan(self) -> str:
        """PANs are written in capitals; where there is a GSTIN it holds the same one."""
        pan = str(self.cleaned_data["pan"]).upper()
        if pan and not _PAN.fullmatch(pan):
            raise ValidationError("A PAN looks like AAPFU0939F.")
        own = self.instance.gstin[2:12]
        if pan and own and pan != own:
            raise ValidationError(f"The GSTIN {self.instance.gstin} is of the PAN {own}.")
        return pan

    def clean_pin_code(self) -> str:
        """India's have six digits; other countries write theirs as they like."""
        code = str(self.cleaned_data["pin_code"])
        if code and self.instance.country == "IN" and not _PIN_CODE.fullmatch(code):
            raise ValidationError("A PIN code has six digits.")
        return code

    def clean_lut_year(self) -> str:
        """A financial year by its name."""
        year = str(self.cleaned_data["lut_year"])
        if year and not _is_year(year):
            raise ValidationError("Write the financial year like 26-27.")
        return year

    def clean(self) -> dict[str, Any]:
        """A few lines each: a document has one page for most buyers."""
        cleaned = super().clean() or self.cleaned_data
        for name in ("address", "bank_details"):
            if len(str(cleaned.get(name, "")).splitlines()) > MOST_LINES:
                self.add_error(name, f"At most {MOST_LINES} lines, please.")
        return cleaned


def _is_year(text: str) -> bool:
    first, dash, second = text.partition("-")
    if not (dash and first.isdecimal() and second.isdecimal()):
        return False
    return (int(first) + 1) % 100 == int(second) and len(text) == len("26-27")

"""Forms of the SKU mapping: map one, open its item, upload a file."""

from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction

from ledger.models import Company, Item, ItemRate
from sync.core.sku_sheet import LONGEST_SKU


class SkuField(forms.CharField):
    """A store's SKU, as it is written there."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=LONGEST_SKU, label="Store SKU", **options)


class MapForm(forms.Form):
    """A store's SKU, and the item that it stands for: by SKU, lookup code or name."""

    sku = SkuField()
    item = forms.CharField(max_length=250, label="Item")


class UnmapForm(forms.Form):
    """A SKU whose mapping goes."""

    sku = SkuField()


class ItemForm(forms.ModelForm):  # type: ignore[type-arg]  # generic for mypy alone
    """A new item for a store's SKU."""

    rate = forms.DecimalField(
        label="GST %",
        required=False,
        min_value=Decimal(0),
        max_value=Decimal(100),
        max_digits=6,
        decimal_places=3,
        help_text="Empty: unknown; orders are booked at the rate that the store charged.",
        widget=forms.TextInput(attrs={"inputmode": "decimal", "placeholder": "18"}),
    )
    since = forms.DateField(
        label="In force since", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    class Meta:
        model = Item
        fields = ("sku", "name", "hsn", "taxability", "is_service")
        labels: ClassVar = {"sku": "Item SKU", "is_service": "A service"}

    def __init__(self, *args: Any, company: Company, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.company = company

    def clean_sku(self) -> str:
        """No other item has it."""
        sku = str(self.cleaned_data["sku"])
        if Item.objects.filter(company=self.instance.company, sku=sku).exists():
            raise ValidationError("An item has this SKU already: map to that one.")
        return sku

    def clean_hsn(self) -> str:
        """Two to eight digits, as the portal takes them."""
        hsn = str(self.cleaned_data["hsn"])
        if hsn and not (hsn.isascii() and hsn.isdecimal() and 2 <= len(hsn) <= 8):
            raise ValidationError("An HSN or SAC has two to eight digits.")
        return hsn

    @transaction.atomic
    def open_item(self) -> Item:
        """Make the item with its rate."""
        item: Item = self.save()
        rate = self.cleaned_data["rate"]
        if rate is not None:
            ItemRate.objects.create(
                company_id=item.company_id,
                item=item,
                rate=rate,
                valid_from=self.cleaned_data["since"],
            )
        return item


class UploadForm(forms.Form):
    """A CSV file of mappings."""

    file = forms.FileField(
        label="CSV file",
        error_messages={
            "required": "No file came, or one that is too large.",
            "empty": "The file is empty.",
        },
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,text/csv,text/plain"}),
    )

"""Forms of the SKU mapping: map one, upload a file. An item is opened by `ledger.item_forms`."""

from typing import Any

from django import forms

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

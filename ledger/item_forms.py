"""Forms of the items: all that is known of one, a rate from a day on, one change for several."""

from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError

from ledger import items
from ledger.core.hsn import is_code, misfit
from ledger.core.uqc import UNITS
from ledger.item_list import ItemFilter, Show
from ledger.models import Company, Item


def checked_hsn(hsn: str) -> str:
    """An HSN or SAC, or nothing.

    :raises ValidationError: when it is something else.
    """
    if hsn and not is_code(hsn):
        raise ValidationError("An HSN or SAC has two to eight digits, and nothing else.")
    return hsn


class RateField(forms.DecimalField):
    """A GST rate in per cent."""

    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(
            label="GST %", min_value=Decimal(0), max_value=Decimal(100), max_digits=6,
            decimal_places=3, widget=widget, **options,
        )  # fmt: skip


class DayField(forms.DateField):
    """A day, chosen in the browser's own calendar."""

    def __init__(self, label: str, **options: Any) -> None:
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        super().__init__(label=label, widget=widget, **options)


class ItemForm(forms.ModelForm):  # type: ignore[type-arg]  # generic for mypy alone
    """What is known of an item. A posted one keeps its taxability."""

    class Meta:
        model = Item
        fields = (
            *("sku", "name", "lookup_code", "barcode", "hsn", "taxability"),
            *("unit", "price", "is_service", "is_active"),
        )
        labels: ClassVar = {
            "sku": "Item SKU",
            "lookup_code": "Lookup code",
            "price": "Price without tax",
            "is_service": "A service",
            "is_active": "In use",
        }
        help_texts: ClassVar = {
            "lookup_code": "A second code that stores may use for it.",
            "is_active": "Out of use: new orders no longer match it; what is posted stays.",
        }

    def __init__(self, *args: Any, company: Company, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.company = company
        self.fields["unit"] = forms.ChoiceField(label="Unit (UQC)", choices=_units(self.instance))
        for name in ("sku", "lookup_code", "barcode", "hsn"):
            self.fields[name].widget.attrs |= {"autocomplete": "off", "spellcheck": "false"}
        self.fields["hsn"].widget.attrs["inputmode"] = "numeric"
        self.fields["price"].widget = forms.TextInput(attrs={"inputmode": "decimal"})
        if self.instance.pk and items.is_posted(self.instance):
            taxability = self.fields["taxability"]
            taxability.disabled = True
            taxability.help_text = (
                "The item is posted and keeps it. For another one, make a new item and map the "
                "SKU to that."
            )

    def clean_sku(self) -> str:
        """No other item has it."""
        sku = str(self.cleaned_data["sku"])
        others = Item.objects.filter(company=self.instance.company, sku=sku)
        if others.exclude(pk=self.instance.pk).exists():
            raise ValidationError("An item has this SKU already.")
        return sku

    def clean_hsn(self) -> str:
        """Digits, as the portal takes them."""
        return checked_hsn(str(self.cleaned_data["hsn"]))

    def clean_price(self) -> Decimal | None:
        """Not below zero."""
        price: Decimal | None = self.cleaned_data["price"]
        if price is not None and price < 0:
            raise ValidationError("A price is not below zero.")
        return price

    def clean(self) -> dict[str, Any]:
        """The code fits goods or a service."""
        cleaned = super().clean() or self.cleaned_data
        is_service = bool(cleaned.get("is_service"))
        problem = misfit(cleaned.get("hsn", ""), is_service=is_service)
        if problem:
            self.add_error("hsn", problem)
        return cleaned

    def keep(self) -> Item:
        """Save the item.

        :raises items.UnfitItemError: when the database refuses it.
        """
        item: Item = self.save(commit=False)
        items.save(item)
        return item


def _units(item: Item) -> list[tuple[str, str]]:
    """GST's units; one that an item has besides is offered too, so that it is not lost."""
    known = [(code, f"{code} · {name}") for code, name in UNITS.items()]
    return known if item.unit in UNITS else [(item.unit, f"{item.unit} · not GST’s"), *known]


class NewItemForm(ItemForm):
    """A new item, with its rate from a day on."""

    rate = RateField(
        required=False,
        help_text="Empty: unknown; orders are booked at the rate that the store charged.",
    )
    since = DayField("In force since")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # It is in use from the start, and a form without a unit means what the model means.
        del self.fields["is_active"]
        self.fields["unit"].required = False

    def clean_unit(self) -> str:
        """Pieces are counted unless something else is said."""
        return str(self.cleaned_data["unit"]) or "NOS"

    def keep(self) -> Item:
        """Make the item with its rate.

        :raises items.UnfitItemError: when the database refuses it.
        """
        item: Item = self.save(commit=False)
        items.save(item, self.cleaned_data["rate"], self.cleaned_data["since"])
        return item


class RateForm(forms.Form):
    """A rate, and the day from which it holds."""

    rate = RateField()
    since = DayField("From the day", help_text="What is posted keeps its rate.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["since"].widget.attrs["data-key-period"] = ""


class HsnForm(forms.Form):
    """An HSN or SAC for several items."""

    hsn = forms.CharField(
        label="HSN/SAC",
        max_length=8,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )

    def clean_hsn(self) -> str:
        """Digits, as the portal takes them."""
        return checked_hsn(str(self.cleaned_data["hsn"]))


class ItemFilterForm(forms.Form):
    """The filter of the list, from the address of the page."""

    q = forms.CharField(required=False, max_length=100)
    show = forms.ChoiceField(
        required=False, choices=[("", ""), *((each.value, each.value) for each in Show)]
    )
    taxability = forms.ChoiceField(required=False, choices=[("", ""), *Item.TAXABILITIES])
    after = forms.CharField(required=False, max_length=100, strip=False)

    def filter(self) -> ItemFilter:
        """What the form asks for, once it is valid."""
        given = self.cleaned_data
        return ItemFilter(text=given["q"], show=given["show"], taxability=given["taxability"])

"""Forms of the pages that show stores and their orders."""

from collections.abc import Iterable
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.contrib.postgres.forms import SimpleArrayField
from django.core.exceptions import ValidationError
from django.http import QueryDict

from connections.models import StoreConnection
from ledger.core.documents import Flag
from ledger.forms import PeriodForm
from ledger.models import Company
from ledger.models.voucher import TYPES
from ledger.periods import Period
from ledger.reports.day_book import Filter, Mark
from ledger.words import FLAG_NAMES
from sync.core.terms import DEFAULT_ACTIONS, Action
from sync.models import Delivery
from sync.sources import source_of
from sync.words import ACTION_NAMES


class MarkField(forms.CharField):
    """Where a page of the day book ended, as `mark_text` writes it: `2026-11-21.42`."""

    def clean(self, value: Any) -> Mark | None:
        """Read it back."""
        text = super().clean(value)
        if not text:
            return None
        day, _, voucher_id = text.partition(".")
        try:
            return Mark(date.fromisoformat(day), int(voucher_id))
        except ValueError:
            raise ValidationError("That is no place in the day book.") from None


def mark_text(mark: Mark | None) -> str:
    """A mark as it stands in the address of the next page."""
    return f"{mark.day.isoformat()}.{mark.id}" if mark else ""


class DayBookForm(PeriodForm):
    """The day book's filter, from the address of the page. Each empty field means all."""

    type = forms.ChoiceField(choices=[("", "All types"), *TYPES], required=False)
    flag = forms.ChoiceField(
        choices=[("", "All"), *((flag.value, FLAG_NAMES[flag]) for flag in Flag)], required=False
    )
    after = MarkField(required=False)

    def __init__(self, data: QueryDict, *, company: Company, usual: Period) -> None:
        super().__init__(data, usual=usual)
        stores = StoreConnection.objects.filter(company=company).order_by("name")
        self.fields["store"] = forms.ModelChoiceField(stores, required=False)

    def filter(self) -> Filter:
        """What the form asks for, once it is valid."""
        store = self.cleaned_data["store"]
        return Filter(
            period=self.period(),
            types=(self.cleaned_data["type"],) if self.cleaned_data["type"] else (),
            source=source_of(store),
            flag=self.cleaned_data["flag"],
        )


class RetryForm(forms.Form):
    """Which waiting orders to try again: one by its id, or all of one reason."""

    order_id = forms.IntegerField(required=False, min_value=1)
    reason_code = forms.CharField(required=False, max_length=40)

    def clean(self) -> dict[str, Any]:
        """One of the two."""
        cleaned = super().clean() or self.cleaned_data
        if bool(cleaned.get("order_id")) == bool(cleaned.get("reason_code")):
            raise ValidationError("Choose an order or a reason.")
        return cleaned

    def wanted(self) -> dict[str, Any]:
        """The choice as `sync.booking.retry.retry` takes it."""
        order_id = self.cleaned_data["order_id"]
        if order_id:
            return {"order_ids": [order_id]}
        return {"reason_code": self.cleaned_data["reason_code"]}


class BulkRetryForm(forms.Form):
    """Which waiting orders of a company to try again together: ticked ones, or all of a reason."""

    reason = forms.CharField(required=False, max_length=40)

    def __init__(self, data: QueryDict, *, company: Company) -> None:
        super().__init__(data)
        ticked = [each for each in data.getlist("order") if each.isdecimal() and len(each) <= 18]
        self.fields["order"] = forms.TypedMultipleChoiceField(
            coerce=int, required=False, choices=[(each, each) for each in ticked]
        )
        self.fields["store"] = forms.ModelChoiceField(
            StoreConnection.objects.filter(company=company), required=False
        )

    def clean(self) -> dict[str, Any]:
        """Ticked orders, or a reason."""
        cleaned = super().clean() or self.cleaned_data
        if bool(cleaned.get("order")) == bool(cleaned.get("reason")):
            raise ValidationError("Tick orders, or choose a reason.")
        return cleaned

    def wanted(self) -> dict[str, object]:
        """The choice as filters of orders."""
        given = self.cleaned_data
        if given["order"]:
            return {"pk__in": given["order"]}
        of_store = {"connection": given["store"]} if given["store"] else {}
        return {"reason_code": given["reason"], **of_store}


class ReplayForm(forms.Form):
    """A delivery of one store."""

    def __init__(self, data: QueryDict, *, connection: StoreConnection) -> None:
        super().__init__(data)
        self.fields["delivery"] = forms.ModelChoiceField(
            Delivery.objects.filter(connection=connection)
        )


class OptionsForm(forms.ModelForm):  # type: ignore[type-arg]  # generic for mypy alone
    """How a store's orders are booked. One more field per store status."""

    gstin_fields = SimpleArrayField(
        forms.CharField(max_length=80),
        required=False,
        label="GSTIN fields",
        help_text="Order meta keys that may hold the buyer's GSTIN, separated by commas. "
        "Empty: the usual ones.",
    )

    class Meta:
        model = StoreConnection
        fields = (
            "name",
            "is_enabled",
            "post_as",
            "unmapped_sku",
            "bare_refund",
            "hold_short_of_stock",
            "matches_lookup_code",
            "matches_name",
            "rounds_to_rupee",
            "gstin_fields",
            "share_contact_details",
        )
        labels: ClassVar = {
            "is_enabled": "Integration on",
            "post_as": "Orders become",
            "bare_refund": "Refunds that do not say their lines",
            "unmapped_sku": "Lines whose SKU matches no item",
            "hold_short_of_stock": "Hold orders that are short of stock",
            "matches_lookup_code": "Match by lookup code where no item has the SKU",
            "matches_name": "Match by name where nothing else fits",
            "rounds_to_rupee": "The store rounds totals to the rupee",
            "share_contact_details": "Keep buyers’ contact details",
        }
        help_texts: ClassVar = {
            "is_enabled": "Off: deliveries are kept and answered, but nothing is booked "
            "until it is on again.",
            "hold_short_of_stock": "On: a new order that wants more of an item than is left is "
            "kept as a draft, and booked by itself once there is enough. Only items whose page "
            "has a stock count.",
            "matches_lookup_code": "For stores that use the items’ lookup codes as SKUs.",
            "matches_name": "Only a name that one item alone has, all of it.",
            "rounds_to_rupee": "Allows up to ₹0.50 more in Round Off.",
            "share_contact_details": "On: the address, phone number and e-mail address of an "
            "order’s buyer are kept with it and shown on its page, from its next delivery on. "
            "Off: the plugin does not send them, and what another store sends of them is dropped "
            "before anything is stored; what was kept before stays with its orders. The books "
            "need none of it and are the same either way.",
        }

    def __init__(self, *args: Any, seen: Iterable[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mapping = self.instance.status_mapping
        self.statuses = list(dict.fromkeys([*DEFAULT_ACTIONS, *mapping, *sorted(seen)]))
        for status in self.statuses:
            default = ACTION_NAMES[DEFAULT_ACTIONS.get(status, Action.DRAFT)]
            self.fields[f"status:{status}"] = forms.ChoiceField(
                label=status,
                required=False,
                initial=mapping.get(status, ""),
                choices=[
                    ("", f"{default} (default)"),
                    *((action.value, name) for action, name in ACTION_NAMES.items()),
                ],
            )

    def status_fields(self) -> list[forms.BoundField]:
        """The fields of the mapping, for the template."""
        return [self[f"status:{status}"] for status in self.statuses]

    def save(self, commit: bool = True) -> StoreConnection:  # noqa: FBT001, FBT002 -- Django's
        """Keep only what differs from the defaults."""
        chosen = {status: self.cleaned_data[f"status:{status}"] for status in self.statuses}
        self.instance.status_mapping = {
            status: action
            for status, action in chosen.items()
            if action and action != DEFAULT_ACTIONS.get(status, Action.DRAFT)
        }
        connection: StoreConnection = self.instance
        if commit:
            # Its own fields alone: status and secret may change while the form is at work.
            connection.save(update_fields=[*self.Meta.fields, "status_mapping"])
        return connection


INTERVALS = ((5, "5 minutes"), (15, "15 minutes"), (30, "30 minutes"), (60, "hour"),
             (360, "6 hours"), (1440, "day"))  # fmt: skip


class PollingForm(forms.Form):
    """How often a store is asked for changes."""

    interval = forms.TypedChoiceField(label="Ask every", choices=INTERVALS, coerce=int, initial=15)


class BackfillForm(forms.Form):
    """The day from which on all orders are asked for; a person chooses it, there is no default."""

    since = forms.DateField(
        label="All orders created since", widget=forms.DateInput(attrs={"type": "date"})
    )

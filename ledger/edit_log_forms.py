"""The filter of the edit log, from the address of the page."""

from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict

from ledger.edit_log import EditFilter, kinds, people_of
from ledger.models import Company, Edit, User
from ledger.periods import Period


class EditLogForm(forms.Form):
    """Each empty field means all."""

    kind = forms.ChoiceField(label="What", required=False)
    action = forms.ChoiceField(
        label="How", required=False, choices=[("", "Any change"), *Edit.Action.choices]
    )
    date_from = forms.DateField(label="From", required=False)
    date_to = forms.DateField(label="To", required=False)
    record = forms.RegexField(
        r"^[a-z_]+/[0-9a-f-]+$", required=False, max_length=110, widget=forms.HiddenInput
    )
    before = forms.IntegerField(
        required=False, min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput
    )

    def __init__(self, data: QueryDict, *, company: Company) -> None:
        super().__init__(data)
        self.fields["kind"] = forms.ChoiceField(
            label="What", required=False, choices=[("", "Everything"), *kinds().items()]
        )
        people = people_of(company)
        self.fields["person"] = forms.ModelChoiceField(
            User.objects.filter(pk__in=[person.pk for person in people]).order_by("email"),
            label="Who",
            required=False,
            empty_label="Anybody",
        )
        for name in ("date_from", "date_to"):
            self.fields[name].widget = forms.DateInput(attrs={"type": "date"})

    def filter(self) -> EditFilter:
        """What the form asks for, once it is valid."""
        asked: dict[str, Any] = self.cleaned_data
        first, last = asked["date_from"], asked["date_to"]
        has_period = first is not None or last is not None
        person = asked["person"]
        return EditFilter(
            table=asked["kind"],
            action=asked["action"],
            user_id=person.pk if person else None,
            record=asked["record"],
            period=Period(first or date(2000, 1, 1), last or date(9998, 1, 1))
            if has_period
            else None,
        )

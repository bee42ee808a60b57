"""What the address of the list of customers asks for."""

from django import forms
from django.http import QueryDict

from connections.models import Status, StoreConnection
from ledger.models import Company


class CustomerFilterForm(forms.Form):
    """Each empty field means all."""

    q = forms.CharField(required=False, max_length=100)

    def __init__(self, data: QueryDict, *, company: Company) -> None:
        super().__init__(data)
        stores = StoreConnection.objects.filter(company=company).exclude(status=Status.DELETED)
        self.fields["store"] = forms.ModelChoiceField(stores.order_by("name"), required=False)

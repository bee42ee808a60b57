"""Forms for connecting and disconnecting a store."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from connections.models import StoreConnection


class ConnectForm(forms.Form):
    """A new connection: which platform, and what to call it."""

    platform = forms.ChoiceField(choices=[("woocommerce", "WooCommerce")])
    name = forms.CharField(
        label="Display name",
        max_length=100,
        help_text="How the store appears here, such as “Main store” or “shop.example.com”.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "placeholder": "Main store"}),
    )


class DeleteForm(forms.Form):
    """Deleting asks for the connection's name, so that it is never a slip of the hand."""

    name = forms.CharField(
        label="Type the display name to confirm",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, connection: StoreConnection, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.connection = connection

    def clean_name(self) -> str:
        """The very name."""
        name = str(self.cleaned_data["name"])
        if name.strip() != self.connection.name.strip():
            raise ValidationError("That is not the display name.")
        return name

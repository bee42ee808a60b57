"""Forms for connecting and disconnecting a store."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from connections.lifecycle import RestAccess
from connections.models import StoreConnection

ADDRESS = {
    "inputmode": "url", "autocapitalize": "off", "spellcheck": "false",
    "placeholder": "https://shop.example.com",
}  # fmt: skip
"""No `type=url`: browsers refuse an address without its scheme there, and people leave it out."""


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


class KeysForm(forms.Form):
    """Where and with which REST keys a store is asked. Keys that are kept are never shown."""

    url = forms.URLField(
        label="Store URL",
        max_length=300,
        assume_scheme="https",
        widget=forms.TextInput(attrs=ADDRESS),
    )
    consumer_key = forms.RegexField(
        r"^ck_[0-9A-Za-z]{1,80}$",
        label="Consumer key",
        required=False,
        strip=True,
        widget=forms.TextInput(attrs={"autocomplete": "off", "placeholder": "ck_…"}),
        error_messages={"invalid": "A consumer key begins with ck_."},
    )
    consumer_secret = forms.RegexField(
        r"^cs_[0-9A-Za-z]{1,80}$",
        label="Consumer secret",
        required=False,
        strip=True,
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "placeholder": "cs_…"}),
        error_messages={"invalid": "A consumer secret begins with cs_."},
    )
    allow_http = forms.BooleanField(
        label="Allow insecure HTTP (testing only)",
        required=False,
        help_text="Over http anyone on the way can read buyers’ names.",
    )

    def __init__(self, *args: Any, connection: StoreConnection, **kwargs: Any) -> None:
        kept = {"url": connection.site_url, "allow_http": connection.allow_http}
        super().__init__(*args, **{"initial": kept, **kwargs})
        self.connection = connection
        if connection.consumer_key:
            for name in ("consumer_key", "consumer_secret"):
                self.fields[name].help_text = "Kept encrypted, not shown. Empty: stays as it is."

    def clean(self) -> dict[str, Any]:
        """Both keys or none; another store needs keys of its own, or it would be sent these."""
        cleaned = super().clean() or self.cleaned_data
        if self.errors:
            return cleaned
        key, secret = cleaned["consumer_key"], cleaned["consumer_secret"]
        if bool(key) != bool(secret):
            raise ValidationError("Enter the consumer key and the consumer secret together.")
        if not key and not self.connection.consumer_key:
            raise ValidationError("Enter the consumer key and the consumer secret.")
        old, new = self.connection.site_url, cleaned["url"]
        if not key and old.rstrip("/") != new.rstrip("/"):
            raise ValidationError("Another address: enter the keys of that store.")
        if new.startswith("http://") and not cleaned["allow_http"]:
            raise ValidationError("Use https, or allow insecure HTTP for a test.")
        return cleaned

    def access(self) -> RestAccess:
        """As `connections.lifecycle.keep_keys` takes it."""
        told = self.cleaned_data
        return RestAccess(
            told["url"].rstrip("/"), told["consumer_key"], told["consumer_secret"],
            told["allow_http"],
        )  # fmt: skip


class OneClickForm(forms.Form):
    """Which store is asked for keys, through its own page."""

    url = forms.URLField(
        label="Store URL",
        max_length=300,
        assume_scheme="https",
        widget=forms.TextInput(attrs=ADDRESS),
    )
    allow_http = forms.BooleanField(label="Allow insecure HTTP (testing only)", required=False)

    def __init__(self, *args: Any, connection: StoreConnection, **kwargs: Any) -> None:
        kept = {"url": connection.site_url, "allow_http": connection.allow_http}
        super().__init__(
            *args, **{"initial": kept, "auto_id": "one_click_%s", "prefix": "one", **kwargs}
        )

    def clean_url(self) -> str:
        """Without its last slash, as the clients take it."""
        return str(self.cleaned_data["url"]).rstrip("/")

    def clean(self) -> dict[str, Any]:
        """Over http only where that was allowed."""
        cleaned = super().clean() or self.cleaned_data
        if str(cleaned.get("url", "")).startswith("http://") and not cleaned["allow_http"]:
            raise ValidationError("Use https, or allow insecure HTTP for a test.")
        return cleaned

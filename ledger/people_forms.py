"""Forms of the settings that belong to people: members, tokens, log-in, profile."""

from datetime import datetime, timedelta
from typing import Any, ClassVar

from django import forms
from django.contrib.auth import authenticate
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone

from ledger import second_factor
from ledger.access import permissions_of
from ledger.models import ApiToken, Company, Membership, Permission, Role, User
from ledger.role_words import PERMISSION_SENTENCES, ROLE_SENTENCES

_NEW = forms.PasswordInput(attrs={"autocomplete": "new-password"})
_CURRENT = forms.PasswordInput(attrs={"autocomplete": "current-password"})
_CODE = forms.TextInput(attrs={"autocomplete": "one-time-code", "spellcheck": "false"})


def _roles() -> list[tuple[str, str]]:
    return [(role.value, f"{role.label}: {ROLE_SENTENCES[role]}") for role in Role]


class InviteForm(forms.Form):
    """Whom to invite, as what."""

    email = forms.EmailField(
        label="E-mail address", widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )
    role = forms.ChoiceField(choices=_roles, initial=Role.ACCOUNTANT, widget=forms.RadioSelect)


class RoleForm(forms.Form):
    """What a member is."""

    role = forms.ChoiceField(choices=_roles, widget=forms.RadioSelect)


class PermissionsForm(forms.Form):
    """What a member may do, beyond or below the role."""

    permissions = forms.MultipleChoiceField(
        choices=[(each.value, PERMISSION_SENTENCES[each]) for each in Permission],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, membership: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["permissions"].initial = sorted(permissions_of(membership))

    def allowed(self) -> list[Permission]:
        """What is switched on."""
        return [Permission(each) for each in self.cleaned_data["permissions"]]


class NewcomerForm(forms.Form):
    """A log-in for somebody who was invited: name and password."""

    first_name = forms.CharField(
        max_length=150, required=False, widget=forms.TextInput(attrs={"autocomplete": "given-name"})
    )
    last_name = forms.CharField(
        max_length=150,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "family-name"}),
    )
    password = forms.CharField(widget=_NEW, strip=False, help_text="At least eight characters.")
    again = forms.CharField(label="The same password again", widget=_NEW, strip=False)

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = User(email=email, username=email)

    def clean(self) -> dict[str, Any]:
        """Twice the same, and not one of those that everybody tries."""
        cleaned = super().clean() or self.cleaned_data
        _check_new_password(self, "password", "again", self.person)
        return cleaned


class CodeForm(forms.Form):
    """The second factor: a code of the app, or a recovery code."""

    code = forms.CharField(
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "spellcheck": "false", "autofocus": True}
        ),
    )

    def __init__(self, *args: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request, self.user = request, user

    def clean_code(self) -> str:
        """Right, and not used before; wrong ones count as failed log-ins."""
        code = str(self.cleaned_data["code"])
        _check_code(self.request, self.user, code)
        return code


class FirstCodeForm(forms.Form):
    """The first code of an app that is set up."""

    code = forms.CharField(
        label="Code that the app shows",
        max_length=10,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}
        ),
    )


class ConfirmForm(forms.Form):
    """Who sits there: the password, and a code where two factors are on."""

    password = forms.CharField(
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}),
    )
    code = forms.CharField(
        label="Code of your app, or a recovery code", max_length=40, widget=_CODE
    )

    def __init__(self, *args: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request, self.user = request, user
        if not second_factor.is_on(user):
            del self.fields["code"]

    def clean(self) -> dict[str, Any]:
        """Password first: a code is not used up for a wrong one."""
        cleaned = super().clean() or self.cleaned_data
        if self.errors:
            return cleaned
        _check_password(self, self.request, self.user)
        if not self.errors and "code" in self.fields:
            try:
                _check_code(self.request, self.user, cleaned["code"])
            except ValidationError as error:
                self.add_error("code", error)
        return cleaned


class PasswordForm(forms.Form):
    """Another password, once the present one was right."""

    password = forms.CharField(label="Present password", widget=_CURRENT, strip=False)
    new_password = forms.CharField(widget=_NEW, strip=False, help_text="At least eight characters.")
    new_password_again = forms.CharField(
        label="The same new password again", widget=_NEW, strip=False
    )

    def __init__(self, *args: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request, self.user = request, user

    def clean(self) -> dict[str, Any]:
        """The present one is right, the new one good and twice the same."""
        cleaned = super().clean() or self.cleaned_data
        if "password" in cleaned:
            _check_password(self, self.request, self.user)
        _check_new_password(self, "new_password", "new_password_again", self.user)
        return cleaned


class ProfileForm(forms.ModelForm):  # type: ignore[type-arg]  # generic for mypy alone
    """A person's name."""

    class Meta:
        model = User
        fields = ("first_name", "last_name")
        widgets: ClassVar = {
            "first_name": forms.TextInput(attrs={"autocomplete": "given-name"}),
            "last_name": forms.TextInput(attrs={"autocomplete": "family-name"}),
        }


class TokenForm(forms.Form):
    """A new API token: what for, what it opens, and until when."""

    name = forms.CharField(
        label="What it is for",
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "off", "placeholder": "Monthly report"}),
    )
    scope = forms.ChoiceField(choices=ApiToken.SCOPES, initial="read", widget=forms.RadioSelect)
    opens = forms.ChoiceField(label="Opens", initial="company", widget=forms.RadioSelect)
    days = forms.TypedChoiceField(
        label="Good for",
        choices=[(30, "30 days"), (90, "90 days"), (365, "a year"), (0, "until it is revoked")],
        coerce=int,
        initial=90,
    )

    def __init__(self, *args: Any, company: Company, may_write: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.company = company
        opens = self.fields["opens"]
        if isinstance(opens, forms.ChoiceField):
            opens.choices = [("company", company.name), ("all", "all companies of yours")]
        if not may_write:
            del self.fields["scope"]

    def options(self, now: datetime) -> dict[str, Any]:
        """What `ledger.tokens.issue` is to make."""
        chosen = self.cleaned_data
        return {
            "name": chosen["name"],
            "scope": chosen.get("scope", "read"),
            "company": self.company if chosen["opens"] == "company" else None,
            "expires_at": now + timedelta(days=chosen["days"]) if chosen["days"] else None,
        }


def _check_password(form: forms.Form, request: HttpRequest, user: User) -> None:
    """By way of `authenticate`, so that guesses are counted as failed log-ins."""
    password = form.cleaned_data["password"]
    if authenticate(request, username=user.email, password=password) is None:
        form.add_error("password", "That is not your password.")


def _check_code(request: HttpRequest, user: User, code: str) -> None:
    if authenticate(request, username=user.email, code=code) is not None:
        return
    until = second_factor.blocked_until(user, timezone.now())
    if until is None:
        raise ValidationError("This code is not right, or was used already.")
    minutes = -(-(until - timezone.now()) // timedelta(minutes=1))
    raise ValidationError(
        f"Too many wrong codes: the app's are not taken for {minutes} more minutes. "
        "A recovery code is."
    )


def _check_new_password(form: forms.Form, name: str, again: str, user: User) -> None:
    new = form.cleaned_data.get(name)
    if new and form.cleaned_data.get(again) not in (None, new):
        form.add_error(again, "The two passwords differ.")
    if new:
        try:
            validate_password(new, user)
        except ValidationError as error:
            form.add_error(name, error)

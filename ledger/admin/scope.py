"""What all admin lists have in common: whose rows they show, and that posted ones stay."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin, messages
from django.db import IntegrityError
from django.db.models import ForeignKey, QuerySet
from django.forms import ModelChoiceField
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from ledger.access import companies_of
from ledger.models import Company

if TYPE_CHECKING:
    # Django's own classes take no type arguments outside of the stubs.
    AnyAdmin = admin.ModelAdmin[Any]
    AnyInline = admin.TabularInline[Any, Any]
else:
    AnyAdmin, AnyInline = admin.ModelAdmin, admin.TabularInline


def visible_companies(request: HttpRequest) -> QuerySet[Company]:
    """All companies for a superuser; other staff see those that they are members of."""
    user = request.user
    if user.is_active and user.is_superuser:
        return Company.objects.all()
    return companies_of(user)


def _saying_the_rule(
    view: Callable[..., HttpResponse], request: HttpRequest, *args: Any, **kwargs: Any
) -> HttpResponse:
    """Django has rolled the change back by the time that the error is here."""
    try:
        return view(request, *args, **kwargs)
    except IntegrityError as error:
        messages.error(request, f"Nothing was changed: {str(error).splitlines()[0]}")
        return HttpResponseRedirect(request.get_full_path())


class OfVisibleCompanies(admin.RelatedFieldListFilter):
    """A filter by stores or the like that names those of the visible companies alone."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> list[Any]:
        """What the filter offers."""
        ordering = self.field_admin_ordering(field, request, model_admin)
        limits = {"company__in": visible_companies(request)}
        return list(
            field.get_choices(include_blank=False, ordering=ordering, limit_choices_to=limits)
        )


class OfCompany(AnyAdmin):
    """Rows of companies: other staff than superusers see and choose only their companies' own."""

    company_path = "company"
    show_full_result_count = False
    list_select_related: ClassVar[tuple[str, ...]] = ("company",)

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Say which rule of the database forbids a change, instead of failing."""
        return _saying_the_rule(super().changeform_view, request, *args, **kwargs)

    def delete_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The same for deleting."""
        return _saying_the_rule(super().delete_view, request, *args, **kwargs)

    def changelist_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The same for deleting several."""
        return _saying_the_rule(super().changelist_view, request, *args, **kwargs)

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        """No filter tells of another company, whatever it goes by."""
        return [
            (name, OfVisibleCompanies) if self._is_relation(name) else name
            for name in super().get_list_filter(request)
        ]

    def _is_relation(self, name: object) -> bool:
        return isinstance(name, str) and bool(self.opts.get_field(name).is_relation)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """The rows of the companies that this member of staff may see."""
        rows = super().get_queryset(request)
        return rows.filter(**{f"{self.company_path}__in": visible_companies(request)})

    def formfield_for_foreignkey(
        self, db_field: "ForeignKey[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> "ModelChoiceField[Any] | None":
        """Offer only what belongs to those companies."""
        related: Any = db_field.remote_field.model
        if related is Company:
            kwargs["queryset"] = visible_companies(request)
        elif hasattr(related, "company"):
            kwargs["queryset"] = related.objects.filter(company__in=visible_companies(request))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class NamedValues(admin.AllValuesFieldListFilter):
    """A filter by the values there are, without the empty one, which would be a link of no name."""

    def choices(self, changelist: Any) -> Iterator[Any]:
        """Those that have a name."""
        return (each for each in super().choices(changelist) if each["display"])


class Untouchable:
    """Rows that only the product itself writes: shown, and no more."""

    def has_add_permission(self, *_: object) -> bool:
        """Never."""
        return False

    def has_change_permission(self, *_: object) -> bool:
        """Never."""
        return False

    def has_delete_permission(self, *_: object) -> bool:
        """Never."""
        return False

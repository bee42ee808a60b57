"""The admin for staff: what other packages keep is only shown, and nothing is deleted in bulk."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.contrib.auth.models import Group
from django.db.models import Model
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils import timezone

OWN_APPS = frozenset({"ledger", "connections", "sync"})
UNUSED = frozenset({Group})
"""People get permissions one by one, and companies have roles."""


class StaffSite(admin.AdminSite):
    """Counterfoil's face, an index that says what needs a look, and rules that nobody forgets."""

    site_header = "Counterfoil"
    site_title = "Counterfoil for staff"
    index_title = "Administration"
    site_url = "/"

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)
        self.disable_action("delete_selected")

    def register(
        self,
        model_or_iterable: Any,
        admin_class: type[Any] | None = None,
        **options: Any,
    ) -> None:
        """Take our own models as they come, and those of other packages to be looked at only.

        A schedule of the queue names code that is run: it must not be written in a browser.
        """
        is_one = isinstance(model_or_iterable, type)
        models: Iterable[type[Model]] = [model_or_iterable] if is_one else model_or_iterable
        for model in (each for each in models if each not in UNUSED):
            own = model._meta.app_label in OWN_APPS  # noqa: SLF001 -- Django's public API
            chosen = admin_class if own else _shown_only(admin_class)
            super().register(model, chosen, **options)

    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        """Say first what needs a look, then list the models."""
        from sync.staff.staff_overview import needs_a_look  # noqa: PLC0415 -- after the apps

        found = needs_a_look(request, timezone.now())
        return super().index(request, {"needs_a_look": found, **(extra_context or {})})


def _shown_only(admin_class: type[Any] | None) -> type[Any]:
    from ledger.admin.scope import Untouchable  # noqa: PLC0415 -- after the apps

    above = admin_class or admin.ModelAdmin
    if issubclass(above, Untouchable):
        return above
    return type(f"Shown{above.__name__}", (Untouchable, above), {"actions": ()})

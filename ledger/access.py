"""Who may do what: every page, endpoint and admin list asks here."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponseBase

from ledger.models import Company, Membership, Role, User

Rest = ParamSpec("Rest")
View = Callable[..., HttpResponseBase]

_BY_RANK = (Role.VIEWER, Role.OPERATOR, Role.ACCOUNTANT, Role.OWNER)


def includes(role: str, need: Role) -> bool:
    """Whether a role is at least the one that is needed."""
    return _BY_RANK.index(Role(role)) >= _BY_RANK.index(need)


def companies_of(user: User | AnonymousUser) -> QuerySet[Company]:
    """The companies a person is a member of. Staff are no exception: the admin is their place."""
    if not user.is_authenticated or not user.is_active:
        return Company.objects.none()
    return Company.objects.filter(memberships__user=user).order_by("name", "id")


def company_for(user: User | AnonymousUser, company_id: int, need: Role = Role.VIEWER) -> Company:
    """The company, if the person's role in it is enough.

    :raises Http404: for strangers, to whom the company does not exist.
    :raises PermissionDenied: for members whose role is too small; the text says which is needed.
    """
    membership = _memberships(user).filter(company_id=company_id).first()
    if membership is None:
        raise Http404("There is no such company.")
    if not includes(membership.role, need):
        raise PermissionDenied(f"This needs the role {need.label.lower()}.")
    return membership.company


def may(user: User | AnonymousUser, company: Company, need: Role) -> bool:
    """Whether to show what needs a role: a question for templates, not a guard."""
    enough = [role for role in Role if includes(role, need)]
    return _memberships(user).filter(company=company, role__in=enough).exists()


def require(
    need: Role,
) -> Callable[[Callable[Concatenate[HttpRequest, Company, Rest], HttpResponseBase]], View]:
    """Guard a page of a company.

    The URL has `<int:company_id>`; the view gets the company in its place:
    `@require(Role.ACCOUNTANT)` over `def day_book(request, company)`.
    """

    def guard(
        view: Callable[Concatenate[HttpRequest, Company, Rest], HttpResponseBase],
    ) -> View:
        @wraps(view)
        def guarded(
            request: HttpRequest, company_id: int, *args: Rest.args, **kwargs: Rest.kwargs
        ) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            return view(request, company_for(request.user, company_id, need), *args, **kwargs)

        return _declare(guarded, need.value)

    return guard


def signed_in(view: Callable[..., HttpResponseBase]) -> View:
    """Guard a page that belongs to a person rather than to a company."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        return view(request, *args, **kwargs)

    return _declare(guarded, "signed in")


def open_to_all(view: Callable[..., HttpResponseBase]) -> View:
    """Say that a view needs no access rule: health, the door, the log-in page."""
    return _declare(view, "open")


def declares_own_rule(rule: str) -> Callable[[View], View]:
    """Say in words how a view guards itself, such as by a signature or by another decorator."""
    return lambda view: _declare(view, rule)


def access_rule(view: Callable[..., Any]) -> str | None:
    """The access rule a view has declared, if any; the architecture test asks every view."""
    rule = getattr(view, "access_rule", None)
    return rule if isinstance(rule, str) else None


def _memberships(user: User | AnonymousUser) -> QuerySet[Membership]:
    if not user.is_authenticated or not user.is_active:
        return Membership.objects.none()
    return Membership.objects.filter(user=user).select_related("company")


def _declare(view: View, rule: str) -> View:
    view.access_rule = rule  # type: ignore[attr-defined]
    return view

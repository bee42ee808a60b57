"""Who may do what: every page, endpoint and admin list asks here.

A page asks for a role, an act for a permission. Each role has permissions from the start; those of
accountants and operators can be switched member by member.
"""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponseBase

from ledger.models import Company, Membership, Permission, Role, User

Rest = ParamSpec("Rest")
View = Callable[..., HttpResponseBase]
Need = Role | Permission
Guarded = Callable[Concatenate[HttpRequest, Company, Rest], HttpResponseBase]

_BY_RANK = (Role.VIEWER, Role.OPERATOR, Role.ACCOUNTANT, Role.OWNER)
_LOOKING = frozenset({"GET", "HEAD", "OPTIONS"})

PERMISSIONS: Mapping[Role, frozenset[Permission]] = {
    Role.OWNER: frozenset(Permission),
    Role.ACCOUNTANT: frozenset(Permission),
    Role.OPERATOR: frozenset(
        {
            Permission.IMPORT_ORDERS,
            Permission.IMPORT_CUSTOMERS,
            Permission.IMPORT_ITEMS,
            Permission.PUSH_ITEMS,
        }
    ),
    Role.VIEWER: frozenset(),
}
"""What a role may do unless it is switched for a member."""
SWITCHABLE = frozenset({Role.ACCOUNTANT, Role.OPERATOR})
"""Roles whose members' permissions can be switched; an owner has all, a viewer none."""


def includes(role: str, need: Role) -> bool:
    """Whether a role is at least the one that is needed."""
    return _BY_RANK.index(Role(role)) >= _BY_RANK.index(need)


def permissions_of(membership: Membership) -> frozenset[Permission]:
    """What a member may do: the role's permissions, and what was switched."""
    usual = PERMISSIONS[Role(membership.role)]
    return (usual | frozenset(map(Permission, membership.granted))) - frozenset(
        map(Permission, membership.withheld)
    )


def is_enough(membership: Membership, need: Need) -> bool:
    """Whether a member has the role, or a higher one, or has the permission."""
    if isinstance(need, Permission):
        return need in permissions_of(membership)
    return includes(membership.role, need)


def companies_of(user: User | AnonymousUser) -> QuerySet[Company]:
    """The companies a person is a member of. Staff are no exception: the admin is their place."""
    if not user.is_authenticated or not user.is_active:
        return Company.objects.none()
    return Company.objects.filter(memberships__user=user).order_by("name", "id")


def company_for(user: User | AnonymousUser, company_id: int, need: Need = Role.VIEWER) -> Company:
    """The company, if the person may do there what is needed.

    :raises Http404: for strangers, to whom the company does not exist.
    :raises PermissionDenied: for members who may not; the text says what it needs.
    """
    membership = _memberships(user).filter(company_id=company_id).first()
    if membership is None:
        raise Http404("There is no such company.")
    if not is_enough(membership, need):
        kind = "permission" if isinstance(need, Permission) else "role"
        raise PermissionDenied(f"This needs the {kind} “{need.label.lower()}”.")
    return membership.company


def may(user: User | AnonymousUser, company: Company, need: Need) -> bool:
    """Whether to show what needs a role or a permission: a question for pages, not a guard."""
    membership = _memberships(user).filter(company=company).first()
    return membership is not None and is_enough(membership, need)


def require(need: Role, *, to_change: Need | None = None) -> Callable[[Guarded[Rest]], View]:
    """Guard a page of a company.

    The URL has `<int:company_id>`; the view gets the company in its place:
    `@require(Role.ACCOUNTANT)` over `def day_book(request, company)`. With `to_change`, sending the
    page's form needs that besides.
    """
    return _guard(need, to_change or need)


def permit(permission: Permission) -> Callable[[Guarded[Rest]], View]:
    """Guard an act in a company, such as posting; as `require`, by a permission."""
    return _guard(permission, permission)


def _guard(to_look: Need, to_change: Need) -> Callable[[Guarded[Rest]], View]:
    def guard(view: Guarded[Rest]) -> View:
        @wraps(view)
        def guarded(
            request: HttpRequest, company_id: int, *args: Rest.args, **kwargs: Rest.kwargs
        ) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            need = to_look if request.method in _LOOKING else to_change
            return view(request, company_for(request.user, company_id, need), *args, **kwargs)

        rule = to_look.value
        if to_change != to_look:
            rule += f", to change {to_change.value}"
        return _declare(guarded, rule)

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

"""What people may do, in words, and when they were seen."""

from collections.abc import Iterable
from datetime import datetime

from django import template
from django.utils.safestring import SafeString

from ledger.access import PERMISSIONS
from ledger.models import Company, Membership, Permission, Role
from ledger.templatetags.days import ago

register = template.Library()


@register.filter
def permissions_in_words(membership: Membership) -> str:
    """What the role allows, and what is switched: `imports, also: post`."""
    role = Role(membership.role)
    words = "everything" if role == Role.OWNER else _usual(PERMISSIONS[role])
    if membership.granted:
        words += f"; also {_names(membership.granted)}"
    if membership.withheld:
        words += f"; but not {_names(membership.withheld)}"
    return words


def _usual(permissions: frozenset[Permission]) -> str:
    if not permissions:
        return "looks, and changes nothing"
    return "all" if len(permissions) == len(Permission) else "imports"


def _names(codes: Iterable[str]) -> str:
    return ", ".join(Permission(code).label.lower() for code in codes)


@register.simple_tag
def since(at: datetime | None, company: Company | None) -> SafeString | str:
    """Like `ago`, in UTC for who is no member of any company."""
    return ago(at, company or Company(timezone="UTC"))

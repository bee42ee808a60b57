"""What the frame around every page needs: companies, role, financial years, icons."""

from datetime import date
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from ledger import periods
from ledger.access import includes, permissions_of
from ledger.models import Company, Membership, Role, User, Voucher

register = template.Library()


@register.simple_tag
def icon(name: str) -> SafeString:
    """A decorative drawing of `static/icons.svg`; the text beside it carries the meaning."""
    return format_html(
        '<svg class="icon" aria-hidden="true"><use href="{}#{}"></use></svg>',
        static("icons.svg"),
        name,
    )


@register.simple_tag
def memberships(user: User) -> list[Membership]:
    """A person's companies, each with the role in it."""
    own = Membership.objects.filter(user=user).select_related("company")
    return list(own.order_by("company__name", "company_id"))


@register.filter
def role_in(own: list[Membership], company: Company) -> str:
    """The role in one company, empty where there is none."""
    return next((each.role for each in own if each.company_id == company.pk), "")


@register.simple_tag(takes_context=True)
def allowed_here(context: dict[str, Any]) -> frozenset[str]:
    """What the person may do in the page's company: for parts, which come without the frame."""
    known = context.get("allowed")
    if isinstance(known, frozenset):
        return known
    return permissions_in(memberships(context["request"].user), context["company"])


@register.filter
def permissions_in(own: list[Membership], company: Company) -> frozenset[str]:
    """What the person may do in one company: `{% if "post" in allowed %}`."""
    found = (permissions_of(each) for each in own if each.company_id == company.pk)
    return next(found, frozenset())


@register.filter
def is_at_least(role: str, need: str) -> bool:
    """Whether a role suffices, for buttons that need not be shown; the view decides again."""
    return bool(role) and includes(role, Role(need))


@register.simple_tag(takes_context=True)
def financial_years(context: dict[str, Any], company: Company) -> dict[str, Any]:
    """The years from the first voucher to today, and which one the person looks at."""
    today = periods.today_in(company, timezone.now())
    first = _first_voucher_date(company) or today
    years = periods.financial_years(min(first, today), today, company.year_start_month)
    chosen = periods.chosen_year(context["request"].session, company)
    return {"years": years, "chosen": chosen if chosen in years else years[0]}


def _first_voucher_date(company: Company) -> date | None:
    vouchers = Voucher.objects.filter(company=company).order_by("date", "id")
    return vouchers.values_list("date", flat=True).first()

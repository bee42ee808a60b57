"""Members of a company: who they are, what they may do, who is invited."""

from typing import cast

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ledger import invitations, letters, members
from ledger.access import SWITCHABLE, require
from ledger.confirmation import recently_confirmed
from ledger.models import Company, Invitation, Membership, Role, User
from ledger.people_forms import InviteForm, PermissionsForm, RoleForm


@require_GET
@require(Role.VIEWER)
def overview(request: HttpRequest, company: Company) -> HttpResponse:
    """All members; owners also see who is invited."""
    return _overview(request, company, {})


@never_cache
@require_http_methods(["GET", "POST"])
@require(Role.OWNER)
@recently_confirmed
def invite(request: HttpRequest, company: Company) -> HttpResponse:
    """Invite somebody by e-mail address."""
    form = InviteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        email, role = form.cleaned_data["email"], Role(form.cleaned_data["role"])
        by = cast("User", request.user)
        try:
            invited = invitations.invite(company, email, role, by=by, now=timezone.now())
        except invitations.NotGoodError as error:
            form.add_error("email", str(error))
        else:
            return _told(request, company, invited)
    context = {"company": company, "place": "settings", "part": "members", "form": form}
    return render(request, "ledger/settings/invite.html", context)


@never_cache
@require_POST
@require(Role.OWNER)
@recently_confirmed
def renew(request: HttpRequest, company: Company, invitation_id: int) -> HttpResponse:
    """Send an invitation again, with a new link."""
    invitation = get_object_or_404(Invitation, company=company, pk=invitation_id)
    by = cast("User", request.user)
    try:
        invited = invitations.renew(invitation, by=by, now=timezone.now())
    except invitations.NotGoodError as error:
        messages.error(request, str(error))
        return redirect("members", company.pk)
    return _told(request, company, invited)


@require_POST
@require(Role.OWNER)
def revoke(request: HttpRequest, company: Company, invitation_id: int) -> HttpResponse:
    """Make an invitation's link worthless."""
    invitation = get_object_or_404(Invitation, company=company, pk=invitation_id)
    invitations.revoke(invitation, now=timezone.now())
    messages.success(request, f"The link for {invitation.email} is worthless now.")
    return redirect("members", company.pk)


@require_GET
@require(Role.OWNER)
def member(request: HttpRequest, company: Company, membership_id: int) -> HttpResponse:
    """One member: role, permissions, removal."""
    membership = _membership(company, membership_id)
    context = {
        "company": company,
        "place": "settings",
        "part": "members",
        "membership": membership,
        "role_form": RoleForm(initial={"role": membership.role}),
        "permissions_form": PermissionsForm(membership=membership),
        "is_switchable": Role(membership.role) in SWITCHABLE,
    }
    return render(request, "ledger/settings/member.html", context)


@require_POST
@require(Role.OWNER)
@recently_confirmed
def change_role(request: HttpRequest, company: Company, membership_id: int) -> HttpResponse:
    """Give a member another role."""
    membership = _membership(company, membership_id)
    form = RoleForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Nothing was changed: choose a role.")
        return redirect("member", company.pk, membership.pk)
    try:
        members.change_role(membership, Role(form.cleaned_data["role"]), now=timezone.now())
    except members.LastOwnerError as error:
        messages.error(request, str(error))
    else:
        label = Role(membership.role).label.lower()
        messages.success(request, f"{membership.user} is {label} now.")
    return redirect("members", company.pk)


@require_POST
@require(Role.OWNER)
@recently_confirmed
def switch_permissions(request: HttpRequest, company: Company, membership_id: int) -> HttpResponse:
    """Switch a member's permissions."""
    membership = _membership(company, membership_id)
    form = PermissionsForm(request.POST, membership=membership)
    if form.is_valid():
        members.switch_permissions(membership, form.allowed())
        messages.success(request, f"Saved: it holds for {membership.user} at once.")
    else:
        messages.error(request, "Nothing was changed: there is no such permission.")
    return redirect("member", company.pk, membership.pk)


@require_POST
@require(Role.OWNER)
@recently_confirmed
def remove(request: HttpRequest, company: Company, membership_id: int) -> HttpResponse:
    """Let somebody be a member no more."""
    membership = _membership(company, membership_id)
    person = membership.user
    try:
        members.remove(membership, now=timezone.now())
    except members.LastOwnerError as error:
        messages.error(request, str(error))
        return redirect("member", company.pk, membership_id)
    messages.success(request, f"{person} is no longer a member. What they posted stays.")
    if person == request.user:
        return redirect("start")
    return redirect("members", company.pk)


def _membership(company: Company, membership_id: int) -> Membership:
    rows = Membership.objects.select_related("user", "company")
    return get_object_or_404(rows, company=company, pk=membership_id)


def _told(request: HttpRequest, company: Company, invited: invitations.Invited) -> HttpResponse:
    """The invitation is mailed; where that cannot be, its link is shown, this once."""
    link = settings.PUBLIC_URL + reverse("invitation", args=[invited.token])
    if letters.send_invitation(invited.invitation, link):
        messages.success(request, f"The invitation is on its way to {invited.invitation.email}.")
        return redirect("members", company.pk)
    shown = {"link": link, "invited": invited.invitation}
    return _overview(request, company, shown | {"mail_is_configured": settings.MAIL_IS_CONFIGURED})


def _overview(request: HttpRequest, company: Company, more: dict[str, object]) -> HttpResponse:
    now = timezone.now()
    context = {
        "company": company,
        "place": "settings",
        "part": "members",
        "members": members.members_of(company),
        "invitations": [(each, each.expires_at <= now) for each in invitations.waiting(company)],
    }
    return render(request, "ledger/settings/members.html", context | more)

"""The plugin's card on a store's page: make a pairing code, and see when a site is paired."""

from datetime import datetime
from typing import cast
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_GET, require_POST

from connections import pairing
from connections.models import StoreConnection
from connections.plugin_card import PluginCard, card_for, remember
from connections.plugin_package import NoPluginError, Package
from connections.views.stores import connection_of, tells_what_is_not_possible
from connections.wire import present_package
from ledger.access import require
from ledger.models import Company, Role, User
from ledger.rendering import page_or_part, wants_part


@require_POST
@tells_what_is_not_possible
@require(Role.ACCOUNTANT)
def make_pairing_code(request: HttpRequest, company: Company, connection_id: UUID) -> HttpResponse:
    """Make a code and show it on the store's page."""
    connection = connection_of(company, connection_id)
    made = pairing.make_code(
        connection,
        by=cast("User", request.user),
        now=timezone.now(),
        allows_other_site="moved" in request.POST,
    )
    response = redirect(f"{reverse('store', args=[company.pk, connection.pk])}#plugin")
    remember(response, connection, made)
    return response


@require_GET
@require(Role.VIEWER)
def plugin_card(request: HttpRequest, company: Company, connection_id: UUID) -> HttpResponse:
    """The card alone, for a page that waits for a site to be paired."""
    connection = connection_of(company, connection_id)
    if not wants_part(request):
        return redirect("store", company.pk, connection.pk)
    card = present_card(request, connection, timezone.now())
    context = {"company": company, "connection": connection, "card": card, "seen": card.seen}
    part = "connections/_plugin_part.html"
    response = page_or_part(request, part, part, context)
    patch_cache_control(response, no_store=True)
    return response


def present_card(request: HttpRequest, connection: StoreConnection, now: datetime) -> PluginCard:
    """The card with the plugin that this server hands out, if it has one."""
    package: Package | None
    try:
        package = present_package()
    except NoPluginError:
        package = None
    return card_for(request, connection, package=package, now=now)

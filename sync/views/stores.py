"""E-Commerce: the list of stores, and one store's pages."""

from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_GET

from connections import lifecycle
from connections.forms import ConnectForm
from connections.models import Status, StoreConnection
from connections.views.pairing import present_card
from ledger import periods
from ledger.access import require
from ledger.models import Company, Role
from ledger.rendering import page_or_part, wants_part
from sync import overview
from sync.models import Delivery, DeliveryState, Order, OrderState
from sync.orders.activity import recent_activity
from sync.paging import older_page

ACTIVITY_SHOWN = 25


def connection_of(company: Company, connection_id: UUID) -> StoreConnection:
    """A store of the company.

    :raises Http404: when it is another company's, or deleted.
    """
    stores = StoreConnection.objects.select_related("company").exclude(status=Status.DELETED)
    return get_object_or_404(stores, company=company, pk=connection_id)


@require_GET
@require(Role.VIEWER)
def stores(request: HttpRequest, company: Company) -> HttpResponse:
    """All stores with their health."""
    today = periods.today_in(company, timezone.now())
    context = {
        "company": company,
        "place": "stores",
        "stores": overview.stores(company, today),
        "form": ConnectForm(),
    }
    return render(request, "sync/stores.html", context)


@require_GET
@require(Role.VIEWER)
def store(request: HttpRequest, company: Company, connection_id: UUID) -> HttpResponse:
    """A store: plugin, webhook, live activity. A new secret is shown once, then never again."""
    connection = connection_of(company, connection_id)
    today = periods.today_in(company, timezone.now())
    health = overview.store(connection, today)
    context = _context(connection, health, "overview")
    newest = recent_activity(connection, ACTIVITY_SHOWN)
    context |= {
        "activity": newest,
        "seen": f"{newest[0].pk if newest else 0}-{health.waiting}-{health.alarms}"
        f"-{health.seen_findings}",
        "seen_activity": _activity_seen(request),
    }
    if not wants_part(request):
        context |= _ways_to_connect(request, connection, health)
    response = page_or_part(request, "sync/store.html", "sync/_activity.html", context)
    patch_cache_control(response, no_store=True)  # a secret or a code may stand on it
    return response


def _ways_to_connect(
    request: HttpRequest, connection: StoreConnection, health: overview.Store
) -> dict[str, object]:
    """The cards of plugin and webhook; the first one first where no other way is in use."""
    card = present_card(request, connection, timezone.now())
    ways: dict[str, object] = {
        "card": card,
        "is_plugin_first": card.site is not None or health.last_heard_at is None,
        "webhook_url": f"{settings.PUBLIC_URL}/hooks/woocommerce/{connection.pk}",
    }
    if request.session.get("reveal") == str(connection.pk):
        del request.session["reveal"]
        ways["secret"] = lifecycle.secret_of(connection)
    return ways


def _activity_seen(request: HttpRequest) -> int:
    """The newest line the browser shows already; those above it are new to it."""
    newest = request.GET.get("seen", "").partition("-")[0]
    return int(newest) if newest.isdecimal() else 0


def store_context(connection: StoreConnection, *, tab: str) -> dict[str, object]:
    """What every page of a store shows: its head, health and tabs."""
    today = periods.today_in(connection.company, timezone.now())
    return _context(connection, overview.store(connection, today), tab)


def _context(connection: StoreConnection, health: overview.Store, tab: str) -> dict[str, object]:
    return {
        "company": connection.company,
        "connection": connection,
        "place": "stores",
        "tab": tab,
        "store": health,
    }


@require_GET
@require(Role.VIEWER)
def orders(request: HttpRequest, company: Company, connection_id: UUID) -> HttpResponse:
    """All orders of a store, by state."""
    connection = connection_of(company, connection_id)
    state = request.GET.get("state", "")
    found = Order.objects.filter(connection=connection)
    if state in OrderState.values:
        found = found.filter(state=state)
    page = older_page(found, "order_id", request.GET.get("before", ""))
    context = store_context(connection, tab="orders")
    context |= {"page": page, "state": state, "states": OrderState.choices}
    return render(request, "sync/orders.html", context)


@require_GET
@require(Role.VIEWER)
def deliveries(request: HttpRequest, company: Company, connection_id: UUID) -> HttpResponse:
    """What arrived at the door, newest first, by how it ended."""
    connection = connection_of(company, connection_id)
    state = request.GET.get("state", "")
    found = Delivery.objects.filter(connection=connection)
    if state in DeliveryState.values:
        found = found.filter(state=state)
    order_id = request.GET.get("order", "")
    if order_id.isdecimal() and len(order_id) <= 18:
        found = found.filter(order_id=int(order_id))
    page = older_page(found, "id", request.GET.get("before", ""))
    context = store_context(connection, tab="deliveries")
    context |= {"page": page, "state": state, "states": DeliveryState.choices, "of_order": order_id}
    return render(request, "sync/deliveries.html", context)

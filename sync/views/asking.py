"""How a store is asked: REST keys, webhooks by keys, polling, back-fill."""

from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar, cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from connections import activity, lifecycle, one_click
from connections.asking import keys_client
from connections.clients.protocol import StoreFacts, Way
from connections.clients.rest import RestClient
from connections.clients.transport import Limits
from connections.forms import KeysForm, OneClickForm
from connections.models import ActivityStatus, PairedSite, StoreConnection
from ledger.access import permit, require
from ledger.models import Company, Permission, Role, User
from ledger.rendering import page_or_part
from sync.asking import backfill, own_webhooks, polling, pulls
from sync.asking.pulls import Problem
from sync.forms import BackfillForm, PollingForm
from sync.models import BackfillState, Polling
from sync.views.one_click import obstacle
from sync.views.stores import connection_of, store_context

T = TypeVar("T")

KEY_REQUEST_SHOWN = timedelta(hours=1)
"""So long the page says how the last question for keys ended."""

PATIENCE = Limits(connect=5, read=10, total=15)
"""A person waits for the page."""

WAYS = {
    Way.HEADER: "in the Authorization header",
    Way.QUERY: "in the query, because the host removes the Authorization header",
    Way.OAUTH: "by OAuth signatures, because it is http",
    Way.PLUGIN: "through the plugin",
}


@require_GET
@require(Role.VIEWER)
def asking(request: HttpRequest, company: Company, connection_id: UUID) -> HttpResponse:
    """The page; alone the back-fill's card, for a page that follows it."""
    connection = connection_of(company, connection_id)
    context = _context(connection, KeysForm(connection=connection))
    return page_or_part(request, "sync/asking.html", "sync/_backfill.html", context)


def _context(connection: StoreConnection, keys: KeysForm) -> dict[str, object]:
    polled = Polling.objects.filter(connection=connection).first()
    site = PairedSite.objects.filter(connection=connection).first()
    interval = polled.interval_minutes if polled else polling.USUAL_MINUTES
    now = timezone.now()
    request = one_click.newest(connection, since=now - KEY_REQUEST_SHOWN)
    return store_context(connection, tab="asking") | {
        "one_click": OneClickForm(connection=connection),
        "obstacle": obstacle(),
        "key_request": request,
        "key_request_in_words": one_click.in_words(request, now) if request else "",
        "keys": keys,
        "polling": polled,
        "paired_site": site,
        "can_ask": bool(connection.consumer_key or site),
        "polling_form": PollingForm(initial={"interval": interval}),
        "backfill_form": BackfillForm(),
        "progress": backfill.newest(connection),
    }


@require_POST
@permit(Permission.SETTINGS)
def reconnect(request: HttpRequest, company: Company, connection_id: UUID) -> HttpResponse:
    """Save address and keys, and find out whether the store answers to them."""
    connection = connection_of(company, connection_id)
    form = KeysForm(request.POST, connection=connection)
    if not form.is_valid():
        return render(request, "sync/asking.html", _context(connection, form))
    lifecycle.keep_keys(connection, form.access(), now=timezone.now())
    facts = _asked(request, connection, RestClient.check, "The keys were saved, but:")
    if facts:
        messages.success(request, _described(facts, connection))
        polling.keys_work(connection, now=timezone.now())
        if facts.may_write is not False and own_webhooks.has_own(connection):
            _register(request, connection)
    return _back(connection)


def _asked(
    request: HttpRequest,
    connection: StoreConnection,
    ask: Callable[[RestClient], T],
    failed: str,
) -> T | None:
    """Ask the store while a person waits; what is wrong is told, and stands in the activity log."""
    try:
        client = keys_client(connection, limits=PATIENCE)
        try:
            return ask(client)
        finally:
            client.close()
    except pulls.FAILURES as error:
        _tell_failure(request, connection, failed, error)
        return None


def _tell_failure(
    request: HttpRequest, connection: StoreConnection, failed: str, error: Exception
) -> None:
    text = f"{failed} {Problem.of(error, 0).text}"
    messages.error(request, text)
    status = ActivityStatus.FAILED
    activity.note(connection, text[:300], at=timezone.now(), kind="keys", status=status)


def _described(facts: StoreFacts, connection: StoreConnection) -> str:
    """What store it is, in a sentence or two; where it hides its name, by its address."""
    parts = [
        facts.wc_version and f"WooCommerce {facts.wc_version}",
        facts.wp_version and f"WordPress {facts.wp_version}",
        facts.currency,
        facts.timezone,
    ]
    told = ", ".join(filter(None, parts))
    name = facts.name or facts.home or connection.site_url
    notes = " ".join(note.sentence for note in facts.notes)
    return (
        f"Connected to {name}{f' ({told})' if told else ''}. The keys go {WAYS[facts.way]}. {notes}"
    ).strip()


@require_POST
@permit(Permission.SETTINGS)
def register_webhooks(request: HttpRequest, company: Company, connection_id: UUID) -> HttpResponse:
    """Register our four webhooks in the store, or repair them; paused ones are switched on."""
    connection = connection_of(company, connection_id)
    _register(request, connection)
    return _back(connection)


def _register(request: HttpRequest, connection: StoreConnection) -> None:
    in_the_way = own_webhooks.obstacle()
    if in_the_way:
        messages.error(request, f"{in_the_way} Set PUBLIC_URL to where the internet reaches it.")
        return
    try:
        done = own_webhooks.repair(connection, now=timezone.now(), insists=True, wakes_paused=True)
    except pulls.FAILURES as error:
        _tell_failure(request, connection, "The webhooks could not be registered.", error)
        return
    if done is None:
        messages.info(request, "The webhooks are being repaired already.")
        return
    messages.success(request, f"{len(done.steps)} webhooks are active. {done.mended}".strip())


@require_POST
@permit(Permission.SETTINGS)
def change_polling(request: HttpRequest, company: Company, connection_id: UUID) -> HttpResponse:
    """Start, stop, or ask at once."""
    connection = connection_of(company, connection_id)
    now = timezone.now()
    form = PollingForm(request.POST)
    if request.POST.get("do") == "stop":
        polling.stop(connection, now=now)
        messages.success(request, "The store is not asked any more.")
    elif form.is_valid():
        polling.start(connection, form.cleaned_data["interval"], now=now)
        messages.success(request, "The store is asked now, and from then on at this interval.")
    else:
        messages.error(request, "Choose an interval.")
    return _back(connection)


STEPS = {
    "pause": BackfillState.PAUSED,
    "resume": BackfillState.RUNNING,
    "cancel": BackfillState.CANCELLED,
}


@require_POST
@permit(Permission.SETTINGS)
def change_backfill(request: HttpRequest, company: Company, connection_id: UUID) -> HttpResponse:
    """Begin, pause, go on, cancel."""
    connection = connection_of(company, connection_id)
    step = STEPS.get(request.POST.get("do", ""))
    form = BackfillForm(request.POST)
    try:
        if step:
            backfill.move(connection, step, now=timezone.now())
        elif form.is_valid():
            user = cast("User", request.user)
            since = form.cleaned_data["since"]
            backfill.begin(connection, since, by=user, now=timezone.now())
            messages.success(request, "The back-fill has begun; live orders go first.")
        else:
            messages.error(request, "Choose the day from which on orders are asked for.")
    except backfill.NotPossibleError as error:
        messages.error(request, str(error))
    return _back(connection)


def _back(connection: StoreConnection) -> HttpResponse:
    return redirect("store_asking", connection.company_id, connection.pk)

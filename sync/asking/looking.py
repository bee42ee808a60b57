"""Looks at a store: asked for by a person, page by page, kept until nobody needs them."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from connections import activity, lifecycle
from connections.clients.protocol import BEGINNING, Page, Period, Place, StoreClient, Unread
from connections.models import StoreConnection
from ledger.core.money import priced
from ledger.models import User
from ledger.periods import Period as Days
from ledger.periods import beginning_of, written
from sync.asking import errands, pulls
from sync.asking.errands import NotPossibleError, Slice
from sync.asking.sighting import Sighting, see
from sync.core.preview import Found, unread
from sync.core.preview_sums import Sums, add_up
from sync.core.shapes import clean_text
from sync.models import ErrandState, Look, LookedOrder

LONGEST = timedelta(days=366)
MOST_IDS = 1000
"""So many orders can be looked at by their ids."""

KEPT = timedelta(days=7)
UNREAD = "The store itself could not read this order; another plugin there may be the reason."
_ONE_DAY = timedelta(days=1)


def look_at(connection: StoreConnection, days: Days, *, by: User, now: datetime) -> Look:
    """Ask for the orders created on these days; who asks twice gets the look that is under way.

    :raises NotPossibleError: when the store cannot be asked, or the period is too long.
    """
    if days.last - days.first >= LONGEST:
        raise NotPossibleError("Choose a year at most.")
    asked = {
        "first": days.first,
        "last": days.last,
        "start": beginning_of(connection.company, days.first),
        "until": beginning_of(connection.company, days.last + _ONE_DAY),
    }
    return _begun(connection, asked, by, now)


def look_at_orders(
    connection: StoreConnection, order_ids: Iterable[int], *, by: User, now: datetime
) -> Look:
    """Ask for these orders.

    :raises NotPossibleError: when the store cannot be asked, or there are none or too many.
    """
    ids = sorted(set(order_ids))
    if not 0 < len(ids) <= MOST_IDS:
        raise NotPossibleError(f"Choose 1 to {MOST_IDS} orders.")
    return _begun(connection, {"order_ids": ids, "total": len(ids)}, by, now)


@transaction.atomic
def _begun(connection: StoreConnection, asked: dict[str, Any], by: User, now: datetime) -> Look:
    lifecycle.lock(connection)
    errands.check_can_be_asked(connection)
    under_way = Look.objects.filter(connection=connection, state=ErrandState.RUNNING, **asked)
    found = under_way.first()
    if found:
        return found
    made = Look.objects.create(
        company_id=connection.company_id, connection=connection, made_by=by, made_at=now,
        next_at=now, **asked,
    )  # fmt: skip
    errands.send(made, now)
    return made


def run(
    look: Look, *, seconds: float = float("inf"), beat: Callable[[], None] = lambda: None
) -> Slice:
    """Go on with a look for so many seconds."""
    return errands.run(look, lambda client: _page(look, client), seconds=seconds, beat=beat)


def newest(connection: StoreConnection) -> Look | None:
    """The last look at a period of the store, whoever asked."""
    looks = Look.objects.filter(connection=connection, first__isnull=False)
    return looks.select_related("made_by").order_by("-id").first()


def latest(connection: StoreConnection, count: int) -> list[Look]:
    """The last looks, at periods and at chosen orders."""
    looks = Look.objects.filter(connection=connection).select_related("made_by")
    return list(looks.order_by("-id")[:count])


def cancel(look: Look, *, now: datetime) -> None:
    """Look no further; what was seen stays for a while.

    :raises NotPossibleError: when it is over already.
    """
    errands.end(look, now=now)


def forget_old(now: datetime) -> None:
    """Remove looks that nobody needs any more: they name buyers."""
    Look.objects.filter(made_at__lt=now - KEPT, finished_at__isnull=False).delete()


def _page(look: Look, client: StoreClient) -> bool:
    connections = StoreConnection.objects.select_related("company__books_lock")
    connection = connections.get(pk=look.connection_id)
    asked_at = timezone.now()
    page = _asked(look, client)
    look.page_size = client.page_size
    seen = see(connection, page.orders, asked_at=asked_at)
    rows = [*(_row(look, each) for each in seen), *(_unread(look, pk) for pk in page.unread)]
    is_last = page.next is None
    with transaction.atomic():
        if not _advance(look, page):
            return True
        _keep(rows)
        if is_last:
            _finish(look, connection, timezone.now())
    return is_last


def _asked(look: Look, client: StoreClient) -> Page:
    if look.order_ids:
        return _by_ids(look, client)
    if look.start is None or look.until is None:
        raise ValueError("a look without ids has a period")
    period = Period(look.start, look.until)
    place = Place.read(look.place) if look.place else BEGINNING
    with pulls.exactly(client):
        return client.orders_created(period, place, client.page_size)


def _by_ids(look: Look, client: StoreClient) -> Page:
    """Some of the chosen orders; the place counts how many were asked for."""
    begin = Place.read(look.place).order_id if look.place else 0
    told = errands.orders_of(client, look.order_ids[begin:])
    end = begin + len(told.asked)
    following = Place(BEGINNING.at, end) if end < len(look.order_ids) else None
    unread_ids = tuple(pk for pk, each in told.missing.items() if isinstance(each, Unread))
    return Page(told.orders, following, len(look.order_ids), unread=unread_ids)


def _advance(look: Look, page: Page) -> bool:
    """Past this page, unless somebody has cancelled meanwhile."""
    changes = errands.told(look, len(page.orders) + len(page.unread))
    look.place = page.next.as_text() if page.next else ""
    changes["place"] = look.place
    if look.total is None and page.total is not None:
        look.total = page.total
        changes["total"] = page.total
    return bool(Look.objects.filter(pk=look.pk, state=ErrandState.RUNNING).update(**changes))


def _row(look: Look, seen: Sighting) -> LookedOrder:
    case, order = seen.case, seen.case.order
    return LookedOrder(
        company_id=look.company_id,
        look=look,
        order_id=case.order_id,
        number=order.number if order else str(case.order_id),
        created_at=order.created_at if order else None,
        store_status=order.status if order else "",
        buyer_name=clean_text(order.buyer_company or order.buyer_name or "", 310) if order else "",
        currency=order.currency if order else look.connection.company.currency,
        store_total=order.total if order else 0,
        outcome=seen.found.outcome,
        found=seen.found.as_json(),
    )


def _unread(look: Look, order_id: int) -> LookedOrder:
    return LookedOrder(
        company_id=look.company_id,
        look=look,
        order_id=order_id,
        number=str(order_id),
        currency=look.connection.company.currency,
        store_total=0,
        outcome="unread",
        found=unread(UNREAD).as_json(),
    )


def _keep(rows: Sequence[LookedOrder]) -> None:
    """An order that comes twice, because it changed meanwhile, stands as it came last."""
    last = {row.order_id: row for row in rows}
    LookedOrder.objects.bulk_create(
        last.values(),
        update_conflicts=True,
        unique_fields=["look", "order_id"],
        update_fields=[
            "number", "created_at", "store_status", "buyer_name", "currency", "store_total",
            "outcome", "found",
        ],
    )  # fmt: skip


def _finish(look: Look, connection: StoreConnection, now: datetime) -> None:
    sums = add_up(found_in(look))
    Look.objects.filter(pk=look.pk).update(
        state=ErrandState.DONE, finished_at=now, sums=sums.as_json(), next_at=None
    )
    activity.note(connection, _told(look, sums, connection.company.currency), at=now, kind="look")


def found_in(look: Look) -> Iterator[tuple[Found, str]]:
    """What each order would come to, with its status in the store."""
    rows = LookedOrder.objects.filter(look=look).order_by("order_id")
    for found, status in rows.values_list("found", "store_status").iterator():
        yield Found.read(found), status


def _told(look: Look, sums: Sums, currency: str) -> str:
    what = f"{sums.orders} orders"
    if look.first and look.last:
        what += f" of {written(look.first)} to {written(look.last)}"
    stands = priced(sums.books_total, currency)
    return (
        f"Looked at {what}: {sums.vouchers} vouchers would be booked, and {stands} would stand. "
        "Nothing was booked."
    )

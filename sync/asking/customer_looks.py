"""A store's registered customers: asked for page by page, then kept as a person chooses.

What the list says of people who were not chosen is forgotten with the look, after a day.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, QuerySet
from django.utils import timezone

from connections import activity, lifecycle
from connections.asking import NoWayError
from connections.clients.protocol import Json, StoreClient
from connections.models import StoreConnection
from ledger.models import User
from sync.asking import errands, pulls
from sync.asking.errands import NotPossibleError, Slice
from sync.core.customers import CustomerContent, minimise_customer, read_customer
from sync.core.people import customer_of
from sync.customers.following import keep_registered
from sync.models import CustomerLook, ErrandState, LookedCustomer, LookOutcome

KEPT = timedelta(days=1)
AT_ONCE = 1000
CHOSEN = (LookOutcome.FOUND, LookOutcome.CREATED, LookOutcome.UPDATED)
"""Who can be kept; again as well, which changes nothing."""

NOT_SHARED = (
    "The store shares no contact details. Switch on “Keep buyers’ contact details” in its Options."
)
NO_KEYS = (
    "The plugin sends no customers. Enter REST keys under Asking; they may read customers as well."
)


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of the customers that were chosen."""

    created: int = 0
    updated: int = 0
    skipped: int = 0
    failed: int = 0

    @property
    def in_words(self) -> str:
        """For people."""
        processed = self.created + self.updated + self.skipped + self.failed
        parts = (
            f"{count} {word}"
            for count, word in (
                (self.created, "created"), (self.updated, "updated"),
                (self.skipped, "skipped"), (self.failed, "failed"),
            )
        )  # fmt: skip
        return f"Customers: {processed} processed, {', '.join(parts)}."


def obstacle(connection: StoreConnection) -> str:
    """Why its customers cannot be asked for, and what to do; empty where nothing is in the way."""
    if not connection.share_contact_details:
        return NOT_SHARED
    return "" if connection.consumer_key else NO_KEYS


@transaction.atomic
def begin(connection: StoreConnection, *, by: User, now: datetime) -> CustomerLook:
    """Ask for all registered customers; who asks twice gets the look that is under way.

    :raises NotPossibleError: when the store shares none, or cannot be asked.
    """
    lifecycle.lock(connection)
    connection.refresh_from_db()
    if in_the_way := obstacle(connection):
        raise NotPossibleError(in_the_way)
    errands.check_can_be_asked(connection)
    running = CustomerLook.objects.filter(connection=connection, state=ErrandState.RUNNING)
    if found := running.first():
        return found
    CustomerLook.objects.filter(connection=connection).delete()
    made = CustomerLook.objects.create(
        company_id=connection.company_id, connection=connection, made_by=by, made_at=now,
        next_at=now, page_size=50,
    )  # fmt: skip
    errands.send(made, now)
    return made


def run(
    look: CustomerLook, *, seconds: float = float("inf"), beat: Callable[[], None] = lambda: None
) -> Slice:
    """Go on with a look for so many seconds."""
    return errands.run(look, lambda client: _page(look, client), seconds=seconds, beat=beat)


def newest(connection: StoreConnection) -> CustomerLook | None:
    """The last look, whoever asked."""
    looks = CustomerLook.objects.filter(connection=connection).select_related("made_by")
    return looks.order_by("-id").first()


def counts(look: CustomerLook) -> dict[str, int]:
    """How many customers came to what; one query."""
    rows = LookedCustomer.objects.filter(look=look)
    return dict(rows.order_by().values_list("outcome").annotate(count=Count("pk")))


def forget_old(now: datetime) -> None:
    """Remove what stores told of people whom nobody chose."""
    over = CustomerLook.objects.exclude(state=ErrandState.RUNNING)
    over.filter(made_at__lt=now - KEPT).delete()


def _page(look: CustomerLook, client: StoreClient) -> bool:
    """One page of the list; the place is the number of the next."""
    number = int(look.place or 1)
    if client.customers is None:
        raise NoWayError(NO_KEYS)
    with pulls.exactly(client):
        page = client.customers.page(number)
    rows = [_row(look, position, each) for position, each in enumerate(page.customers, look.done)]
    known = set(
        LookedCustomer.objects.filter(
            look=look, account_id__in=[row.account_id for row in rows]
        ).values_list("account_id", flat=True)
    )
    with transaction.atomic():
        if not _advance(look, len(page.customers), page.next):
            return True
        LookedCustomer.objects.bulk_create(row for row in rows if row.account_id not in known)
    return page.next is None


def _advance(look: CustomerLook, count: int, following: int | None) -> bool:
    """Past this page, unless somebody has cancelled meanwhile."""
    look.done += count
    look.place = str(following or "")
    changes: dict[str, object] = {"done": look.done, "place": look.place}
    if following is None:
        changes |= {"state": ErrandState.DONE, "finished_at": timezone.now(), "next_at": None}
    running = CustomerLook.objects.filter(pk=look.pk, state=ErrandState.RUNNING)
    return bool(running.update(**changes))


def _row(look: CustomerLook, position: int, told: Json) -> LookedCustomer:
    row = LookedCustomer(company_id=look.company_id, look=look, position=position)
    content = read_customer(told, gstin_fields=look.connection.gstin_fields)
    if isinstance(content, CustomerContent) and content.person:
        row.account_id = content.customer_id
        row.email, row.name = content.person.email, content.person.name
        row.payload = minimise_customer(told, look.connection.gstin_fields)
    elif isinstance(content, CustomerContent):
        row.outcome, row.reason = LookOutcome.FAILED, "It could not be read."
    else:
        row.outcome = LookOutcome.FAILED if content.is_alarm else LookOutcome.SKIPPED
        row.reason = content.sentence[:200]
        number = told.get("id")
        row.account_id = number if isinstance(number, int) and 0 < number < 2**63 else None
    return row


@transaction.atomic
def keep(look: CustomerLook, numbers: Collection[int] | None, *, now: datetime) -> Imported:
    """Keep these of the look among the customers, all of them without `numbers`.

    :raises NotPossibleError: when none was chosen, or the store shares no contact details any more.
    """
    lifecycle.lock(look.connection)
    look.connection.refresh_from_db()
    if not look.connection.share_contact_details:
        raise NotPossibleError(NOT_SHARED)
    rows = LookedCustomer.objects.filter(look=look)
    if numbers is not None:
        rows = rows.filter(account_id__in=numbers)
    told = dict(rows.order_by().values_list("outcome").annotate(count=Count("pk")))
    if not told:
        raise NotPossibleError("Choose the customers to import.")
    created, updated = _kept(look, rows.filter(outcome__in=CHOSEN), now)
    done = Imported(
        created, updated, told.get(LookOutcome.SKIPPED, 0), told.get(LookOutcome.FAILED, 0)
    )
    activity.note(look.connection, done.in_words, at=now, kind="import")
    return done


def _kept(look: CustomerLook, chosen: QuerySet[LookedCustomer], now: datetime) -> tuple[int, int]:
    """How many were new, and how many were known."""
    new: set[str] = set()
    ends: dict[LookOutcome, list[int]] = {LookOutcome.CREATED: [], LookOutcome.UPDATED: []}
    rows = list(chosen.order_by("position"))
    for start in range(0, len(rows), AT_ONCE):
        people = {row: customer_of(row.payload) for row in rows[start : start + AT_ONCE]}
        named = {row.account_id: each for row, each in people.items() if row.account_id and each}
        new |= keep_registered(look.connection, named, now).created
        for row, each in people.items():
            is_new = each is not None and each.email_key in new
            ends[LookOutcome.CREATED if is_new else LookOutcome.UPDATED].append(row.pk)
    for outcome, ids in ends.items():
        LookedCustomer.objects.filter(pk__in=ids).update(outcome=outcome)
    return len(ends[LookOutcome.CREATED]), len(ends[LookOutcome.UPDATED])

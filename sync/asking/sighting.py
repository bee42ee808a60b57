"""What would be booked of orders as a store tells them now; nothing of it is kept here.

The same minimising, settling and planning as the pipeline's, inside a transaction that the database
itself holds to reading.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from typing import Any

from django.db import connection as database
from django.db import transaction

from connections.models import StoreConnection
from ledger.core.gst import Taxability
from sync.asking.pulls import read_at
from sync.booking import pipeline
from sync.booking.deciding import Case
from sync.booking.inbox import Envelope, Recipient, contents_of
from sync.booking.reading import load_json, terms_of
from sync.booking.storytelling import why
from sync.core.arrivals import Arrival
from sync.core.matching import CatalogueItem
from sync.core.preview import Decided, Found, preview, unreadable
from sync.core.reception import OrderContent
from sync.core.terms import ItemFacts, Terms
from sync.models import Snapshot


@dataclass(frozen=True, slots=True)
class Sighting:
    """An order as the store tells it, and what would become of it."""

    case: Case
    found: Found


def see(
    connection: StoreConnection, orders: Sequence[Mapping[str, Any]], *, asked_at: datetime
) -> list[Sighting]:
    """What would be booked of a page of orders; a fixed number of queries, and none that writes.

    The connection comes with its company's books lock.
    """
    terms = terms_of(connection)
    with reading_only():
        arrivals = _arrivals(connection, orders, asked_at)
        cases = pipeline.decided(connection, terms, arrivals, opening=_imagined)
    return [Sighting(case, _found(case, terms)) for case in cases]


@contextmanager
def reading_only() -> Iterator[None]:
    """A transaction in which the database refuses every write."""
    with transaction.atomic(), database.cursor() as cursor:
        cursor.execute("SET TRANSACTION READ ONLY")
        yield


def _arrivals(
    connection: StoreConnection, orders: Sequence[Mapping[str, Any]], asked_at: datetime
) -> dict[int, list[Arrival]]:
    """The orders as if they had come in; a content that is kept already is a repeat of it."""
    envelope = Envelope(asked_at, "look")
    told = [read_at(order, asked_at) for order in orders]
    contents = contents_of(Recipient.of(connection), envelope, told)
    found = [content for content in contents if isinstance(content, OrderContent)]
    kept = _kept(connection, [content.order_id for content in found])
    arrivals: dict[int, list[Arrival]] = defaultdict(list)
    for number, content in enumerate(found):
        snapshot_id = kept.get((content.order_id, content.digest))
        arrivals[content.order_id].append(
            Arrival(
                delivery_id=number,
                snapshot_id=snapshot_id or -1 - number,
                received_at=asked_at,
                topic=envelope.topic,
                payload=load_json(content.payload),
                is_repeat=snapshot_id is not None,
                built_at=content.built_at,
            )
        )
    return dict(arrivals)


def _kept(connection: StoreConnection, order_ids: Sequence[int]) -> dict[tuple[int, bytes], int]:
    rows = Snapshot.objects.filter(connection=connection, order_id__in=order_ids)
    found = rows.values_list("order_id", "digest", "pk")
    return {(order_id, bytes(digest)): pk for order_id, digest, pk in found}


def _imagined(_company_id: int, names: Mapping[str, str]) -> list[CatalogueItem]:
    """Items as they would be opened, with ids that none in the books has."""
    return [
        CatalogueItem(ItemFacts(-number, "", Taxability.TAXABLE, ()), sku, "", name, is_active=True)
        for number, (sku, name) in zip(count(1), names.items(), strict=False)
    ]


def _found(case: Case, terms: Terms) -> Found:
    if case.order is None:
        sentence = case.problem.sentence if case.problem else "There is no order in it."
        return unreadable(sentence, case.books)
    sentence = why(case.plan) if case.plan else ""
    decided = Decided(case.order, case.plan, case.problem, case.books, case.missing, sentence)
    return preview(decided, terms)

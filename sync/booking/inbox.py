"""The one way in for what a store says: minimised, each content kept once, the worker woken."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Self
from uuid import UUID

from django.db import connection as database
from django.db import transaction
from django_q.conf import Conf
from django_q.tasks import async_task

from connections.models import ActivityStatus, StoreConnection
from sync.booking.prepared import execute
from sync.core.reception import NoOrder, OrderContent, read_delivery
from sync.core.shapes import clean_text
from sync.customers.hearing import hear
from sync.models import DeliveryState, Lane, Wakeup

DRAIN = "sync.tasks.drain"


@dataclass(frozen=True, slots=True)
class Recipient:
    """The connection that a delivery is for, as far as the inbox must know it."""

    connection_id: UUID
    company_id: int
    gstin_fields: Sequence[str] = ()
    shares_contact: bool = False

    @classmethod
    def of(cls, connection: StoreConnection) -> Self:
        """From the model."""
        return cls(
            connection.pk,
            connection.company_id,
            tuple(connection.gstin_fields),
            connection.share_contact_details,
        )


@dataclass(frozen=True, slots=True)
class Envelope:
    """What stands around a delivery's body: WooCommerce's headers and when it came (UTC)."""

    received_at: datetime
    topic: str
    resource: str = "order"
    store_delivery_id: str = ""
    lane: Lane = Lane.LIVE


def put(recipient: Recipient, envelope: Envelope, body: bytes | Mapping[str, object]) -> None:
    """Keep a delivery whose sender is known, and wake the worker if there is work in it.

    What is about a customer goes to the customers at once, where the store shares contact details.

    Safe to repeat: a content that is there already makes a repeated delivery, no second snapshot.

    :raises django.db.OperationalError: when the database is away.
    """
    facts = _facts(recipient, envelope)
    if envelope.resource == "customer" and recipient.shares_contact:
        with transaction.atomic():
            told = hear(recipient, envelope.topic, envelope.received_at, body)
            execute(_KEEP_REFUSAL, facts | _refusal(told))
        return
    content = _read(recipient, envelope, body)
    if isinstance(content, NoOrder):
        execute(_KEEP_REFUSAL, facts | _refusal(content))
        return
    execute(_KEEP_ORDER, facts | _order(content))
    # After the commit, not in its statement: a drain that cleared the flag meanwhile might have
    # looked for work before this delivery could be seen.
    transaction.on_commit(partial(wake, recipient.connection_id))


def put_all(
    recipient: Recipient, envelope: Envelope, bodies: Iterable[bytes | Mapping[str, object]]
) -> None:
    """Keep a page of deliveries, as a pull brings them: the same as `put` for each, at once.

    :raises django.db.OperationalError: when the database is away.
    """
    contents = contents_of(recipient, envelope, bodies)
    orders = [content for content in contents if isinstance(content, OrderContent)]
    facts = _facts(recipient, envelope)
    with transaction.atomic():
        for content in contents:
            if isinstance(content, NoOrder):
                execute(_KEEP_REFUSAL, facts | _refusal(content))
        if orders:
            with database.cursor() as cursor:
                cursor.execute(_KEEP_ORDERS, facts | _columns(orders))
            transaction.on_commit(partial(wake, recipient.connection_id))


def contents_of(
    recipient: Recipient, envelope: Envelope, bodies: Iterable[bytes | Mapping[str, object]]
) -> list[OrderContent | NoOrder]:
    """What would be kept of each body, and nothing is."""
    return [_read(recipient, envelope, body) for body in bodies]


def _read(
    recipient: Recipient, envelope: Envelope, body: bytes | Mapping[str, object]
) -> OrderContent | NoOrder:
    return read_delivery(
        body,
        topic=envelope.topic,
        resource=envelope.resource,
        store_delivery_id=envelope.store_delivery_id,
        gstin_fields=recipient.gstin_fields,
        shares_contact=recipient.shares_contact,
    )


def _facts(recipient: Recipient, envelope: Envelope) -> dict[str, Any]:
    return {
        "connection": recipient.connection_id,
        "company": recipient.company_id,
        "received_at": envelope.received_at,
        "topic": clean_text(envelope.topic, 60),
        "store_delivery_id": clean_text(envelope.store_delivery_id, 64),
        "lane": int(envelope.lane),
    }


def _order(content: OrderContent) -> dict[str, object]:
    return {
        "order_id": content.order_id,
        "digest": content.digest,
        "payload": content.payload,
        "is_deletion": content.is_deletion,
        "built_at": content.built_at,
    }


def _columns(orders: Sequence[OrderContent]) -> dict[str, Any]:
    return {
        "order_ids": [each.order_id for each in orders],
        "digests": [each.digest for each in orders],
        "payloads": f"[{','.join(each.payload for each in orders)}]",
        "deletions": [each.is_deletion for each in orders],
        "readings": [each.built_at for each in orders],
    }


def _refusal(content: NoOrder) -> dict[str, object]:
    return {
        "state": DeliveryState.ALARM if content.is_alarm else DeliveryState.IGNORED,
        "code": content.rule,
        "reason": content.sentence,
        "is_alarm": content.is_alarm,
        "failed": ActivityStatus.FAILED,
    }


_KEEP_ORDER = """
WITH snapshot AS (
    INSERT INTO sync_snapshot
        (company_id, connection_id, order_id, digest, payload, is_deletion, first_seen_at)
    VALUES (%(company)s, %(connection)s, %(order_id)s, %(digest)s, %(payload)s::jsonb,
            %(is_deletion)s, %(received_at)s)
    -- DO UPDATE and not DO NOTHING: of two at once, the second must see the row of the first.
    ON CONFLICT (connection_id, order_id, digest)
        DO UPDATE SET is_deletion = sync_snapshot.is_deletion
    RETURNING id, xmax = 0 AS is_new
)
INSERT INTO sync_delivery
    (company_id, connection_id, received_at, topic, store_delivery_id, order_id, snapshot_id,
     is_repeat, is_replay, built_at, lane, state, reason_code, reason)
SELECT %(company)s, %(connection)s, %(received_at)s, %(topic)s, %(store_delivery_id)s,
       %(order_id)s, snapshot.id, NOT snapshot.is_new, false, %(built_at)s, %(lane)s, 'received',
       '', ''
FROM snapshot
"""

_KEEP_ORDERS = """
WITH given AS (
    SELECT *, row_number() OVER (PARTITION BY order_id, digest ORDER BY position) AS turn
    FROM ROWS FROM (
        unnest(%(order_ids)s::bigint[], %(digests)s::bytea[], %(deletions)s::boolean[],
               %(readings)s::text[]),
        jsonb_array_elements(%(payloads)s::jsonb)
    ) WITH ORDINALITY AS page (order_id, digest, is_deletion, built_at, payload, position)
), snapshot AS (
    INSERT INTO sync_snapshot
        (company_id, connection_id, order_id, digest, payload, is_deletion, first_seen_at)
    SELECT %(company)s, %(connection)s, order_id, digest, payload, is_deletion,
           %(received_at)s
    FROM given WHERE turn = 1
    ON CONFLICT (connection_id, order_id, digest)
        DO UPDATE SET is_deletion = sync_snapshot.is_deletion
    RETURNING id, order_id, digest, xmax = 0 AS is_new
)
INSERT INTO sync_delivery
    (company_id, connection_id, received_at, topic, store_delivery_id, order_id, snapshot_id,
     is_repeat, is_replay, built_at, lane, state, reason_code, reason)
SELECT %(company)s, %(connection)s, %(received_at)s, %(topic)s, %(store_delivery_id)s,
       order_id, snapshot.id, turn > 1 OR NOT snapshot.is_new, false, built_at, %(lane)s,
       'received', '', ''
FROM given JOIN snapshot USING (order_id, digest)
ORDER BY position
"""

_KEEP_REFUSAL = """
WITH alarm AS (
    INSERT INTO connections_activity (company_id, connection_id, at, kind, text, status)
    SELECT %(company)s, %(connection)s, %(received_at)s, 'alarm', %(reason)s, %(failed)s
    WHERE %(is_alarm)s
)
INSERT INTO sync_delivery
    (company_id, connection_id, received_at, topic, store_delivery_id, is_repeat, is_replay,
     built_at, lane, state, reason_code, reason, finished_at)
VALUES (%(company)s, %(connection)s, %(received_at)s, %(topic)s, %(store_delivery_id)s, false,
        false, '', %(lane)s, %(state)s, %(code)s, %(reason)s, %(received_at)s)
"""


def wake(connection_id: UUID) -> None:
    """Queue a drain of the connection, unless one is asked for and has not begun yet."""
    if execute(_IS_AWAKE, [connection_id]).fetchone() is None:
        async_task(DRAIN, str(connection_id), broker=_OnlyTheFirst(connection_id))


def take_word(connection_id: UUID) -> bool:
    """Clear the wake-up, and say whether it was set."""
    asked = Wakeup.objects.filter(pk=connection_id, wake_requested=True)
    return asked.update(wake_requested=False) > 0


class _OnlyTheFirst:
    """Takes a task to the queue if its wake-up was not requested yet, in one statement."""

    list_key = Conf.CLUSTER_NAME

    def __init__(self, connection_id: UUID) -> None:
        self.connection_id = connection_id

    def enqueue(self, task: str) -> None:
        execute(_WAKE, {"connection": self.connection_id, "key": self.list_key, "task": task})


_IS_AWAKE = "SELECT 1 FROM sync_wakeup WHERE connection_id = %s AND wake_requested"

_WAKE = """
WITH first AS (
    INSERT INTO sync_wakeup (connection_id, wake_requested) VALUES (%(connection)s, true)
    ON CONFLICT (connection_id) DO UPDATE SET wake_requested = true
        WHERE NOT sync_wakeup.wake_requested
    RETURNING connection_id
)
INSERT INTO django_q_ormq (key, payload, lock) SELECT %(key)s, %(task)s, now() FROM first
"""

"""Who the buyers of vouchers are and where they live, as far as their stores say so.

The address is the newest that was known when the document was posted. Where none was known yet, the
first that came later fills the gap: shared late is better than not at all, and it stays the same.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from ledger.core.particulars import Cause
from ledger.models import Voucher
from ledger.papers.recipient import UNKNOWN, PostalAddress, Recipient
from sync.core.addresses import OrderAddress, address_in

_SQL = """
    SELECT document.voucher_id, store.name, store.share_contact_details, newest.billing,
        newest.shipping
    FROM sync_orderdocument AS document
    JOIN ledger_voucher AS voucher ON voucher.id = document.voucher_id
    JOIN connections_storeconnection AS store ON store.id = document.connection_id
    LEFT JOIN LATERAL (
        SELECT payload->'billing' AS billing, payload->'shipping' AS shipping
        FROM sync_snapshot AS snapshot
        CROSS JOIN LATERAL (
            SELECT coalesce(bool_or(finished_at <= voucher.posted_at), false),
                coalesce(bool_or(finished_at = voucher.posted_at AND state = 'booked'), false),
                coalesce(snapshot.payload#>>'{billing,address_1}',
                    snapshot.payload#>>'{shipping,address_1}', '') <> ''
            FROM sync_delivery WHERE sync_delivery.snapshot_id = snapshot.id
        ) AS fact (was_known, was_booked, has_address)
        WHERE snapshot.connection_id = document.connection_id
            AND snapshot.order_id = document.order_id AND NOT is_deletion
        ORDER BY has_address DESC, was_known DESC, was_booked DESC,
            CASE WHEN was_known THEN -snapshot.id ELSE snapshot.id END
        LIMIT 1
    ) AS newest ON true
    WHERE document.voucher_id = ANY(%s)
"""
"""Deliveries say when a snapshot was processed; it may have been recorded long before."""


@dataclass(frozen=True, slots=True)
class Buyer:
    """The recipient of a voucher, and the store that the voucher's order came from."""

    recipient: Recipient = UNKNOWN
    store_name: str = ""


def buyers_of(vouchers: Sequence[Voucher]) -> dict[int, Buyer]:
    """The buyers of vouchers that stand for orders, by voucher id; one query."""
    with connection.cursor() as cursor:
        cursor.execute(_SQL, [[voucher.pk for voucher in vouchers]])
        return {row[0]: _buyer(*row[1:]) for row in cursor.fetchall()}


def _buyer(store_name: str, shares_contact: bool, billing: Any, shipping: Any) -> Buyer:  # noqa: FBT001
    payload = {"billing": _read(billing), "shipping": _read(shipping)}
    return Buyer(
        Recipient(
            billing=_postal(address_in(payload, "billing")),
            shipping=_postal(address_in(payload, "shipping")),
            no_address=Cause.NOT_SENT if shares_contact else Cause.NOT_SHARED,
        ),
        store_name,
    )


def _read(part: Any) -> Any:
    """JSON of a raw query comes as text."""
    return json.loads(part) if isinstance(part, str) else part


def _postal(address: OrderAddress) -> PostalAddress:
    return PostalAddress(
        address.name, address.company, address.lines, address.state, address.country
    )

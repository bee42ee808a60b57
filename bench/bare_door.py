"""The door's limit: a bare WSGI function on the same server, with hand-written psycopg.

It checks the signature and keeps the delivery in the same two tables. It drops nothing, asks
nobody for the connection's state, wakes no worker and answers no mistake properly.
"""

import base64
import hashlib
import hmac
import json
import os
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

from psycopg_pool import ConnectionPool

SECRET = os.environ["BARE_SECRET"].encode()
COMPANY, CONNECTION = os.environ["BARE_COMPANY"], os.environ["BARE_CONNECTION"]
pool = ConnectionPool(
    os.environ["BARE_DATABASE"],
    min_size=1,
    max_size=10,
    open=True,
    kwargs={"autocommit": True, "prepare_threshold": 1},
)

KEEP = """
WITH snapshot AS (
    INSERT INTO sync_snapshot
        (company_id, connection_id, order_id, digest, payload, is_deletion, first_seen_at)
    VALUES (%s, %s, %s, %s, %s, false, %s)
    ON CONFLICT (connection_id, order_id, digest)
        DO UPDATE SET is_deletion = sync_snapshot.is_deletion
    RETURNING id, xmax = 0 AS is_new
)
INSERT INTO sync_delivery
    (company_id, connection_id, received_at, topic, store_delivery_id, order_id, snapshot_id,
     is_repeat, is_replay, built_at, lane, state, reason_code, reason)
SELECT %s, %s, %s, %s, '1', %s, id, NOT is_new, false, '', 0, 'received', '', '' FROM snapshot
"""


def application(
    environ: dict[str, Any], start_response: Callable[[str, list[tuple[str, str]]], object]
) -> Iterable[bytes]:
    """Answer a delivery."""
    if environ["REQUEST_METHOD"] != "POST":
        start_response("405 Method Not Allowed", [("Content-Length", "0")])
        return [b""]
    body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
    signature = base64.b64encode(hmac.digest(SECRET, body, "sha256")).decode()
    if not hmac.compare_digest(signature, environ["HTTP_X_WC_WEBHOOK_SIGNATURE"]):
        start_response("401 Unauthorized", [("Content-Length", "0")])
        return [b""]
    order_id = json.loads(body)["id"]
    now = datetime.now(UTC)
    ids = (COMPANY, CONNECTION)
    digest = hashlib.sha256(body).digest()
    topic = environ["HTTP_X_WC_WEBHOOK_TOPIC"]
    with pool.connection() as connection:
        connection.execute(
            KEEP, [*ids, order_id, digest, body.decode(), now, *ids, now, topic, order_id]
        )
    answer = b'{"status": "accepted"}'
    headers = [("Content-Type", "application/json"), ("Content-Length", str(len(answer)))]
    start_response("200 OK", headers)
    return [answer]

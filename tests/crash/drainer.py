"""A worker for these tests: it drains one store until somebody kills it.

With `--unprotected` the one protection is gone that a crash test is about: vouchers are committed
before orders, deliveries and activity are written, and not with them.
"""

import sys
import time
from collections.abc import Callable
from typing import Any
from uuid import UUID

import django

IDLE = 0.25
TORN_OPEN = 0.2
"""How long the vouchers stand alone, so that a random kill finds them so."""


def main(connection_id: UUID, *, is_protected: bool) -> None:
    """Drain for ever; a lost database ends the process, and its keeper starts another."""
    django.setup()
    from sync.booking import pipeline

    if not is_protected:
        _remove_protection()
    while True:
        pipeline.drain(connection_id)
        time.sleep(IDLE)


def _remove_protection() -> None:
    from ledger import posting

    posting.post = _committed_at_once(posting.post)


def _committed_at_once(post: Callable[..., Any]) -> Callable[..., Any]:
    from django.db import connection

    def post_and_commit(*args: Any, **options: Any) -> Any:
        posted = post(*args, **options)
        with connection.cursor() as cursor:
            cursor.execute("COMMIT")
        if len(posted) > 1:
            time.sleep(TORN_OPEN)
        return posted

    return post_and_commit


if __name__ == "__main__":
    main(UUID(sys.argv[1]), is_protected="--unprotected" not in sys.argv)

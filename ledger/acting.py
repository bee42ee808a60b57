"""Who acts: told to the database with each transaction that writes, for the edit log.

The database's triggers (migration 0004) read the setting `counterfoil.actor`, which ends with the
transaction: a connection that goes back to the pool carries nobody's name along.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

_READS = frozenset({"SELECT", "SAVEPOINT", "RELEASE", "ROLLBACK", "SET", "SHOW", "EXPLAIN"})


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, and from where: a person's id or None, the way in, the client's address."""

    user_id: int | None
    via: str
    address: str = ""

    def as_setting(self) -> str:
        """The words in which the triggers take it."""
        return json.dumps({"user": self.user_id, "via": self.via, "address": self.address})


@contextmanager
def acting(who: Callable[[], Actor]) -> Iterator[None]:
    """Tell the database who acts, for all that is written inside; asked anew for each statement."""
    with connection.execute_wrapper(_Announcer(who)):
        yield


class _Announcer:
    """Puts the actor in front of every statement that may write, in the same transaction."""

    def __init__(self, who: Callable[[], Actor]) -> None:
        self._who = who

    def __call__(
        self,
        execute: Callable[..., Any],
        statement: str,
        parameters: Any,
        many: bool,  # noqa: FBT001 -- Django's signature
        context: dict[str, Any],
    ) -> Any:
        if _only_reads(statement):
            return execute(statement, parameters, many, context)
        is_inside = connection.in_atomic_block
        with nullcontext() if is_inside else transaction.atomic():
            _announce(self._who())
            return execute(statement, parameters, many, context)


def _only_reads(statement: object) -> bool:
    """Whether the statement surely writes nothing; composed ones and CTEs may."""
    words = str(statement).split(maxsplit=1)
    return not words or words[0].upper().strip("(;") in _READS


def _announce(actor: Actor) -> None:
    """By the driver itself: it is no query of the page's own.

    Each time, as a savepoint that is rolled back takes the setting along.
    """
    with connection.wrap_database_errors:
        connection.connection.execute(
            "SELECT set_config('counterfoil.actor', %s, true)", [actor.as_setting()]
        )

"""django-hordak in a process and a database of its own, saving the same entries when asked.

Run as a program it is that process: it reads a JSON line with the entries of all orders, then lines
with a first order and a count, and answers each with the seconds that saving them took.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from config.embedded import Server

DATABASE = "hordak"
Side = tuple[int, str, str]
"""Account, debit, credit."""


class Peer:
    """The other end of the process."""

    def __init__(self, process: "subprocess.Popen[str]", orders: Sequence[Sequence[Side]]) -> None:
        self._process = process
        self._ask(orders)

    def seconds(self, first: int, count: int) -> float:
        """How long saving these orders takes, each in a transaction."""
        return float(self._ask([first, count]))

    def _ask(self, question: object) -> str:
        if self._process.stdin is None or self._process.stdout is None:
            raise BrokenPipeError("the peer has no pipes")
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            raise BrokenPipeError("the peer has ended")
        return answer


@contextmanager
def peer(server: Server, orders: Sequence[Sequence[Side]]) -> Iterator[Peer]:
    """Run the peer with its own database on the same server."""
    with server.connect("superuser", "postgres") as connection:
        connection.execute(f"CREATE DATABASE {DATABASE}")
    address = server.address("superuser", DATABASE)
    where = {f"PEER_{name}": address[name] for name in ("NAME", "USER", "PASSWORD", "HOST")}
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.peer"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | where | {"DJANGO_SETTINGS_MODULE": "bench.peer_settings"},
    )
    try:
        yield Peer(process, orders)
    finally:
        process.kill()
        process.wait()


def main() -> None:
    """Serve one `Peer`."""
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    orders = json.loads(sys.stdin.readline())
    accounts = _accounts({side[0] for order in orders for side in order})
    _say(0.0)
    for line in sys.stdin:
        first, count = json.loads(line)
        started = time.perf_counter()
        for order in orders[first : first + count]:
            _save(order, accounts)
        _say(time.perf_counter() - started)


def _accounts(ids: set[int]) -> dict[int, Any]:
    from hordak.models import Account, AccountType

    return {
        id_: Account.objects.create(
            name=f"Account {id_}", type=AccountType.income, currencies=["INR"]
        )
        for id_ in sorted(ids)
    }


def _save(order: Sequence[Side], accounts: dict[int, Any]) -> None:
    """The documented way: a transaction, then its legs, in one database transaction."""
    from django.db import transaction
    from hordak.models import Leg, Transaction
    from moneyed import Money

    with transaction.atomic():
        saved = Transaction.objects.create(description="order")
        for account, debit, credit in order:
            side = {"debit": debit} if Decimal(debit) else {"credit": credit}
            amounts = {name: Money(amount, "INR") for name, amount in side.items()}
            Leg.objects.create(transaction=saved, account=accounts[account], **amounts)


def _say(seconds: float) -> None:
    sys.stdout.write(f"{seconds}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()

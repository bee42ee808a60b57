"""A batch that dies after any of its statements leaves nothing; the next gives the same books."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection as database

from connections import lifecycle
from connections.models import Activity, StoreConnection
from ledger import posting
from ledger.models import Company, Entry, Series, Voucher, VoucherLine
from sync.booking import pipeline
from sync.models import Delivery, Order, OrderDocument, OrderDraft
from tests.factories import a_company
from tests.orders import Json
from tests.stores import an_order, deliver

pytestmark = [pytest.mark.crash, pytest.mark.django_db(transaction=True)]


class PowerCut(BaseException):
    """Nothing catches it, as nothing catches a power cut."""


class Fuse:
    """Blows after so many statements; 0 never. Counts what ran."""

    def __init__(self, blows_after: int = 0) -> None:
        self.blows_after = blows_after
        self.statements = 0

    def __call__(
        self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any
    ) -> Any:  # fmt: skip
        result = execute(sql, params, many, context)
        self.statements += 1
        if self.statements == self.blows_after:
            raise PowerCut(sql)
        return result


LATER = "2026-11-18T08:00:00"


def orders_before() -> list[Json]:
    """What is in the books before the batch: four sales and a draft."""
    return [an_order(order_id=n) for n in (1, 2, 3, 4)] + [
        an_order(order_id=5, status="on-hold", paid=None)
    ]


def the_batch() -> list[Json]:
    """Everything that can become of an order, at once."""
    refund = {"id": 9001, "total": "-118.00", "reason": ""}
    return [
        an_order(order_id=1, value="1500.00", modified=LATER),
        an_order(order_id=2, value="700.00", modified=LATER),
        an_order(order_id=3, modified=LATER, refunds=[refund]),
        an_order(order_id=4, modified=LATER, status="cancelled"),
        an_order(order_id=5, modified=LATER),
        an_order(order_id=6, state="KA"),
        an_order(order_id=7, status="on-hold", paid=None),
        an_order(order_id=8, currency="USD"),
        an_order(order_id=9, status="checkout-draft"),
        an_order(order_id=6, state="KA"),
    ]


def a_store_with_a_batch() -> StoreConnection:
    """A new company and its store; some orders are booked, more have arrived."""
    connection = lifecycle.connect(a_company(), name="Main store")
    deliver(connection, *orders_before())
    pipeline.drain(connection.pk)
    deliver(connection, *the_batch())
    return connection


@contextmanager
def fused(fuse: Fuse) -> Iterator[None]:
    """Whatever the block asks the database goes through the fuse."""
    with database.execute_wrapper(fuse):
        yield


def books(connection: StoreConnection) -> list[list[Any]]:
    """All that a batch writes, without ids and times: two stores with the same fate look alike."""
    company = connection.company
    mine = {"connection": connection}
    return [
        _vouchers(company, str(connection.pk)),
        _rows(VoucherLine, company, "voucher__number", "position", "taxable_value", "taxes"),
        _rows(Entry, company, "voucher__number", "position", "account__code", "debit", "credit"),
        _rows(Series, company, "type", "next_ordinal"),
        _mine(OrderDocument, mine, "order_id", "kind", "refund_id", "voucher__number"),
        _mine(OrderDraft, mine, "order_id", "draft__total"),
        _mine(Order, mine, "order_id", "state", "reason_code", "net_booked", "version"),
        _mine(Delivery, mine, "order_id", "state", "reason_code", "is_repeat"),
        _mine(Activity, mine, "kind", "text", "status"),
    ]


def _vouchers(company: Company, connection_id: str) -> list[Any]:
    rows = Voucher.objects.filter(company=company).order_by("id")
    found = rows.values_list("source_key", "number", "type", "total", "against__number", "flags")
    return [(key.replace(connection_id, ""), *rest) for key, *rest in found]


def _rows(model: Any, company: Company, *names: str) -> list[Any]:
    return sorted(model.objects.filter(company=company).values_list(*names), key=str)


def _mine(model: Any, mine: dict[str, StoreConnection], *names: str) -> list[Any]:
    return sorted(model.objects.filter(**mine).values_list(*names), key=str)


def test_a_batch_that_dies_after_any_statement_is_simply_done_again() -> None:
    whole = a_store_with_a_batch()
    counting = Fuse()
    with fused(counting):
        pipeline.drain(whole.pk)
    wanted = books(whole)
    assert len(wanted[0]) == 4 + 6
    assert counting.statements > 20

    for n in range(1, counting.statements + 1):
        connection = a_store_with_a_batch()
        before = books(connection)
        fuse = Fuse(blows_after=n)
        with pytest.raises(PowerCut), fused(fuse):
            pipeline.drain(connection.pk)
        is_committed = books(connection) == wanted
        assert is_committed or books(connection) == before, f"torn after statement {n}"
        pipeline.drain(connection.pk)
        assert books(connection) == wanted, f"other books after statement {n}"


def test_the_check_sees_a_batch_that_is_torn(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: the vouchers are committed by themselves, then the power goes."""
    whole, connection = a_store_with_a_batch(), a_store_with_a_batch()
    pipeline.drain(whole.pk)
    before = books(connection)
    post = posting.post

    def post_alone(*args: Any, **options: Any) -> None:
        post(*args, **options)
        with database.cursor() as cursor:
            cursor.execute("COMMIT")
        raise PowerCut

    with monkeypatch.context() as unprotected:
        unprotected.setattr(posting, "post", post_alone)
        with pytest.raises(PowerCut):
            pipeline.drain(connection.pk)
    assert books(connection) not in (before, books(whole))
    pipeline.drain(connection.pk)
    assert books(connection) != books(whole)

"""The completeness certificate over a store's orders and real books."""

import gzip
import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from connections import lifecycle
from connections.models import StoreConnection
from ledger.core.money import priced
from ledger.models import Company
from ledger.periods import Period
from sync import sweep
from sync.asking import polling
from sync.booking import pipeline
from sync.core.certificate import InStore, Verdict, in_store
from sync.models import SweepOrigin, SweepRun
from sync.reconciliation import UnreadableRecordingError, reconcile, recorded_orders
from tests import pulled
from tests.deliveries import CORPUS_SECRET, RECORDINGS
from tests.fakes.store import FakeStore, Fault
from tests.fakes.store import an_order as store_order
from tests.orders import Json
from tests.stores import a_connection, an_order, book

pytestmark = pytest.mark.django_db


def _truth(*orders: Json) -> list[InStore]:
    return [in_store({"id": order["id"], "order": order}) for order in orders]


def _verdicts(connection: StoreConnection, truth: list[InStore]) -> dict[int, str]:
    found = reconcile(connection, truth)
    return {each.order_id: each.verdict.value for each in found.exceptions}


def _recording(folder: Path, name: str) -> Path:
    target = folder / name
    target.write_bytes(gzip.decompress((RECORDINGS / "corpus-a" / f"{name}.gz").read_bytes()))
    return target


def _command(*arguments: str) -> tuple[int, Any]:
    out = StringIO()
    try:
        call_command("reconcile", *arguments, "--json", stdout=out)
    except SystemExit as end:
        return int(str(end.code)), json.loads(out.getvalue())
    return 0, json.loads(out.getvalue())


def test_a_real_stores_webhooks_leave_the_four_differences_that_webhooks_cannot_tell(
    company: Company, tmp_path: Path
) -> None:
    connection = lifecycle.connect(company, name="Recorded", secret=CORPUS_SECRET)
    deliveries, orders = (
        str(_recording(tmp_path, name)) for name in ("deliveries.jsonl", "final_orders.jsonl")
    )
    call_command("replay", deliveries, connection=connection.pk, stdout=StringIO())
    call_command("drain", connection=connection.pk, stdout=StringIO())
    code, certificate = _command("--connection", str(connection.pk), "--orders", orders)
    assert code == 1
    kinds = {each["order_id"]: each["kind"] for each in certificate["exceptions"]}
    different = dict.fromkeys((140, 226, 287, 305), "different")
    assert kinds == {139: "waiting", **different}
    assert certificate["counts"] == {
        "booked": 113, "excluded": 53, "waiting": 1, "missing": 0, "different": 4,
    }  # fmt: skip
    assert certificate["excluded"] == {"cancelled": 26, "draft": 27}
    # 1,500.00 of #305 and -3,498.60 of #139, less 27,144.76 that stands of the three gone ones.
    assert certificate["difference"] == "-29143.36"


def test_complete_books_are_certified(main_store: StoreConnection) -> None:
    orders = [an_order(501), an_order(502, "40.00", state="KA")]
    book(main_store, *orders)
    certificate = reconcile(main_store, _truth(*orders))
    assert certificate.is_complete
    assert certificate.counts[Verdict.BOOKED] == 2
    assert str(certificate.store_total) == str(certificate.books_total) == "1227.20"


def test_a_refund_that_never_came_makes_an_order_different(main_store: StoreConnection) -> None:
    book(main_store, an_order(501))
    refunded = an_order(501, refunds=[{"id": 9, "reason": "", "total": "-118.00"}])
    assert _verdicts(main_store, _truth(refunded)) == {501: "different"}


def test_an_order_that_never_came_is_missing(main_store: StoreConnection) -> None:
    book(main_store, an_order(501))
    truth = _truth(an_order(501), an_order(502), an_order(503, status="pending"))
    assert _verdicts(main_store, truth) == {502: "missing"}


def test_a_booked_order_that_the_store_does_not_list_is_different(
    main_store: StoreConnection,
) -> None:
    book(main_store, an_order(501), an_order(502))
    assert _verdicts(main_store, _truth(an_order(501))) == {502: "different"}


def test_an_order_that_cannot_be_read_waits(main_store: StoreConnection) -> None:
    book(main_store, an_order(501) | {"total": "a lot"})
    assert _verdicts(main_store, _truth(an_order(501))) == {501: "waiting"}


def test_another_stores_order_of_the_same_id_does_not_count(
    company: Company, main_store: StoreConnection
) -> None:
    book(a_connection(company, "Other"), an_order(501))
    assert _verdicts(main_store, _truth(an_order(501))) == {501: "missing"}


def test_a_period_takes_orders_by_their_day_in_the_companys_zone(
    main_store: StoreConnection,
) -> None:
    # 18:30 UTC is midnight in India.
    early = an_order(501, created="2026-11-18T18:29:59")
    late = an_order(502, created="2026-11-18T18:30:00")
    book(main_store, early, late)
    truth = [InStore(501), InStore(502), InStore(503)]
    day = date(2026, 11, 19)
    found = reconcile(main_store, truth, Period(day, day))
    assert [each.order_id for each in found.exceptions] == [502]
    assert sum(found.counts.values()) == 1


def test_a_broken_line_is_named() -> None:
    with pytest.raises(UnreadableRecordingError, match=r"Line 2"):
        list(recorded_orders(['{"id": 1, "deleted": true}', "{"]))


def test_a_store_that_cannot_be_asked_leaves_nothing_to_compare_with(
    main_store: StoreConnection,
) -> None:
    with pytest.raises(CommandError, match=r"cannot be asked\..*--orders") as refusal:
        call_command("reconcile", connection=main_store.pk)
    assert refusal.value.returncode == 2


class TestAskingTheStore:
    @pytest.fixture
    def there(self) -> Iterator[FakeStore]:
        """The store, with three orders of which one is deleted later."""
        with pulled.a_store() as there:
            yield there

    @pytest.fixture
    def shop(self, company: Company, there: FakeStore) -> StoreConnection:
        """Its connection: one order is booked and deleted since, one never came, one waits."""
        shop = pulled.connected_to(there, company)
        gone = there.life.place(store_order(1))
        polling.poll(shop)
        pipeline.drain(shop.pk, patient=True)
        there.life.delete(gone)
        there.life.place(store_order(2))
        there.life.place(store_order(3), status="on-hold")
        return shop

    def test_it_prints_what_the_contract_says(self, shop: StoreConnection) -> None:
        net = pulled.booked(shop)[1001]
        code, told = _command("--connection", str(shop.pk))
        assert code == 1
        assert told["counts"] == {
            "booked": 0, "excluded": 1, "waiting": 0, "missing": 1, "different": 1,
        }  # fmt: skip
        assert told["excluded"] == {"draft": 1}
        assert told["exceptions"] == [
            {
                "order_id": 1001,
                "kind": "different",
                "store_net": "0.00",
                "books_net": f"{net:.2f}",
                "reason": f"It is deleted in the store, but {priced(net, 'INR')} stands in the"
                " books.",
            },
            {
                "order_id": 1002,
                "kind": "missing",
                "store_net": store_order(2)["total"],
                "books_net": "0.00",
                "reason": "It was never received.",
            },
        ]
        assert told["store_total"] == store_order(2)["total"]
        assert told["books_total"] == f"{net:.2f}"
        assert Decimal(told["difference"]) == Decimal(store_order(2)["total"]) - net
        assert pulled.booked(shop) == {1001: net}

    def test_with_repair_it_books_and_ends_well(self, shop: StoreConnection) -> None:
        code, told = _command("--connection", str(shop.pk), "--repair")
        assert (code, told["difference"], told["unexplained"]) == (0, "0.00", "0.00")
        assert {each["order_id"] for each in told["repaired"]} == {1001, 1002}
        assert pulled.booked(shop) == {1002: Decimal(store_order(2)["total"])}
        out = StringIO()
        call_command("reconcile", "--connection", str(shop.pk), stdout=out)
        assert "Complete." in out.getvalue()

    def test_days_are_those_of_the_orders(self, shop: StoreConnection) -> None:
        arguments = ("--connection", str(shop.pk), "--to", "2026-01-31")
        assert _command(*arguments, "--from", "2026-01-01")[0] == 0
        assert _command(*arguments)[1]["counts"]["missing"] == 0

    def test_a_failing_store_is_no_certificate(
        self, shop: StoreConnection, there: FakeStore
    ) -> None:
        there.house.user_may = False
        with pytest.raises(CommandError, match="There is no certificate") as refusal:
            call_command("reconcile", connection=shop.pk, json=True)
        assert refusal.value.returncode == 2
        assert SweepRun.objects.get().state == "failed"

    def test_what_passes_by_itself_is_waited_for(
        self, shop: StoreConnection, there: FakeStore
    ) -> None:
        there.faults.queue(Fault.CLOSES)
        assert _command("--connection", str(shop.pk), "--repair")[0] == 0

    def test_a_nightly_one_gives_way_and_one_by_hand_does_not(self, shop: StoreConnection) -> None:
        now = timezone.now()
        sweep.begin(shop, sweep.Wanted(), SweepOrigin.NIGHTLY, now=now)
        assert _command("--connection", str(shop.pk), "--repair")[0] == 0
        sweep.begin(shop, sweep.Wanted(), SweepOrigin.PERSON, now=now)
        with pytest.raises(CommandError, match="being made already") as refusal:
            call_command("reconcile", connection=shop.pk)
        assert refusal.value.returncode == 2

    def test_one_of_its_own_that_was_killed_is_taken_up(self, shop: StoreConnection) -> None:
        wanted = sweep.Wanted(repairs=True, insists=True)
        killed = sweep.begin(shop, wanted, SweepOrigin.COMMAND, now=timezone.now())
        assert _command("--connection", str(shop.pk), "--repair")[0] == 0
        killed.refresh_from_db()
        assert (killed.state, SweepRun.objects.count()) == ("done", 1)

    def test_a_file_repairs_nothing(self, shop: StoreConnection, tmp_path: Path) -> None:
        path = tmp_path / "orders.jsonl"
        path.write_text("")
        with pytest.raises(CommandError, match="Only a store that is asked"):
            call_command("reconcile", connection=shop.pk, orders=path, repair=True)

    def test_a_store_that_is_switched_off_is_left_in_peace(
        self, shop: StoreConnection, there: FakeStore
    ) -> None:
        StoreConnection.objects.update(is_enabled=False)
        before = len(there.requests)
        with pytest.raises(CommandError, match="switched off"):
            call_command("reconcile", connection=shop.pk)
        assert len(there.requests) == before


def test_days_and_the_file_are_given_on_the_command_line(
    main_store: StoreConnection, tmp_path: Path
) -> None:
    book(main_store, an_order(501))
    path = tmp_path / "orders.jsonl"
    path.write_text(json.dumps({"id": 501, "deleted": False, "order": an_order(501)}))
    arguments = ("--connection", str(main_store.pk), "--orders", str(path))
    code, certificate = _command(*arguments, "--from", "2026-11-18", "--to", "2026-11-18")
    assert (code, certificate["counts"]["booked"]) == (0, 1)
    assert _command(*arguments, "--to", "2026-11-17")[1]["counts"]["booked"] == 0
    out = StringIO()
    call_command("reconcile", *arguments, stdout=out)
    assert "Complete." in out.getvalue()

"""Sweeps that are cut off, that meet a failing store, or one another; and when they begin."""

import hashlib
import sys
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from types import ModuleType
from typing import Any

import psycopg
import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from django_q.models import OrmQ

from connections import lifecycle
from connections.models import Activity, StoreConnection
from ledger.models import Voucher
from sync import sweep
from sync.asking import backfill, polling, pulls
from sync.certificate import certificates
from sync.models import (
    BackfillState,
    SweepOrigin,
    SweepRun,
    SweepState,
    SweepSum,
    SweptOrder,
)
from sync.running import processes
from sync.sweep import ending, settling, starting, working
from sync.tasks import sweep as sweep_task
from tests import pulled
from tests.config.conftest import until
from tests.factories import a_company
from tests.fakes.store import FakeStore, Fault, an_order
from tests.server import PROJECT, address_of, as_environment
from tests.sync.sweep.sweeping import begun, certified, run_to_the_end

NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def changed(store: FakeStore, shop: StoreConnection, orders: list[int]) -> list[int]:
    """One is deleted, one refunded, one never came."""
    store.life.delete(orders[0])
    store.life.refund(orders[1], "10.00")
    return [*orders, store.life.place(an_order(4))]


def is_right(store: FakeStore, shop: StoreConnection, changed: list[int]) -> bool:
    """Whether the books are what the store says, worked out from its JSON."""
    truth: dict[int, Decimal] = {}
    for order_id in changed:
        entry = store.shelf.get(order_id)
        if entry is not None:
            given = sum((Decimal(each["amount"]) for each in entry.refunds), Decimal(0))
            truth[order_id] = Decimal(entry.body["total"]) - given
    return pulled.booked(shop) == truth


class Killed(BaseException):
    """As when the worker is killed: nothing catches it."""


@pytest.mark.parametrize("step", range(1, 6))
def test_one_that_is_killed_before_any_of_its_steps_goes_on_where_it_was(
    store: FakeStore, shop: StoreConnection, changed: list[int], step: int
) -> None:
    run, steps = begun(shop), iter(range(1, 100))

    def dies() -> None:
        if next(steps) == step:
            raise Killed

    try:
        sweep.run(run, patient=True, beat=dies)
    except Killed:
        assert SweepRun.objects.get().state == SweepState.RUNNING
    run_to_the_end(run)
    run.refresh_from_db()
    assert (run.state, run.different, run.missing, run.repaired) == (SweepState.DONE, 0, 0, 3)
    assert is_right(store, shop, changed)


@pytest.mark.parametrize(
    ("module", "which"),
    [(working, "keep_found"), (working, "put"), (settling, "keep_settled"), (settling, "put")],
)
def test_one_that_is_killed_in_the_middle_of_a_step_does_that_step_again(
    store: FakeStore,
    shop: StoreConnection,
    changed: list[int],
    module: ModuleType,
    which: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def dies(*_given: object, **_named: object) -> None:
        raise Killed

    run = begun(shop)
    with monkeypatch.context() as patch:
        patch.setattr(module, which, dies)
        with pytest.raises(Killed):
            sweep.run(run, patient=True)
    run_to_the_end(run)
    run.refresh_from_db()
    assert (run.state, run.different, run.missing, run.repaired) == (SweepState.DONE, 0, 0, 3)
    assert is_right(store, shop, changed)
    vouchers = Voucher.objects.count()
    certified(shop)
    assert Voucher.objects.count() == vouchers


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("answered", [1, 3, 4, 5])
def test_a_process_that_is_killed_is_followed_by_the_next_one(
    store: FakeStore, shop: StoreConnection, changed: list[int], answered: int
) -> None:
    """`reconcile --repair` dies by SIGKILL while the store is at its so many-th answer."""
    before = len(store.requests)
    store.faults.queue(*[None] * answered, Fault.HOLDS)
    environment = {**as_environment(), "ALLOW_PRIVATE_STORES": f"127.0.0.1:{store.port}"}
    command = [sys.executable, str(PROJECT / "manage.py"), "reconcile", "--repair"]
    command += ["--connection", str(shop.pk)]
    process = processes.start(command, environment)
    asked = before + answered + 1
    until(lambda: len(store.requests) >= asked, seconds=30, what="its requests")
    processes.kill_group(process)
    store.let_go.set()
    run = SweepRun.objects.get()
    assert run.state == SweepState.RUNNING
    until(
        lambda: not sweep.run(run, seconds=0, patient=True).is_busy,
        seconds=10,
        what="the end of the dead one's lock",
    )
    run_to_the_end(run)
    assert (run.state, run.different, run.missing, run.repaired) == (SweepState.DONE, 0, 0, 3)
    assert is_right(store, shop, changed)


def test_slices_ask_for_nothing_twice(
    store: FakeStore, shop: StoreConnection, changed: list[int]
) -> None:
    run = begun(shop)
    slices = 1
    while not sweep.run(run, seconds=0, patient=True).is_over:
        slices += 1
    assert slices > 3
    run.refresh_from_db()
    assert (run.listed, run.state) == (3, SweepState.DONE)


def test_a_store_that_fails_now_and_then_is_swept_all_the_same(
    store: FakeStore, shop: StoreConnection, changed: list[int]
) -> None:
    store.house.retry_after = "1"
    store.faults.plan(11, 0.25)
    run = begun(shop)
    run_to_the_end(run)
    assert SweepRun.objects.get().state == SweepState.DONE
    assert is_right(store, shop, changed)


class TestOneThatCouldNotFinish:
    @pytest.fixture
    def failed(self, store: FakeStore, shop: StoreConnection, orders: list[int]) -> SweepRun:
        """The keys are taken back in the middle: the list was read, the rest is refused."""
        store.life.place(an_order(4))
        store.life.delete(orders[0])
        run = begun(shop)
        sweep.run(run, seconds=0, patient=True)
        assert SweptOrder.objects.count() == 3
        store.house.user_may = False
        store.house.keys_may = "read"
        run_to_the_end(run)
        return SweepRun.objects.get()

    @pytest.mark.usefixtures("shop")
    def test_it_says_why_and_has_no_figures(self, failed: SweepRun) -> None:
        assert failed.state == SweepState.FAILED
        assert failed.problem
        shown = certificates.Shown(failed)
        assert shown.verdict.startswith("This certificate could not be finished and says nothing.")
        assert failed.problem in shown.verdict
        assert shown.tone == "bad"
        assert (shown.difference, shown.orders, shown.unexplained) == (None, None, None)
        with pytest.raises(ValueError, match="only a sweep that is done"):
            certificates.as_json(failed)
        assert not SweptOrder.objects.exists()
        assert Activity.objects.filter(
            kind="certificate", status="failed", text__contains="could not be finished"
        ).exists()

    def test_the_database_refuses_figures_of_it(self, shop: StoreConnection) -> None:
        run = begun(shop)
        zero: dict[str, Any] = dict.fromkeys(
            ("booked", "excluded", "waiting", "missing", "different", "refunds", "repaired",
             "refreshed", "store_total", "books_total", "waiting_difference"), 0,
        )  # fmt: skip
        rows = SweepRun.objects.filter(pk=run.pk)
        ended = {"finished_at": timezone.now(), "problem": "It broke."}
        for state in ("failed", "cancelled"):
            with (
                pytest.raises(IntegrityError, match="only_a_sweep_that_is_done"),
                transaction.atomic(),
            ):
                rows.update(state=state, **ended, **zero)
        with pytest.raises(IntegrityError, match="only_a_sweep_that_is_done"), transaction.atomic():
            rows.update(state="done", **ended)

    @pytest.mark.usefixtures("orders")
    def test_the_last_certificate_stays_the_last(self, shop: StoreConnection) -> None:
        done = certified(shop)
        ending.fail(begun(shop), "The store is away.", now=timezone.now())
        newest, certificate = certificates.newest(shop), certificates.newest_certificate(shop)
        assert newest is not None
        assert certificate is not None
        assert (newest.run.state, certificate.run) == (SweepState.FAILED, done)

    @pytest.mark.usefixtures("orders")
    def test_one_that_fails_for_hours_is_given_up(
        self, store: FakeStore, shop: StoreConnection
    ) -> None:
        run = begun(shop)
        store.faults.plan(1, 1.0, [Fault.ERROR])
        slices = run_to_the_end(run)
        assert slices == working.MOST_FAILURES
        assert SweepRun.objects.get().state == SweepState.FAILED

    def test_one_that_hangs_is_ended_after_a_day_and_a_half(self, shop: StoreConnection) -> None:
        begun(shop)
        starting.forget_old(timezone.now() + timedelta(hours=35))
        assert SweepRun.objects.get().state == SweepState.RUNNING
        starting.forget_old(timezone.now() + timedelta(hours=37))
        found = SweepRun.objects.get()
        assert (found.state, found.problem) == (SweepState.FAILED, starting.SLOWEST)


class TestTwoAtOnce:
    def test_the_second_is_refused(self, shop: StoreConnection) -> None:
        begun(shop)
        with pytest.raises(sweep.NotPossibleError, match="being made already"):
            begun(shop)

    def test_the_database_allows_one(self, shop: StoreConnection) -> None:
        row = begun(shop)
        values = {
            field.attname: getattr(row, field.attname)
            for field in SweepRun._meta.concrete_fields
            if field.attname != "id"
        }
        with pytest.raises(IntegrityError, match="one_running_sweep"), transaction.atomic():
            SweepRun.objects.create(**values)

    def test_two_workers_do_not_work_at_one(self, store: FakeStore, shop: StoreConnection) -> None:
        run = begun(shop)
        with psycopg.connect(address_of("app"), autocommit=True) as other:
            other.execute("SELECT pg_advisory_lock(%s)", [_key(f"sweep:{shop.pk}")])
            assert sweep.run(run).is_busy
        assert store.requests == []

    def test_a_person_does_not_wait_for_the_nightly_one(self, shop: StoreConnection) -> None:
        now = timezone.now()
        nightly = sweep.begin(shop, sweep.Wanted(), SweepOrigin.NIGHTLY, now=now)
        begun(shop)
        nightly.refresh_from_db()
        assert nightly.state == SweepState.CANCELLED
        with pytest.raises(sweep.NotPossibleError):
            sweep.begin(shop, sweep.Wanted(), SweepOrigin.NIGHTLY, now=now)

    @pytest.mark.usefixtures("orders")
    def test_one_that_is_stopped_in_the_middle_stays_so(self, shop: StoreConnection) -> None:
        run = begun(shop)

        def stop() -> bool:
            sweep.cancel(shop, now=timezone.now())
            return False

        found = sweep.run(run, patient=True, steps_aside=stop)
        assert (found.is_over, found.pages) == (True, 1)
        assert SweepRun.objects.get().state == SweepState.CANCELLED
        with pytest.raises(sweep.NotPossibleError):
            sweep.cancel(shop, now=timezone.now())

    @pytest.mark.usefixtures("orders")
    def test_what_a_step_finds_after_it_was_stopped_is_not_kept(
        self, shop: StoreConnection, changed: list[int]
    ) -> None:
        """The step has looked whether it is wanted; then somebody stops it."""
        before = len(pulled.booked(shop))
        found = sweep.run(
            begun(shop), patient=True, beat=lambda: sweep.cancel(shop, now=timezone.now())
        )
        assert found.is_over
        assert SweepRun.objects.get().state == SweepState.CANCELLED
        assert not SweptOrder.objects.exists()
        assert not shop.deliveries.filter(topic="sweep").exists()
        assert len(pulled.booked(shop)) == before
        assert changed

    def test_one_that_is_stopped_while_it_adds_up_makes_no_certificate(
        self, shop: StoreConnection
    ) -> None:
        run = begun(shop)
        sweep.cancel(shop, now=timezone.now())
        ending.finish(run, now=timezone.now())
        assert SweepRun.objects.get().state == SweepState.CANCELLED
        assert not SweepSum.objects.exists()


class TestACertificateStays:
    @pytest.fixture
    def done(self, store: FakeStore, shop: StoreConnection) -> SweepRun:
        """One with an order to look at."""
        store.life.place(an_order(4), status="on-hold")
        return certified(shop)

    def test_its_figures_do_not_change(self, done: SweepRun) -> None:
        with pytest.raises(IntegrityError, match="is not changed"), transaction.atomic():
            SweepRun.objects.filter(pk=done.pk).update(different=0)

    def test_it_gets_no_orders_and_no_sums(self, done: SweepRun) -> None:
        with pytest.raises(IntegrityError, match="gets no rows"), transaction.atomic():
            SweptOrder.objects.filter(run=done).update(verdict="booked")
        with pytest.raises(IntegrityError, match="gets no rows"), transaction.atomic():
            SweepSum.objects.filter(run=done).update(booked=7)

    def test_its_rows_are_of_its_company(self, shop: StoreConnection) -> None:
        run, other = begun(shop), a_company(name="Other")
        facts = {"run": run, "order_id": 1, "verdict": "booked", "store_net": 0, "books_net": 0}
        SweptOrder.objects.create(company=run.company, **facts)
        with pytest.raises(IntegrityError, match="swept_order_of_same_company"):
            SweptOrder.objects.create(company=other, **{**facts, "order_id": 2})

    @pytest.mark.parametrize(
        ("rule", "facts"),
        [
            ("swept_order_verdict_is_known", {"verdict": "fine", "reason": "x"}),
            ("swept_order_found_is_known", {"found": "fine"}),
            ("swept_order_says_why", {"verdict": "missing"}),
        ],
    )
    def test_each_order_has_a_verdict_and_a_reason(
        self, shop: StoreConnection, rule: str, facts: dict[str, str]
    ) -> None:
        usual = {"order_id": 1, "verdict": "booked", "store_net": 0, "books_net": 0}
        run = begun(shop)
        with pytest.raises(IntegrityError, match=rule):
            SweptOrder.objects.create(company=run.company, run=run, **{**usual, **facts})

    @pytest.mark.parametrize(
        ("rule", "facts"),
        [
            ("sweep_state_is_known", {"state": "fine", "finished_at": NEW_YEAR}),
            ("sweep_stage_is_known", {"stage": "fine"}),
            ("sweep_origin_is_known", {"origin": "fine"}),
            ("running_sweep_has_a_time", {"next_at": None}),
            ("finished_sweep_has_an_end", {"finished_at": NEW_YEAR}),
            ("failed_sweep_says_why", {"state": "failed", "finished_at": NEW_YEAR}),
            ("sweep_period_is_one", {"until": datetime(1980, 1, 1, tzinfo=UTC)}),
            ("sweep_connection_of_same_company", {"company": 0}),
        ],
    )  # fmt: skip
    def test_a_sweep_is_in_one_state(
        self, shop: StoreConnection, rule: str, facts: dict[str, Any]
    ) -> None:
        run = begun(shop)
        if "company" in facts:
            facts = {"company": a_company(name="Other")}
        with pytest.raises(IntegrityError, match=rule):
            SweepRun.objects.filter(pk=run.pk).update(**facts)

    @pytest.mark.usefixtures("orders")
    def test_nightly_ones_of_long_ago_go_but_for_the_newest(self, shop: StoreConnection) -> None:
        now = timezone.now()
        for _ in range(2):
            run_to_the_end(sweep.begin(shop, sweep.Wanted(), SweepOrigin.NIGHTLY, now=now))
        by_hand = certified(shop)
        newest = sweep.begin(shop, sweep.Wanted(), SweepOrigin.NIGHTLY, now=now)
        run_to_the_end(newest)
        starting.forget_old(now + timedelta(days=80))
        assert SweepRun.objects.count() == 4
        starting.forget_old(now + timedelta(days=100))
        assert set(SweepRun.objects.all()) == {by_hand, newest}


class TestEveryNight:
    @pytest.fixture
    def yesterday(self, shop: StoreConnection) -> datetime:
        """The moment of this store's sweep, in a night after it was connected."""
        return starting.last_night(shop, timezone.now() + timedelta(days=2))

    @pytest.mark.usefixtures("shop")
    def test_it_begins_once_a_night_between_two_and_four(self, yesterday: datetime) -> None:
        here = yesterday.astimezone(timezone.get_fixed_timezone(330))
        assert 2 <= here.hour < 4
        assert sweep.begin_nightly(yesterday - timedelta(days=2, minutes=1)) == 0
        assert [sweep.begin_nightly(yesterday), sweep.begin_nightly(yesterday)] == [1, 0]
        ending.fail(SweepRun.objects.get(), "Away.", now=yesterday)
        assert sweep.begin_nightly(yesterday + timedelta(hours=20)) == 0
        assert sweep.begin_nightly(yesterday + timedelta(days=1)) == 1

    @pytest.mark.usefixtures("shop")
    def test_a_night_that_nobody_was_up_is_made_up_for(self, yesterday: datetime) -> None:
        assert sweep.begin_nightly(yesterday + timedelta(hours=9)) == 1

    def test_one_by_hand_does_not_stand_for_it(
        self, shop: StoreConnection, yesterday: datetime
    ) -> None:
        ending.fail(begun(shop), "Away.", now=timezone.now())
        assert sweep.begin_nightly(yesterday) == 1

    def test_it_begins_where_the_books_of_the_store_begin(
        self, shop: StoreConnection, yesterday: datetime
    ) -> None:
        connected = shop.created_at.astimezone(timezone.get_fixed_timezone(330)).date()
        assert sweep.usual_first(shop) == connected
        backfill.begin(shop, date(2026, 4, 1), now=timezone.now())
        assert sweep.usual_first(shop) == date(2026, 4, 1)
        backfill.move(shop, BackfillState.CANCELLED, now=timezone.now())
        assert sweep.usual_first(shop) == connected
        sweep.begin_nightly(yesterday)
        run = SweepRun.objects.get()
        assert (run.first, run.last, run.repairs, run.insists) == (connected, None, True, False)

    def test_history_that_nobody_asked_for_is_not_booked_over_night(
        self, store: FakeStore, shop: StoreConnection, yesterday: datetime
    ) -> None:
        store.clock.tick(-3 * 86_400)
        store.life.place(an_order(1))
        store.clock.at = pulled.now()
        sweep.begin_nightly(yesterday)
        run_to_the_end(SweepRun.objects.get())
        assert pulled.booked(shop) == {}
        assert SweepRun.objects.get().booked == 0

    def test_stores_that_cannot_be_asked_are_left_out(self, yesterday: datetime) -> None:
        lifecycle.connect(a_company(), name="By webhooks alone")
        assert sweep.begin_nightly(yesterday) == 1  # the other one

    @pytest.mark.parametrize("how", ["unpaired", "off"])
    def test_so_are_those_that_are_switched_off(
        self, shop: StoreConnection, yesterday: datetime, how: str
    ) -> None:
        if how == "off":
            StoreConnection.objects.update(is_enabled=False)
        else:
            lifecycle.unpair(shop)
        assert sweep.begin_nightly(yesterday) == 0


class TestInTheWorker:
    def test_a_slice_is_queued_once_and_again_where_its_worker_was_killed(
        self, shop: StoreConnection
    ) -> None:
        begun(shop)
        now = timezone.now()
        assert [sweep.queue_due(now), sweep.queue_due(now)] == [1, 0]
        assert OrmQ.objects.count() == 1
        assert sweep.queue_due(now + pulls.CLAIM) == 1

    def test_the_task_brings_it_to_its_end(
        self, store: FakeStore, shop: StoreConnection, changed: list[int]
    ) -> None:
        run = begun(shop)
        for _ in range(5):
            sweep_task(run.pk)
        assert SweepRun.objects.get().state == SweepState.DONE
        assert is_right(store, shop, changed)

    @pytest.mark.usefixtures("store")
    def test_polls_go_first(self, shop: StoreConnection) -> None:
        run = begun(shop)
        polling.start(shop, 15, now=timezone.now())
        assert sweep.queue_due(timezone.now()) == 0
        sweep_task(run.pk)
        assert SweepRun.objects.get().stage == "vanished"

    def test_without_a_worker_to_spare_it_waits(
        self, store: FakeStore, shop: StoreConnection
    ) -> None:
        run = begun(shop)
        with psycopg.connect(address_of("app")) as other:
            other.execute("SELECT pg_advisory_lock(%s)", [_key("slot:0")])
            sweep_task(run.pk)
        assert store.requests == []
        assert sweep.queue_due(timezone.now()) == 0
        assert sweep.queue_due(timezone.now() + timedelta(seconds=2)) == 1


class TestThePeriod:
    def test_days_are_those_of_the_company_both_included(
        self, store: FakeStore, shop: StoreConnection
    ) -> None:
        # 18:30 UTC is midnight in India.
        for moment in ("2026-11-18T18:29:59", "2026-11-18T18:30:00", "2026-11-19T18:29:59",
                       "2026-11-19T18:30:00"):  # fmt: skip
            store.clock.at = datetime.fromisoformat(moment).replace(tzinfo=UTC)
            store.life.place(an_order(1))
        store.clock.at = pulled.now()
        day = date(2026, 11, 19)
        run = certified(shop, first=day, last=day)
        assert (run.booked, len(pulled.booked(shop))) == (2, 2)
        assert [each.day for each in run.sums.filter(kind="day")] == [day]

    def test_what_stands_of_other_days_is_no_matter_of_it(
        self, store: FakeStore, shop: StoreConnection, orders: list[int]
    ) -> None:
        store.life.delete(orders[0])
        day = date(2026, 11, 1)
        assert certified(shop, first=day, last=day).different == 0
        assert len(pulled.booked(shop)) == 3

    def test_it_does_not_end_before_it_begins(self, shop: StoreConnection) -> None:
        with pytest.raises(sweep.NotPossibleError, match="ends before it begins"):
            begun(shop, first=date(2026, 11, 2), last=date(2026, 11, 1))


def _key(name: str) -> int:
    digest = hashlib.blake2b(f"counterfoil:{name}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)

"""Looking after a connection: what is found, what is put right, who is told, how often."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.mail.backends.locmem import EmailBackend
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_q.models import OrmQ

from connections import lifecycle
from connections.models import Activity, Status, StoreConnection
from ledger.models import Membership, Role
from sync.asking import own_webhooks
from sync.booking import pipeline
from sync.booking.inbox import Envelope, Recipient, put
from sync.core.health import Cause, Symptom
from sync.health import findings, health_mail
from sync.health import rounds as health
from sync.models import Delivery, Finding, Order, Polling, Wakeup, Watch
from tests import pulled
from tests.connections.test_pairing_at_once import at_once
from tests.factories import a_company, a_user
from tests.fakes.store import FakeStore, Fault, an_order
from tests.stores import a_connection, deliver

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def there() -> Iterator[FakeStore]:
    """A store whose webhooks are taken wherever they go."""
    with pulled.a_store(deliver=lambda *_: 200) as there:
        yield there


@pytest.fixture
def shop(there: FakeStore) -> StoreConnection:
    """Its connection, a day old, by keys."""
    shop = pulled.connected_to(there, a_company(owner=a_user("boss")))
    StoreConnection.objects.update(created_at=timezone.now() - timedelta(days=1))
    shop.refresh_from_db()
    return shop


@pytest.fixture
def mail(settings: LazySettings) -> None:
    """Mail is set up."""
    settings.MAIL_IS_CONFIGURED = True


def look(shop: StoreConnection, ago: timedelta = timedelta(0)) -> datetime:
    """Look after it, so long ago."""
    now = timezone.now() - ago
    assert health.look_after(shop, now=now)
    return now


def open_causes(shop: StoreConnection) -> dict[str, Finding]:
    return {row.cause: row for row in Finding.objects.filter(connection=shop, resolved_at=None)}


def lines(shop: StoreConnection) -> list[str]:
    rows = Activity.objects.filter(connection=shop, kind__in=["health", "webhooks"])
    return list(rows.order_by("id").values_list("text", flat=True))


def untold(there: FakeStore, ago: timedelta = HOUR) -> int:
    """An order of which no webhook tells."""
    there.clock.tick(-ago.total_seconds())
    order_id = there.life.place(an_order(1))
    there.clock.at = pulled.now()
    there.hooks.pending.clear()
    return order_id


def tell(shop: StoreConnection, there: FakeStore, order_id: int) -> None:
    """The webhook of an order as it is now, processed."""
    entry = there.shelf.get(order_id)
    assert entry is not None
    put(Recipient.of(shop), Envelope(timezone.now(), "order.updated"), there.forms.order(entry))
    pipeline.drain(shop.pk, patient=True)


def test_the_first_look_registers_webhooks_and_finds_nothing_wrong(
    there: FakeStore, shop: StoreConnection
) -> None:
    look(shop)
    assert len(there.hooks.rows) == 4
    assert not Finding.objects.exists()
    assert "registered" in lines(shop)[0]
    watch = Watch.objects.get()
    assert watch.next_at - watch.checked_at == 15 * MINUTE  # type: ignore[operator]


def test_a_look_at_a_store_that_is_well_takes_few_requests_and_changes_nothing(
    there: FakeStore, shop: StoreConnection
) -> None:
    look(shop, HOUR)
    tell(shop, there, untold(there))
    there.requests.clear()
    look(shop)
    assert len(there.requests) == 3
    assert {request.method for request in there.requests} == {"GET"}
    assert not Finding.objects.exists()


class TestSilence:
    def test_a_store_that_changes_and_tells_nothing_is_asked_at_once_and_repaired(
        self, there: FakeStore, shop: StoreConnection
    ) -> None:
        look(shop, 3 * HOUR)
        order_id = untold(there)
        there.hooks.rows[1].secret = "changed by somebody"
        look(shop)
        found = open_causes(shop)[Cause.SILENT]
        assert "Orders change in the store" in found.text
        assert "asked for what it had not told" in found.done
        assert not found.needs_person
        assert Delivery.objects.get().order_id == order_id
        assert there.hooks.rows[1].secret == lifecycle.secret_of(shop)
        assert found.done in lines(shop)[-1]

    def test_it_is_over_when_the_store_tells_again(
        self, there: FakeStore, shop: StoreConnection
    ) -> None:
        look(shop, 3 * HOUR)
        order_id = untold(there)
        look(shop)
        look(shop)
        assert Cause.SILENT in open_causes(shop)
        tell(shop, there, order_id)
        look(shop)
        assert open_causes(shop) == {}
        assert lines(shop)[-1] == "The store tells of its orders again."
        assert Finding.objects.count() == 1

    def test_a_store_in_which_nothing_happens_is_not_silent(self, shop: StoreConnection) -> None:
        look(shop, 30 * HOUR)
        look(shop)
        assert not Finding.objects.exists()

    def test_a_change_of_a_moment_ago_may_still_be_on_its_way(
        self, there: FakeStore, shop: StoreConnection
    ) -> None:
        look(shop, 3 * HOUR)
        untold(there, 20 * MINUTE)
        look(shop)
        assert not Finding.objects.exists()

    def test_a_store_whose_clock_is_ahead_is_not_taken_for_silent(
        self, there: FakeStore, shop: StoreConnection
    ) -> None:
        look(shop, 3 * HOUR)
        order_id = untold(there)
        tell(shop, there, order_id)
        Delivery.objects.update(received_at=timezone.now() - 2 * HOUR)
        look(shop)
        assert not Finding.objects.exists()

    def test_an_order_that_went_to_the_trash_is_told_of_by_its_id_alone(
        self, there: FakeStore, shop: StoreConnection
    ) -> None:
        look(shop, 3 * HOUR)
        order_id = untold(there)
        there.clock.tick(-HOUR.total_seconds())
        there.life.trash(order_id)
        there.clock.at = pulled.now()
        long_ago = timezone.now() - 2 * HOUR
        put(Recipient.of(shop), Envelope(long_ago, "order.deleted"), {"id": order_id})
        pipeline.drain(shop.pk, patient=True)
        look(shop)
        assert not Finding.objects.exists()

    def test_what_a_poll_brought_was_not_told(
        self, there: FakeStore, shop: StoreConnection
    ) -> None:
        look(shop, 3 * HOUR)
        order_id = untold(there)
        entry = there.shelf.get(order_id)
        assert entry is not None
        put(Recipient.of(shop), Envelope(timezone.now(), "poll"), there.forms.order(entry))
        look(shop)
        assert Cause.SILENT in open_causes(shop)

    def test_after_two_hours_it_needs_a_person(
        self, there: FakeStore, shop: StoreConnection
    ) -> None:
        look(shop, 6 * HOUR)
        untold(there, 5 * HOUR)
        look(shop, 2 * HOUR)
        assert not open_causes(shop)[Cause.SILENT].needs_person
        look(shop)
        assert open_causes(shop)[Cause.SILENT].needs_person
        assert lines(shop)[-1].endswith("This needs you.")

    def test_a_paired_store_is_listened_for_too(
        self, there: FakeStore, shop: StoreConnection
    ) -> None:
        pulled.paired(shop, there)
        shop.paired_site.__class__.objects.update(paired_at=timezone.now() - 5 * HOUR)
        untold(there)
        look(shop)
        assert Cause.SILENT in open_causes(shop)
        assert there.hooks.rows == {}
        assert Delivery.objects.exists()


class TestWebhooks:
    def test_one_that_was_switched_off_is_on_again_and_it_is_told(
        self, there: FakeStore, shop: StoreConnection
    ) -> None:
        look(shop, HOUR)
        there.hooks.rows[2].status = "disabled"
        look(shop)
        found = open_causes(shop)[Cause.WEBHOOKS_OFF]
        assert "order.updated switched on again" in found.done
        assert not found.needs_person
        assert there.hooks.rows[2].status == "active"
        look(shop)
        assert open_causes(shop) == {}
        assert "webhooks are all on" in lines(shop)[-1]

    def test_a_new_signing_secret_is_given_to_them(
        self, there: FakeStore, shop: StoreConnection
    ) -> None:
        look(shop, HOUR)
        secret = lifecycle.new_secret(shop, now=timezone.now())
        look(shop)
        assert {hook.secret for hook in there.hooks.rows.values()} == {secret}
        assert not Finding.objects.exists()

    def test_one_that_is_paused_stays_so_and_needs_a_person(
        self, there: FakeStore, shop: StoreConnection
    ) -> None:
        look(shop, HOUR)
        there.hooks.rows[1].status = "paused"
        look(shop)
        found = open_causes(shop)[Cause.WEBHOOKS_PAUSED]
        assert found.needs_person
        assert "order.created" in found.text
        assert there.hooks.rows[1].status == "paused"

    def test_keys_that_only_read_cannot_repair_and_say_so(
        self, there: FakeStore, shop: StoreConnection
    ) -> None:
        look(shop, HOUR)
        there.hooks.rows[1].status = "disabled"
        there.house.keys_may = "read"
        look(shop)
        found = open_causes(shop)[Cause.WEBHOOKS_OFF]
        assert found.needs_person
        assert "Read/Write" in found.done

    def test_keys_that_were_given_to_read_alone_are_no_fault(
        self, there: FakeStore, shop: StoreConnection
    ) -> None:
        there.house.keys_may = "read"
        look(shop)
        assert not Finding.objects.exists()


class TestQueue:
    def test_deliveries_that_nobody_processes_are_queued_anew(self, shop: StoreConnection) -> None:
        deliver(shop, an_order(501))
        Delivery.objects.update(received_at=timezone.now() - 6 * MINUTE)
        Wakeup.objects.update_or_create(connection=shop, defaults={"wake_requested": True})
        OrmQ.objects.all().delete()
        look(shop)
        assert "1 deliveries wait" in open_causes(shop)[Cause.QUEUE_STUCK].text
        assert OrmQ.objects.count() == 1
        pipeline.drain(shop.pk, patient=True)
        look(shop)
        assert Cause.QUEUE_STUCK not in open_causes(shop)

    def test_without_a_way_to_ask_the_queue_is_looked_at_all_the_same(self) -> None:
        shop = a_connection(a_company())
        deliver(shop, an_order(501))
        Delivery.objects.update(received_at=timezone.now() - 6 * MINUTE)
        look(shop)
        assert list(open_causes(shop)) == [Cause.QUEUE_STUCK]

    def test_a_store_that_is_switched_off_keeps_its_deliveries_in_peace(
        self, shop: StoreConnection
    ) -> None:
        deliver(shop, an_order(501))
        Delivery.objects.update(received_at=timezone.now() - HOUR)
        shop.is_enabled = False
        look(shop)
        assert Cause.QUEUE_STUCK not in open_causes(shop)


class TestAsking:
    def test_keys_that_were_revoked_need_a_person(
        self, there: FakeStore, shop: StoreConnection
    ) -> None:
        there.house.user_may = False
        look(shop)
        found = open_causes(shop)[Cause.CANNOT_ASK]
        assert found.needs_person
        assert "may not do that" in found.text
        there.house.user_may = True
        look(shop)
        assert open_causes(shop) == {}

    def test_what_may_pass_is_told_the_third_time(
        self, there: FakeStore, shop: StoreConnection
    ) -> None:
        for times in range(3):
            assert open_causes(shop) == {}, times
            there.faults.plan(1, 1.0, [Fault.FATAL])
            look(shop)
        assert not open_causes(shop)[Cause.CANNOT_ASK].needs_person

    def test_a_store_that_wants_peace_is_left_in_peace(
        self, there: FakeStore, shop: StoreConnection
    ) -> None:
        Polling.objects.create(
            connection=shop, company=shop.company, is_on=True, failures=5,
            next_at=timezone.now() + HOUR, problem="Busy.", problem_code="busy",
        )  # fmt: skip
        look(shop)
        assert there.requests == []
        assert "Busy." in open_causes(shop)[Cause.CANNOT_ASK].text

    def test_what_could_not_be_looked_into_stays_as_it_was(
        self, there: FakeStore, shop: StoreConnection
    ) -> None:
        look(shop, 3 * HOUR)
        untold(there)
        look(shop)
        there.house.user_may = False
        look(shop)
        assert set(open_causes(shop)) == {Cause.SILENT, Cause.CANNOT_ASK}


@pytest.mark.usefixtures("mail")
class TestMail:
    @pytest.fixture
    def paused(self, there: FakeStore, shop: StoreConnection) -> StoreConnection:
        """Something that needs a person."""
        look(shop, 3 * HOUR)
        there.hooks.rows[1].status = "paused"
        return shop

    def test_who_may_change_the_store_is_told_in_plain_words_with_a_link(
        self, paused: StoreConnection, mailoutbox: list[Any], settings: LazySettings
    ) -> None:
        for role in (Role.ACCOUNTANT, Role.OPERATOR, Role.VIEWER):
            person = a_user(role.value)
            Membership.objects.create(company=paused.company, user=person, role=role)
        look(paused)
        (letter,) = mailoutbox
        assert sorted(address.partition("-")[0] for address in letter.to) == ["accountant", "boss"]
        assert letter.subject == "Shop needs you: its webhooks are paused"
        page = reverse("store", args=[paused.company_id, paused.pk])
        assert f"{settings.PUBLIC_URL}{page}" in letter.body
        assert "paused in WooCommerce: order.created" in letter.body
        assert "What was done: They were left so" in letter.body

    def test_once_a_day_for_each_cause_however_often_one_looks(
        self, paused: StoreConnection, mailoutbox: list[Any]
    ) -> None:
        now = look(paused)
        for hours in range(1, 24):
            health_mail.send_due(paused, now=now + hours * HOUR)
        assert len(mailoutbox) == 1
        assert health_mail.send_due(paused, now=now + 24 * HOUR) == 1
        assert len(mailoutbox) == 2

    def test_what_comes_again_on_the_same_day_is_not_mailed_again(
        self, there: FakeStore, paused: StoreConnection, mailoutbox: list[Any]
    ) -> None:
        look(paused, HOUR)
        there.hooks.rows[1].status = "active"
        look(paused, 30 * MINUTE)
        there.hooks.rows[1].status = "paused"
        look(paused)
        assert Finding.objects.count() == 2
        assert len(mailoutbox) == 1

    def test_another_cause_has_a_letter_of_its_own(
        self, there: FakeStore, paused: StoreConnection, mailoutbox: list[Any]
    ) -> None:
        look(paused)
        there.house.user_may = False
        look(paused)
        assert len(mailoutbox) == 2

    def test_what_heals_by_itself_is_mailed_to_nobody(
        self, there: FakeStore, shop: StoreConnection, mailoutbox: list[Any]
    ) -> None:
        look(shop, HOUR)
        there.hooks.rows[1].status = "disabled"
        look(shop)
        assert open_causes(shop)
        assert mailoutbox == []

    def test_a_letter_that_fails_is_tried_again_and_holds_up_nothing(
        self,
        paused: StoreConnection,
        mailoutbox: list[Any],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        def fails(*_: object) -> int:
            raise OSError("no mail server")

        with monkeypatch.context() as patch:
            patch.setattr(EmailBackend, "send_messages", fails)
            now = look(paused)
        found = open_causes(paused)[Cause.WEBHOOKS_PAUSED]
        assert "could not be sent" in found.mail_problem
        assert found.mailed_at is None
        assert health_mail.send_due(paused, now=now + MINUTE) == 0
        assert health_mail.send_due(paused, now=now + 15 * MINUTE) == 1
        assert len(mailoutbox) == 1
        assert open_causes(paused)[Cause.WEBHOOKS_PAUSED].mail_problem == ""

    def test_without_mail_it_is_said_on_the_page(
        self, paused: StoreConnection, settings: LazySettings, mailoutbox: list[Any]
    ) -> None:
        settings.MAIL_IS_CONFIGURED = False
        look(paused)
        assert mailoutbox == []
        browser = Client()
        browser.force_login(paused.company.memberships.get().user)
        for name, parts in (("home", ()), ("store", (paused.pk,))):
            shown = browser.get(reverse(name, args=[paused.company_id, *parts])).content.decode()
            assert "Webhooks are paused in WooCommerce" in shown
            assert "No mail is set up here" in shown
            assert "Needs you" in shown


class TestSchedule:
    def test_each_active_connection_is_queued_once_in_a_quarter_of_an_hour(
        self, shop: StoreConnection
    ) -> None:
        a_connection(shop.company, "Second")
        gone = a_connection(shop.company, "Gone")
        StoreConnection.objects.filter(pk=gone.pk).update(status=Status.UNPAIRED)
        now = timezone.now()
        OrmQ.objects.all().delete()
        assert health.queue_due(now) == 2
        assert health.queue_due(now) == 0
        assert health.queue_due(now + 14 * MINUTE) == 0
        assert health.queue_due(now + 15 * MINUTE) == 2
        assert OrmQ.objects.count() == 4

    def test_new_keys_are_looked_at_at_once(self, shop: StoreConnection) -> None:
        now = timezone.now()
        health.queue_due(now)
        health.soon(shop, now + MINUTE)
        assert health.queue_due(now + MINUTE) == 1

    def test_the_task_looks(self, there: FakeStore, shop: StoreConnection) -> None:
        from sync.tasks import look_after

        look_after(str(shop.pk))
        assert len(there.hooks.rows) == 4


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    @pytest.mark.usefixtures("shop")
    def test_who_looks_at_once_queues_one(self) -> None:
        now = timezone.now()
        assert sorted(at_once(4, lambda _: health.queue_due(now))) == [0, 0, 0, 1]

    @pytest.mark.usefixtures("mail")
    def test_looks_at_once_register_nothing_twice_and_mail_once(
        self, there: FakeStore, shop: StoreConnection, mailoutbox: list[Any]
    ) -> None:
        now = timezone.now()
        at_once(4, lambda _: own_webhooks.repair(shop, now=now))
        assert len(there.hooks.rows) == 4
        there.hooks.rows[1].status = "paused"
        at_once(4, lambda _: health.look_after(shop, now=now))
        at_once(4, lambda _: health_mail.send_due(shop, now=now))
        assert Finding.objects.count() == 1
        assert len(mailoutbox) == 1
        assert Order.objects.count() == 0

    def test_of_records_at_once_one_opens_the_finding(self, shop: StoreConnection) -> None:
        now = timezone.now()
        symptom = Symptom(Cause.SILENT, "Silent.")
        for _ in range(5):
            at_once(4, lambda _: findings.record(shop, [symptom], [], now=now))
            assert Finding.objects.filter(resolved_at=None).count() == 1
            findings.record(shop, [], [Cause.SILENT], now=now)
        assert len(lines(shop)) == 10

    @pytest.mark.usefixtures("mail")
    def test_of_letters_at_once_one_is_sent(
        self, shop: StoreConnection, mailoutbox: list[Any]
    ) -> None:
        now = timezone.now()
        symptom = Symptom(Cause.SILENT, "Silent.", needs_person=True)
        findings.record(shop, [symptom], [], now=now)
        for day in range(5):
            later = now + timedelta(days=day)
            sent = at_once(4, lambda _, later=later: health_mail.send_due(shop, now=later))
            assert sorted(sent) == [0, 0, 0, 1]
        assert len(mailoutbox) == 5


class TestRules:
    def a_row(self, shop: StoreConnection, **changes: Any) -> Finding:
        now = timezone.now()
        facts = {"company": shop.company, "connection": shop, "cause": "silent", "text": "Silent."}
        facts |= {"since": now, "seen_at": now, "mail_at": now}
        return Finding.objects.create(**{**facts, **changes})

    def refused(self, shop: StoreConnection, rule: str, **changes: Any) -> None:
        with pytest.raises(IntegrityError, match=rule), transaction.atomic():
            self.a_row(shop, **changes)

    def test_of_each_cause_one_finding_is_open(self, shop: StoreConnection) -> None:
        first = self.a_row(shop)
        self.refused(shop, "one_open_finding_per_cause")
        self.a_row(shop, cause="queue_stuck")
        Finding.objects.filter(pk=first.pk).update(resolved_at=timezone.now())
        self.a_row(shop)

    def test_a_finding_is_of_its_connections_company(self, shop: StoreConnection) -> None:
        self.refused(shop, "finding_connection_of_same_company", company=a_company())

    def test_what_is_looked_after_is_of_its_connections_company(
        self, shop: StoreConnection
    ) -> None:
        with pytest.raises(IntegrityError, match="watch_connection"), transaction.atomic():
            Watch.objects.create(connection=shop, company=a_company(), next_at=timezone.now())

    def test_a_finding_has_a_cause_a_text_and_times_in_their_order(
        self, shop: StoreConnection
    ) -> None:
        before = timezone.now() - HOUR
        self.refused(shop, "finding_cause_is_known", cause="odd")
        self.refused(shop, "finding_says_what_is_wrong", text="")
        self.refused(shop, "finding_is_seen_after_it_began", seen_at=before)
        self.refused(shop, "finding_is_resolved_after_it_was_seen", resolved_at=before)

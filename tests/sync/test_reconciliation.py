"""The completeness certificate over a store's orders and real books."""

import gzip
import json
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from connections import lifecycle
from connections.models import StoreConnection
from ledger.models import Company
from ledger.periods import Period
from sync.core.certificate import InStore, Verdict, in_store
from sync.reconciliation import UnreadableRecordingError, reconcile, recorded_orders
from tests.deliveries import CORPUS_SECRET, RECORDINGS
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


def test_without_the_stores_orders_there_is_nothing_to_compare_with(
    main_store: StoreConnection,
) -> None:
    with pytest.raises(CommandError, match="--orders") as refusal:
        call_command("reconcile", connection=main_store.pk)
    assert refusal.value.returncode == 2


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

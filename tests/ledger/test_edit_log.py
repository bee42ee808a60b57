"""The edit log: whatever changes a master leaves a line, and nobody can help it."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from django.db import Error, connection, connections, transaction

from ledger.acting import Actor, acting
from ledger.models import Account, BooksLock, Company, Edit, Item, ItemRate, Membership, Series
from ledger.period_lock import lock_until
from tests import server
from tests.factories import TODAY, a_company, a_sale, a_user, check_as_at_commit, posted

pytestmark = pytest.mark.django_db

AUDITED = (
    "connections_storeconnection", "ledger_account", "ledger_bookslock", "ledger_company",
    "ledger_item", "ledger_itemrate", "ledger_membership", "ledger_party", "ledger_series",
)  # fmt: skip


@pytest.fixture
def item(company: Company) -> Item:
    """A shirt at 12 %."""
    shirt = Item.objects.create(company=company, sku="SHIRT-B", name="Blue shirt", hsn="6109")
    ItemRate.objects.create(
        company=company, item=shirt, rate=Decimal(12), valid_from=date(2025, 4, 1)
    )
    return shirt


def newest(**wanted: Any) -> Edit:
    """The last line of the log that is like this."""
    return Edit.objects.filter(**wanted).order_by("-id")[0]


def run(statement: str, *values: int) -> None:
    """Run SQL as the app's role."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


CHANGES: dict[str, Callable[[Item], Any]] = {
    "save": lambda item: _saved(item, hsn="6205"),
    "update": lambda item: Item.objects.filter(pk=item.pk).update(hsn="6205"),
    "bulk_update": lambda item: Item.objects.bulk_update([_with(item, hsn="6205")], ["hsn"]),
    "upsert": lambda item: Item.objects.bulk_create(
        [Item(company=item.company, sku=item.sku, name=item.name, hsn="6205")],
        update_conflicts=True,
        unique_fields=["company", "sku"],
        update_fields=["hsn"],
    ),
    "raw SQL": lambda item: run("UPDATE ledger_item SET hsn = '6205' WHERE id = %s", item.pk),
    "from within": lambda item: run(
        "WITH done AS (UPDATE ledger_item SET hsn = '6205' WHERE id = %s RETURNING id)"
        " SELECT id FROM done",
        item.pk,
    ),
}


def _with(item: Item, **values: str) -> Item:
    for name, value in values.items():
        setattr(item, name, value)
    return item


def _saved(item: Item, **values: str) -> None:
    _with(item, **values).save()


class NothingOfItError(Exception):
    """Rolls back."""


def _saved_and_regretted(item: Item) -> None:
    _saved(item, name="Red shirt")
    raise NothingOfItError


@pytest.mark.parametrize("way", CHANGES)
def test_every_way_of_changing_a_row_is_logged(item: Item, way: str) -> None:
    before = Edit.objects.count()
    CHANGES[way](item)
    assert Edit.objects.count() == before + 1
    edit = newest()
    assert (edit.action, edit.table, edit.record) == (
        "update", "ledger_item", f"ledger_item/{item.pk}",
    )  # fmt: skip
    assert (edit.old, edit.new) == ({"hsn": "6109"}, {"hsn": "6205"})


def test_many_rows_leave_many_lines(company: Company) -> None:
    before = Edit.objects.count()
    Item.objects.bulk_create(
        Item(company=company, sku=f"S{number}", name="Shirt") for number in range(30)
    )
    assert Edit.objects.count() == before + 30
    Item.objects.filter(company=company).update(hsn="6109")
    assert Edit.objects.count() == before + 60


def test_rows_that_are_copied_in_are_logged(company: Company) -> None:
    with (
        connection.cursor() as cursor,
        cursor.copy(
            "COPY ledger_item (company_id, sku, name, lookup_code, barcode, hsn, taxability, unit,"
            " is_service, is_active) FROM STDIN"
        ) as copy,
    ):
        copy.write_row((company.pk, "C1", "Copied", "", "", "", "taxable", "NOS", False, True))
    assert newest().new["sku"] == "C1"


def test_a_row_that_is_removed_leaves_what_it_held(item: Item) -> None:
    rate = item.rates.get()
    rate.delete()
    edit = newest()
    assert (edit.action, edit.new) == ("delete", {})
    assert edit.old == {"item_id": item.pk, "rate": Decimal("12.000"), "valid_from": "2025-04-01"}


def test_a_rate_belongs_to_its_items_record(item: Item) -> None:
    rate = item.rates.get()
    rate.rate = Decimal(18)
    rate.save()
    edit = newest(table="ledger_itemrate")
    assert (edit.record, edit.row_id) == (f"ledger_item/{item.pk}", str(rate.pk))
    assert (edit.old, edit.new) == ({"rate": Decimal("12.000")}, {"rate": Decimal("18.000")})


def test_a_save_that_changes_nothing_leaves_no_line(item: Item) -> None:
    before = Edit.objects.count()
    item.save()
    assert Edit.objects.count() == before


def test_a_change_that_is_rolled_back_leaves_no_line(item: Item) -> None:
    before = Edit.objects.count()
    with pytest.raises(NothingOfItError), transaction.atomic():
        _saved_and_regretted(item)
    assert Edit.objects.count() == before


def test_a_company_is_founded_on_the_record(company: Company) -> None:
    edits = Edit.objects.filter(company=company)
    assert set(edits.values_list("table", flat=True)) == {
        "ledger_account", "ledger_bookslock", "ledger_company", "ledger_membership",
        "ledger_party", "ledger_series",
    }  # fmt: skip
    assert edits.get(table="ledger_company").new["name"] == company.name


def test_masters_of_all_kinds_are_logged(company: Company) -> None:
    colleague = Membership.objects.create(company=company, user=a_user(), role="viewer")
    Membership.objects.filter(pk=colleague.pk).update(role="accountant")
    assert newest().new == {"role": "accountant"}
    Account.objects.filter(company=company, code="1110").update(name="HDFC current account")
    assert newest().old == {"name": "Bank - Current A/c"}
    Series.objects.filter(company=company, type="payment").update(prefix="PMT")
    assert newest().new == {"prefix": "PMT"}
    lock_until(company, date(2026, 3, 31), reason="GSTR-1 filed")
    assert newest().new == {"locked_until": "2026-03-31", "reason": "GSTR-1 filed"}


def test_posting_leaves_no_line_for_the_numbers_it_takes(company: Company) -> None:
    posted(company, a_sale(key="first"))
    before = Edit.objects.count()
    posted(company, a_sale(key="second"))
    assert Series.objects.get(company=company, type="sales").next_ordinal == 3
    assert Edit.objects.count() == before


# Who acted ------------------------------------------------------------------------


def test_the_person_who_acts_is_named(item: Item) -> None:
    asha = a_user("asha")
    with acting(lambda: Actor(asha.pk, "page", "192.0.2.7")):
        _saved(item, hsn="6205")
    edit = newest()
    assert (edit.user, edit.via, edit.address) == (asha, "page", "192.0.2.7")
    assert edit.database_role == connection.settings_dict["USER"]


@pytest.mark.django_db(transaction=True)
def test_the_name_ends_with_the_transaction(company: Company) -> None:
    """Also where nobody opened one: the statement is one of its own then."""
    asha = a_user("asha")
    shirts = Item.objects.filter(company=company)
    with acting(lambda: Actor(asha.pk, "page")):
        Item.objects.create(company=company, sku="SHIRT-B", name="Blue shirt")
        assert newest().user == asha
    shirts.update(name="Red shirt")
    edit = newest()
    assert (edit.user, edit.via) == (None, "counterfoil")


def test_a_savepoint_that_is_rolled_back_does_not_take_the_name_along(item: Item) -> None:
    asha = a_user("asha")
    with acting(lambda: Actor(asha.pk, "page")), transaction.atomic():
        with pytest.raises(Error), transaction.atomic():
            run("UPDATE ledger_item SET taxability = 'unheard of'")
        _saved(item, hsn="6205")
    assert newest().user == asha


def test_reading_announces_nobody(company: Company) -> None:
    def nobody() -> Actor:
        raise AssertionError("asked who acts")

    with acting(nobody):
        list(Company.objects.select_for_update().all())


def test_a_person_who_does_not_exist_changes_nothing(item: Item) -> None:
    with pytest.raises(Error, match="foreign key"), transaction.atomic():
        _saved_by(10**9, item)


def _saved_by(user_id: int, item: Item) -> None:
    with acting(lambda: Actor(user_id, "page")):
        _saved(item, hsn="6205")
    check_as_at_commit()


# No way round ------------------------------------------------------------------------


TRIGGERS = ("rows_are_logged", "edits_are_logged", "is_never_truncated")


def test_every_master_has_the_triggers_and_they_are_on() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname, array_agg(tgrelid::regclass::text), bool_and(tgenabled = 'O')"
            " FROM pg_trigger WHERE tgname = ANY(%s) GROUP BY tgname",
            [list(TRIGGERS)],
        )
        found = {name: (set(tables), are_on) for name, tables, are_on in cursor.fetchall()}
    assert found == {name: (set(AUDITED), True) for name in TRIGGERS}


FORBIDDEN = (
    "INSERT INTO ledger_edit SELECT * FROM ledger_edit",
    "UPDATE ledger_edit SET user_id = NULL",
    "DELETE FROM ledger_edit",
    "TRUNCATE ledger_edit",
    "TRUNCATE ledger_item CASCADE",
    "SET session_replication_role = replica",
    "SET LOCAL session_replication_role = replica",
    "SELECT set_config('session_replication_role', 'replica', true)",
    "ALTER TABLE ledger_item DISABLE TRIGGER edits_are_logged",
    "ALTER TABLE ledger_item DISABLE TRIGGER USER",
    "ALTER TABLE ledger_item DISABLE TRIGGER ALL",
    "DROP TRIGGER edits_are_logged ON ledger_item",
    "DROP TRIGGER rows_are_logged ON ledger_item",
    "DROP TRIGGER edit_log_only_grows ON ledger_edit",
    "ALTER TABLE ledger_item RENAME TO ledger_item_without_a_log",
    "ALTER FUNCTION ledger_log_edit() SECURITY INVOKER",
    "CREATE OR REPLACE FUNCTION ledger_log_edit() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN END'",
    "SELECT ledger_drop_edit_log('ledger_item')",
    "SELECT ledger_keep_edit_log('ledger_item', ignored => 'hsn')",
    "SET ROLE counterfoil_owner",
    "SET SESSION AUTHORIZATION counterfoil_owner",
    "GRANT DELETE ON ledger_edit TO CURRENT_USER; DELETE FROM ledger_edit",
)


@pytest.mark.parametrize("statement", FORBIDDEN)
def test_the_apps_role_cannot_switch_it_off(item: Item, statement: str) -> None:
    with pytest.raises(Error, match=r"permission denied|must be owner"), transaction.atomic():
        run(statement)
    _saved(item, hsn="6205")
    assert newest().new == {"hsn": "6205"}


def test_a_table_of_ones_own_writes_no_line(item: Item) -> None:
    run("CREATE TEMP TABLE ledger_item (LIKE public.ledger_item)")
    with pytest.raises(Error, match="permission denied for function"), transaction.atomic():
        run(
            "CREATE TRIGGER forged AFTER INSERT ON pg_temp.ledger_item FOR EACH ROW"
            " EXECUTE FUNCTION public.ledger_log_edit('', '', '', '')"
        )


def test_a_table_in_the_way_catches_no_line(item: Item) -> None:
    """Not even where names are looked for among a session's own tables first."""
    run("CREATE TEMP TABLE ledger_edit (LIKE public.ledger_edit)")
    run("SET LOCAL search_path = pg_temp, public")
    run("UPDATE public.ledger_item SET hsn = '6205' WHERE id = %s", item.pk)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_temp.ledger_edit")
        assert cursor.fetchone() == (0,)
        cursor.execute("SELECT new FROM public.ledger_edit ORDER BY id DESC LIMIT 1")
        assert cursor.fetchone() == ('{"hsn": "6205"}',)


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_edit SET user_id = NULL",
        "DELETE FROM ledger_edit",
        "TRUNCATE ledger_edit",
        "INSERT INTO ledger_edit SELECT * FROM ledger_edit",
        "TRUNCATE ledger_item CASCADE",
    ],
)
def test_not_even_the_owner_of_the_database_rewrites_it(statement: str) -> None:
    a_company()
    with (
        pytest.raises(Error, match=r"only grows|has an edit log"),
        transaction.atomic("owner"),
        connections["owner"].cursor() as cursor,
    ):
        cursor.execute(statement)


@pytest.mark.django_db(transaction=True)
def test_what_a_superuser_does_by_hand_is_logged_under_his_own_name() -> None:
    company = a_company()
    with server.server().connect("superuser", server.own_database()) as hand:
        hand.execute("SET application_name = 'psql'")
        hand.execute("UPDATE ledger_company SET name = 'Renamed' WHERE id = %s", [company.pk])
        role = hand.info.user
    edit = newest()
    assert (edit.database_role, edit.via, edit.user) == (role, "psql", None)


# What is not in it ------------------------------------------------------------------------


def test_a_column_that_is_called_like_a_secret_is_never_written_down() -> None:
    """Also one that a later migration adds without a thought of the log."""
    with (
        server.server().connect("superuser", server.own_database()) as hand,
        hand.transaction(force_rollback=True),
    ):
        hand.execute("ALTER TABLE ledger_party ADD email text, ADD api_token text")
        hand.execute("ALTER TABLE ledger_party ADD nickname text, ADD last_seen_at timestamptz")
        hand.execute(
            "INSERT INTO ledger_party (company_id, name, gstin, state, is_pseudo, created_at,"
            " email, api_token, nickname, last_seen_at) VALUES (%s, 'Asha', '', '', false, now(),"
            " 'asha@example.com', 'cf_123', 'A', now())",
            [_a_row(hand)],
        )
        found = hand.execute("SELECT new, hidden FROM ledger_edit ORDER BY id DESC LIMIT 1")
        assert found.fetchone() == (
            {"name": "Asha", "nickname": "A", "is_pseudo": False},
            ["api_token", "email"],
        )


def _a_row(hand: "psycopg.Connection[Any]") -> int:
    row = hand.execute(
        "INSERT INTO ledger_company (name, country, state, gstin, scheme, has_lut, currency,"
        " timezone, year_start_month, created_at, legal_name, address, city, pin_code, phone,"
        " email, pan, lut_number, lut_year, bank_details, document_terms, signatory, hsn_digits)"
        " VALUES ('X', 'IN', '27', '', 'regular', false, 'INR', 'Asia/Kolkata', 4, now(),"
        " '', '', '', '', '', '', '', '', '', '', '', '', 4)"
        " RETURNING id"
    ).fetchone()
    assert row
    return int(row[0])


@pytest.mark.parametrize("reason", ["", "  "])
@pytest.mark.parametrize("day", [TODAY, None])
def test_a_period_is_locked_and_opened_for_a_reason(
    company: Company, reason: str, day: date | None
) -> None:
    lock_until(company, date(2026, 3, 31), reason="Year closed")
    with pytest.raises(Error, match="for a reason"), transaction.atomic():
        BooksLock.objects.filter(pk=company.pk).update(locked_until=day, reason=reason)
    assert BooksLock.objects.get(pk=company.pk).locked_until == date(2026, 3, 31)

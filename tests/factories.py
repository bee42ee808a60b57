"""What tests start from, reached by calling the product's own verbs."""

from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count
from typing import Any

from django.db import connections, transaction

from ledger.companies import Founding, found_company
from ledger.core.documents import Body, Document, Header, Line, LineKind, VoucherType, compose
from ledger.core.gst import TaxGroup, local_group
from ledger.models import Company, Entry, User
from ledger.posting import Posted, post

TODAY = date(2026, 11, 21)
NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
LOCAL_18 = local_group(Decimal(18), "27")

_numbers = count(1)


def a_user(name: str = "owner") -> User:
    """Make an ordinary person; tests log in without a password."""
    return User.objects.create_user(f"{name}-{next(_numbers)}@example.com")


def a_company(
    *, owner: User | None = None, name: str = "Asha Traders", state: str = "27"
) -> Company:
    """Found an Indian company with all that its books need."""
    return found_company(Founding(name=name, state=state), owner=owner or a_user(), today=TODAY)


def a_line(
    taxable_value: str = "1000.00",
    group: TaxGroup = LOCAL_18,
    *,
    kind: LineKind = LineKind.PRODUCT,
    key: str = "line:1",
) -> Line:
    """Make a line; rupees without tax."""
    return Line(key, kind, "Blue shirt", Decimal(taxable_value), group, quantity=Decimal(1))


def a_body(*lines: Line, total: str | None = None) -> Body:
    """Compose lines to a total, in rupees; without one, to exactly what the parts add up to."""
    exact = compose(lines, Decimal(0))
    return exact if total == "0" else compose(lines, Decimal(total) if total else -exact.round_off)


def a_sale(
    *lines: Line,
    key: str = "store/1/sale/1",
    day: date = TODAY,
    total: str | None = None,
    header: Header | None = None,
) -> Document:
    """Make a sale that is ready to be posted."""
    return Document(
        type=VoucherType.SALES,
        source_key=key,
        date=day,
        reference="1",
        header=header or Header(buyer_name="Meera Nair", place_of_supply="27"),
        body=a_body(*(lines or (a_line(),)), total=total),
        money_account="clearing:store",
    )


def a_note(
    *lines: Line,
    against: str = "store/1/sale/1",
    key: str = "store/1/refund/1",
    day: date = TODAY,
    type_: VoucherType = VoucherType.CREDIT_NOTE,
) -> Document:
    """Make a credit or debit note that is ready to be posted."""
    return Document(
        type=type_,
        source_key=key,
        date=day,
        reference="1",
        header=Header(buyer_name="Meera Nair", place_of_supply="27"),
        body=a_body(*(lines or (a_line(),))),
        money_account="clearing:store",
        against=against,
        reason="01",
    )


def posted(company: Company, *documents: Document) -> list[Posted]:
    """Post documents in a transaction of their own."""
    with transaction.atomic():
        return post(company, documents, posted_at=NOW)


def a_copy(row: Any, **changes: Any) -> Any:
    """Make the same row once more, with another id and some changes; unsaved."""
    row.pk = None
    row._state.adding = True
    for name, value in changes.items():
        setattr(row, name, value)
    return row


def check_as_at_commit(alias: str = "default") -> None:
    """Run the deferred rules now: a rolled-back test never commits."""
    with connections[alias].cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def entries_in_books(voucher_id: int) -> dict[str, tuple[str, str]]:
    """Debit and credit of a voucher in the database, by the account's name."""
    return {
        entry.account.name: (str(entry.debit), str(entry.credit))
        for entry in Entry.objects.filter(voucher=voucher_id).select_related("account")
    }

"""A company that has one of everything, its name on all of it: where it shows up, it has leaked."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from connections import lifecycle
from connections.models import StoreConnection
from ledger import invitations, tokens
from ledger.core.documents import VoucherType
from ledger.models import (
    Account,
    ApiToken,
    Company,
    Item,
    ItemRate,
    Membership,
    Party,
    Role,
    User,
    Voucher,
)
from ledger.papers.typesetting import Copy
from ledger.posting import AccountAmount, Journal, post_journal
from sync import sweep
from sync.asking import backfill, polling
from sync.books.downloads import ask_for_documents
from sync.core import people
from sync.customers import following, merging
from sync.models import (
    Acceptance,
    Customer,
    CustomerLook,
    ErrandState,
    LookedCustomer,
    Order,
    OrderDraft,
    RetryRun,
    SweepOrigin,
)
from sync.orders import acceptance
from sync.sweep import ending
from sync.tasks import make_download
from tests.customers import a_registered
from tests.factories import a_user
from tests.imports import an_import
from tests.orders import Json
from tests.stores import a_connection, an_order, book
from tests.sync.skus.files import applied, previewed, sheet
from tests.sync.stock.conftest import entered_by

Things = dict[str, object]
GSTIN = "29AAGCB7383J1Z4"


def one_of_everything(company: Company, owner: User) -> Things:
    """Make it by the product's own verbs; what each kind of address needs, by its parameter."""
    mark = company.name
    store = a_connection(company, f"{mark} store")
    keys = lifecycle.RestAccess("https://shop.example", "ck_key", "cs_secret")
    lifecycle.keep_keys(store, keys, now=timezone.now())
    store.share_contact_details = True
    store.save(update_fields=["share_contact_details"])
    Membership.objects.create(company=company, user=_named(mark), role=Role.OPERATOR)
    a_connection(company, f"{mark} second store")
    _orders(store, mark)
    brought = an_import(store, owner, orders=8)
    gateway = Party.objects.create(company=company, name=f"{mark} gateway")
    cup = Item.objects.create(company=company, sku=f"{mark} CUP", name=f"{mark} cup")
    rate = ItemRate.objects.create(company=company, item=cup, rate=5, valid_from=date(2099, 4, 1))
    entered_by(owner, cup, "opening", "3")
    applied(store, sheet(f"{mark} MUG,{mark} CUP"), owner)
    checked = previewed(store, sheet(f"{mark} A,{mark} CUP", f"{mark} B,{mark} LID"), owner)
    tokens.issue(owner, company=company, name=f"{mark} token")
    polling.start(store, 15, now=timezone.now())
    backfill.begin(store, date(2026, 4, 1), by=owner, now=timezone.now())
    invited = invitations.invite(company, _address(mark), Role.VIEWER, by=owner, now=timezone.now())
    sale = Voucher.objects.filter(company=company, type=VoucherType.SALES).order_by("id")[0]
    return {
        "company_id": company.pk,
        "connection_id": store.pk,
        "order_id": 501,
        "voucher_id": sale.pk,
        "receipt_id": _a_receipt(company, owner),
        "draft_id": OrderDraft.objects.filter(company=company).earliest("id").draft_id,
        "account_id": _an_account(company, mark),
        "membership_id": Membership.objects.get(company=company, role=Role.OPERATOR).pk,
        "invitation_id": invited.invitation.pk,
        "token_id": ApiToken.objects.get(company=company).pk,
        "kind": "journal",
        "import_id": checked.pk,
        "item_id": cup.pk,
        "rate_id": rate.pk,
        "retry_id": _a_retry(company, owner),
        "run_id": _a_certificate(store),
        "look_id": brought.look.pk,
        "order_import_id": brought.order_import.pk,
        "party_id": gateway.pk,
        "customer_id": Customer.objects.get(company=company, email_key=_address(mark)).pk,
        "other_id": _likely_one(store, mark),
        "merge_id": _a_merge(store, owner, mark),
        "customer_look_id": _a_customer_look(store, owner, mark),
        "answer_id": _an_answer(store, owner),
        "answered_order_id": 503,
        "download_id": _a_download(company, owner, sale),
    }


def _named(mark: str) -> User:
    person = a_user("colleague")
    person.first_name = mark
    person.save()
    return person


def _orders(store: StoreConnection, mark: str) -> None:
    """Booked with a refund, to a business, a draft, and one that waits."""
    refunds = [{"id": 9, "total": "-118.00"}]
    orders = [
        an_order(501),
        an_order(501, modified="2026-11-19T06:00:00", refunds=refunds),
        an_order(502, status="on-hold"),
        an_order(503, currency="USD"),
        an_order(504, state="KA", gstin=GSTIN),
    ]
    for order in orders:
        _mark(order, mark)
        book(store, order)


def _an_answer(store: StoreConnection, owner: User) -> int:
    acceptance.accept(store, 503, "currency", {"rate": "80"}, owner, at=timezone.now())
    return Acceptance.objects.get(connection=store).pk


def _a_retry(company: Company, owner: User) -> int:
    orders = [Order.objects.get(company=company, order_id=503).pk]
    made = RetryRun.objects.create(
        company=company, user=owner, title="All", orders=orders, begun_at=timezone.now()
    )
    return made.pk


def _a_certificate(store: StoreConnection) -> int:
    run = sweep.begin(store, sweep.Wanted(), SweepOrigin.PERSON, now=timezone.now())
    ending.finish(run, now=timezone.now())
    return run.pk


def _another_customer(store: StoreConnection, mark: str, number: int) -> int:
    email = f"x{number}.{_address(mark)}"
    person = people.customer_of(a_registered(number, email, first_name=mark))
    assert person
    following.keep_registered(store, {number: person}, timezone.now())
    return Customer.objects.get(company=store.company, email_key=person.email_key).pk


def _likely_one(store: StoreConnection, mark: str) -> int:
    """The second of two who share a telephone."""
    _another_customer(store, mark, 20)
    return _another_customer(store, mark, 18)


def _a_merge(store: StoreConnection, owner: User, mark: str) -> int:
    kept = Customer.objects.get(company=store.company, email_key=_address(mark))
    dropped = Customer.objects.get(pk=_another_customer(store, mark, 19))
    return merging.merge(kept, dropped, by=owner, now=timezone.now()).pk


def _a_customer_look(store: StoreConnection, owner: User, mark: str) -> int:
    look = CustomerLook.objects.create(
        company=store.company, connection=store, made_by=owner, made_at=timezone.now(), done=1,
        state=ErrandState.DONE, finished_at=timezone.now(),
    )  # fmt: skip
    LookedCustomer.objects.create(
        company=store.company, look=look, position=0, account_id=17, email=_address(mark),
        name=f"{mark} customer", payload=a_registered(email=_address(mark)),
    )  # fmt: skip
    return look.pk


def _mark(order: Json, mark: str) -> None:
    order["number"] = f"{mark} {order['id']}"
    order["billing"] |= {"first_name": mark, "company": f"{mark} buyer", "email": _address(mark)}
    for line in order["line_items"]:
        line |= {"name": f"{mark} shirt", "sku": f"{mark} SHIRT"}


def _address(mark: str) -> str:
    return f"{mark.replace(' ', '.').lower()}@example.com"


def _an_account(company: Company, mark: str) -> int:
    """One that bears the mark, and was never used."""
    group: Any = Account.objects.get(company=company, code="5310")
    made = Account.objects.create(
        company=company, code="5399", name=f"{mark} charges", nature=group.nature, group=group.group
    )
    return made.pk


def _a_receipt(company: Company, owner: User) -> int:
    bank, charges = (company.accounts.get(code=code) for code in ("1110", "5310"))
    entries = [
        AccountAmount(bank, Decimal(25), Decimal(0)),
        AccountAmount(charges, Decimal(0), Decimal(25)),
    ]
    journal = Journal(
        VoucherType.RECEIPT, "hand/1", date(2026, 11, 21), f"{company.name} pay-out", entries
    )
    with transaction.atomic():
        at = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
        return post_journal(company, journal, posted_at=at, posted_by=owner).id


def _a_download(company: Company, owner: User, sale: Voucher) -> int:
    """A PDF that is ready."""
    asked = ask_for_documents(company, owner, [sale.pk], copy=Copy.ORIGINAL, now=timezone.now())
    make_download(asked.pk)
    return asked.pk

"""Vouchers by hand: receipts, payments and journals entered, and one taken back."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any, cast

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_http_methods

from ledger import periods, posting, quick_search
from ledger.access import permit
from ledger.core.documents import BY_HAND, VoucherType
from ledger.core.numbering import financial_year_start
from ledger.entry_forms import DayForm, EntryForm
from ledger.entry_start import (
    account_asked_for,
    day_asked_for,
    party_asked_for,
    rows_sent,
    suggested_rows,
)
from ledger.forms import id_asked_for
from ledger.models import Account, Company, Permission, User, Voucher
from ledger.period_lock import locked_until
from ledger.posting import Posted, Reversal
from ledger.queries import VoucherParts, voucher_of

KINDS = (VoucherType.PAYMENT, VoucherType.RECEIPT, VoucherType.JOURNAL)
LISTED_ACCOUNTS = 400
"""So many stand in the page, to be found at once; of more the server is asked."""


@require_http_methods(["GET", "POST"])
@permit(Permission.POST)
def enter(request: HttpRequest, company: Company, kind: str) -> HttpResponse:
    """A new voucher; once it is posted, an empty form for the next one."""
    if kind not in BY_HAND:
        raise Http404("Vouchers of this kind are not entered by hand.")
    type_, is_sent = VoucherType(kind), request.method == "POST" and "more" not in request.POST
    form = _form(request, company, type_)

    def post(now: datetime, person: User) -> Posted:
        return posting.post_journal(company, form.journal(type_), posted_at=now, posted_by=person)

    if is_sent and form.is_valid():
        voucher_id = _tried(request, post, form.refuse)
        if voucher_id:
            return _next(company, kind, voucher_id, form.head.cleaned_data["date"])
    return render(request, "ledger/enter.html", _context(request, company, type_, form))


def _form(request: HttpRequest, company: Company, type_: VoucherType) -> EntryForm:
    today = periods.today_in(company, timezone.now())
    if request.method == "POST" and "more" in request.POST:
        return EntryForm(company, today, head=request.POST.dict(), rows=rows_sent(request.POST))
    if request.method == "POST":
        return EntryForm(company, today, data=request.POST)
    query = request.GET
    head = {"date": day_asked_for(query, today), "party": party_asked_for(company, query)}
    rows = suggested_rows(company, type_, account_asked_for(company, query))
    return EntryForm(company, today, head=head, rows=rows)


def _tried(
    request: HttpRequest,
    post: Callable[[datetime, User], Posted],
    refuse: Callable[[str], None],
) -> int | None:
    """Post, and return the voucher's id; None where the form has to say why not.

    What stands already is as good as what was posted now: the form was sent twice.
    """
    person = cast("User", request.user)
    try:
        with transaction.atomic():
            return post(timezone.now(), person).id
    except posting.AlreadyPostedError as again:
        return again.voucher_id
    except posting.UnfitJournalError as error:
        refuse(str(error))
        return None


def _next(company: Company, kind: str, voucher_id: int, day: date) -> HttpResponse:
    asked = urlencode({"posted": str(voucher_id), "date": day.isoformat()})
    return redirect(f"{reverse('enter_voucher', args=[company.pk, kind])}?{asked}")


def _context(
    request: HttpRequest, company: Company, type_: VoucherType, form: EntryForm
) -> dict[str, Any]:
    accounts = list(quick_search.accounts_in_use(company)[: LISTED_ACCOUNTS + 1])
    is_short = len(accounts) <= LISTED_ACCOUNTS
    clearing = quick_search.clearing_accounts(company)
    named = form.accounts()
    choices = _choices(company, accounts if is_short else [*clearing, *named.values()])
    by_id = {choice.account.pk: choice for choice in choices}
    for row in form.rows:
        account = named.get(row.account_text)
        choice = by_id.get(account.pk) if account else None
        row.balance = choice.balance if choice else None
    posted = id_asked_for(request.GET, "posted") or 0
    return {
        "company": company,
        "place": "day_book",
        "kind": type_,
        "kinds": KINDS,
        "form": form,
        "choices": choices if is_short else [],
        "clearing": [by_id[account.pk] for account in clearing],
        "posted": Voucher.objects.filter(company=company, pk=posted).first(),
        "until": locked_until(company),
    }


def _choices(company: Company, accounts: Sequence[Account]) -> list[quick_search.AccountChoice]:
    today = periods.today_in(company, timezone.now())
    start = financial_year_start(today, company.year_start_month)
    return quick_search.choices_of(company, accounts, year_start=start)


@require_GET
@permit(Permission.POST)
def account_choices(request: HttpRequest, company: Company) -> HttpResponse:
    """The accounts that some letters may mean, each with what it stands at."""
    found = quick_search.accounts_like(company, request.GET.get("q", "")[:100])
    context = {"company": company, "choices": _choices(company, found)}
    return render(request, "ledger/_account_choices.html", context)


@require_GET
@permit(Permission.POST)
def party_choices(request: HttpRequest, company: Company) -> HttpResponse:
    """The customers that some letters may mean."""
    found = quick_search.parties_like(company, request.GET.get("q", "")[:100])
    choices = [(quick_search.party_label(party), party.name) for party in found]
    return render(request, "ledger/_party_choices.html", {"choices": choices})


@require_http_methods(["GET", "POST"])
@permit(Permission.POST)
def reverse_by_hand(request: HttpRequest, company: Company, voucher_id: int) -> HttpResponse:
    """The journal that takes a voucher back: its sides are fixed, day and narration are asked."""
    parts = voucher_of(company, voucher_id)
    if not posting.is_reversible(parts.voucher):
        raise Http404("This voucher is not reversed by a journal.")
    form = _reversal_form(request, company, parts.voucher)

    def post(now: datetime, person: User) -> Posted:
        reversal = Reversal(**form.cleaned_data)
        return posting.reverse_voucher(
            company, parts.voucher, reversal, posted_at=now, posted_by=person
        )

    if request.method == "POST" and form.is_valid():
        done = _tried(request, post, lambda why: form.add_error(None, why))
        if done:
            messages.success(request, f"{parts.voucher.number} is taken back.")
            return redirect("voucher", company.pk, done)
    return render(request, "ledger/reverse.html", _reversal_context(company, parts, form))


def _reversal_form(request: HttpRequest, company: Company, voucher: Voucher) -> DayForm:
    today = periods.today_in(company, timezone.now())
    narration = f"Reversal of {voucher.number}"
    initial = {"date": today, "narration": narration, "reference": voucher.reference}
    return DayForm(request.POST or None, initial=initial, today=today)


def _reversal_context(company: Company, parts: VoucherParts, form: DayForm) -> dict[str, Any]:
    return {
        "company": company,
        "place": "day_book",
        "parts": parts,
        "voucher": parts.voucher,
        "reversed_by": next(iter(parts.notes), None),
        "form": form,
        "until": locked_until(company),
    }

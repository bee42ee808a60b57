"""Vouchers with all that belongs to them, in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from django.db.models import QuerySet
from django.http import Http404

from ledger.models import Company, Entry, Voucher, VoucherLine, VoucherTax

Part = TypeVar("Part", VoucherLine, VoucherTax, Entry)
RECENT_VOUCHERS = 5000
"""How far back buyers are looked for by name: the same cost at any size."""


@dataclass(frozen=True, slots=True)
class VoucherParts:
    """A voucher with its lines, taxes and entries in order, and the notes against it."""

    voucher: Voucher
    lines: Sequence[VoucherLine] = ()
    taxes: Sequence[VoucherTax] = ()
    entries: Sequence[Entry] = ()
    notes: Sequence[Voucher] = field(default=())


def voucher_of(company: Company, voucher_id: int) -> VoucherParts:
    """One voucher, its parts, its sale and the notes against it; five queries.

    :raises Http404: when the company has no such voucher.
    """
    voucher = (
        Voucher.objects.filter(company=company, pk=voucher_id)
        .select_related("party", "against", "posted_by")
        .first()
    )
    if voucher is None:
        raise Http404("There is no such voucher.")
    (parts,) = with_parts([voucher])
    notes = Voucher.objects.filter(company=company, against=voucher).order_by("id")
    return VoucherParts(voucher, parts.lines, parts.taxes, parts.entries, list(notes))


def with_parts(vouchers: Sequence[Voucher]) -> list[VoucherParts]:
    """Vouchers with lines, taxes and entries, in the order given; three queries for any number."""
    ids = [voucher.pk for voucher in vouchers]
    lines = _by_voucher(VoucherLine.objects.filter(voucher__in=ids).order_by("position"))
    taxes = _by_voucher(VoucherTax.objects.filter(voucher__in=ids).order_by("id"))
    entries = _by_voucher(
        Entry.objects.filter(voucher__in=ids).select_related("account").order_by("position")
    )
    return [
        VoucherParts(voucher, lines[voucher.pk], taxes[voucher.pk], entries[voucher.pk])
        for voucher in vouchers
    ]


def newest_of_buyer(company: Company, words: str) -> QuerySet[Voucher]:
    """Vouchers whose buyer's name has these words in it, among those posted last."""
    own = Voucher.objects.filter(company=company)
    # Asked for first: with the bound in a subquery the planner reads the names of all.
    ids = own.order_by("-id").values_list("pk", flat=True)
    oldest = ids[RECENT_VOUCHERS - 1 : RECENT_VOUCHERS].first()
    return own.filter(pk__gte=oldest or 0, buyer_name__icontains=words)


def _by_voucher(parts: Iterable[Part]) -> defaultdict[int, list[Part]]:
    grouped: defaultdict[int, list[Part]] = defaultdict(list)
    for part in parts:
        grouped[part.voucher_id].append(part)
    return grouped

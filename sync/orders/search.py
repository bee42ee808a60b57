"""Search by order number, voucher number, reference, item, or customer."""

from dataclasses import dataclass

from django.db.models import Q

from ledger.core.documents import BY_HAND
from ledger.models import Company, Item, Party, Voucher
from ledger.queries import newest_of_buyer
from sync.customers.listing import customers_of
from sync.items.item_search import items_like
from sync.models import Customer, Order

MOST = 20


@dataclass(frozen=True, slots=True)
class Found:
    """What was found; at most `MOST` of each kind."""

    vouchers: list[Voucher]
    orders: list[Order]
    parties: list[Party]
    customers: list[Customer]
    items: list[Item]

    @property
    def only_page(self) -> Voucher | Order | Item | None:
        """The single hit that can be opened at once, if there is exactly one."""
        hits: list[Voucher | Order | Item] = [*self.orders, *self.vouchers, *self.items]
        return hits[0] if len(hits) == 1 and not (self.parties or self.customers) else None


def search(company: Company, text: str) -> Found:
    """Look for a number or a name; spaces and a leading # do not matter."""
    words = text.strip().lstrip("#").strip()
    if not words:
        return Found([], [], [], [], [])
    return Found(
        _vouchers(company, words),
        _orders(company, words),
        _parties(company, words),
        list(customers_of(company, words).order_by("name", "pk")[:MOST]),
        _items(company, words),
    )


def _vouchers(company: Company, words: str) -> list[Voucher]:
    own = Voucher.objects.filter(company=company)
    if any(character.isdigit() for character in words):
        # A store's vouchers have their order's number as reference, and the order is found itself.
        referred = Q(reference=words, type__in=BY_HAND)
        wanted = _numbered(company, words.upper()) | referred
        return list(own.filter(wanted).order_by("-id")[:MOST])
    return list(newest_of_buyer(company, words).order_by("-date", "-id")[:MOST])


def _numbered(company: Company, words: str) -> Q:
    """`INV/26-27/00042`, or `42` in any series; spelled per series, which is what the index has."""
    wanted = Q(pk=None)
    for series in company.series.all():
        stem = f"{series.prefix}/{series.financial_year}/"
        number = f"{stem}{int(words):05}" if words.isdecimal() else words
        if number.startswith(stem):
            wanted |= Q(type=series.type, financial_year=series.financial_year, number=number)
    return wanted


def _orders(company: Company, words: str) -> list[Order]:
    wanted = Q(number__iexact=words)
    if words.isdecimal() and len(words) <= 18:
        wanted |= Q(order_id=int(words))
    found = Order.objects.filter(company=company, connection__company=company).filter(wanted)
    return list(found.select_related("connection").order_by("-order_id")[:MOST])


def _parties(company: Company, words: str) -> list[Party]:
    wanted = Q(name__icontains=words) | Q(gstin=words.upper())
    found = Party.objects.filter(company=company, is_pseudo=False).filter(wanted)
    return list(found.order_by("name")[:MOST])


def _items(company: Company, words: str) -> list[Item]:
    """By SKU or barcode as it is written, used or not; else those in use that fit what is typed."""
    exact = Item.objects.filter(Q(sku=words) | Q(barcode=words), company=company)
    return list(exact.order_by("sku")[:MOST]) or items_like(company, words)

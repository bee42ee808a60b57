"""What would be booked of an order, as plain values: to be kept, added up, and shown.

Pure. Made from the very plan that posting would follow; nothing here decides anything.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from ledger.core.documents import Document, Flag, GroupTotal, LineKind, by_head, first_open_day
from ledger.core.money import ZERO
from ledger.core.spelling import spelling_key
from sync.core.books import OrderBooks
from sync.core.certificate import Finding, InBooks, InStore, compare
from sync.core.order import Order
from sync.core.plan import Plan
from sync.core.terms import Terms
from sync.core.waiting import OrderWaitsError, WaitsFor


@dataclass(frozen=True, slots=True)
class TaxPart:
    """What a voucher bears in one tax group; amounts positive, in the company's currency."""

    split: str
    taxability: str
    rate: Decimal
    taxable_value: Decimal
    cgst: Decimal
    sgst: Decimal
    igst: Decimal
    other_tax: Decimal

    @property
    def tax(self) -> Decimal:
        """All of it."""
        return self.cgst + self.sgst + self.igst + self.other_tax


@dataclass(frozen=True, slots=True)
class PlannedVoucher:
    """A voucher that would be posted, or a draft that would be kept; `date` is that of posting."""

    type: str
    date: date
    source_key: str
    buyer_name: str
    buyer_gstin: str
    taxable_value: Decimal
    cgst: Decimal
    sgst: Decimal
    igst: Decimal
    other_tax: Decimal
    round_off: Decimal
    total: Decimal
    flags: tuple[str, ...]
    parts: tuple[TaxPart, ...]
    is_draft: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """What would become of an order.

    `outcome` is the state it would be in, `code` and `reason` the rule or what it would wait for.
    `verdict` and the two nets are those of the certificate after that. `missing_skus` have no item,
    `new_skus` would be opened as items, `unnamed_rates` are rates that the tax mapping leaves out.
    """

    outcome: str
    code: str
    reason: str
    verdict: str
    store_net: Decimal
    books_net: Decimal
    vouchers: tuple[PlannedVoucher, ...] = ()
    missing_skus: tuple[str, ...] = ()
    new_skus: tuple[str, ...] = ()
    unnamed_rates: tuple[str, ...] = ()
    is_status_known: bool = True

    def as_json(self) -> dict[str, Any]:
        """To be kept; amounts and days as text."""
        found: dict[str, Any] = _plain(asdict(self))
        return found

    @classmethod
    def read(cls, kept: Mapping[str, Any]) -> "Found":
        """From `as_json`."""
        values = dict(kept)
        values["vouchers"] = tuple(_voucher(each) for each in kept["vouchers"])
        for name in ("store_net", "books_net"):
            values[name] = Decimal(kept[name])
        for name in ("missing_skus", "new_skus", "unnamed_rates"):
            values[name] = tuple(kept[name])
        return cls(**values)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items()}
    if isinstance(value, (tuple, list)):
        return [_plain(part) for part in value]
    return str(value) if isinstance(value, (Decimal, date)) else value


_AMOUNTS = ("taxable_value", "cgst", "sgst", "igst", "other_tax")


def _voucher(kept: Mapping[str, Any]) -> PlannedVoucher:
    amounts = {name: Decimal(kept[name]) for name in (*_AMOUNTS, "round_off", "total")}
    parts = tuple(
        TaxPart(
            each["split"],
            each["taxability"],
            Decimal(each["rate"]),
            *(Decimal(each[name]) for name in _AMOUNTS),
        )
        for each in kept["parts"]
    )
    day = date.fromisoformat(kept["date"])
    return PlannedVoucher(
        **{**kept, **amounts, "date": day, "flags": tuple(kept["flags"]), "parts": parts}
    )


@dataclass(frozen=True, slots=True)
class Decided:
    """An order and what was decided of it; `sentence` says a plan's rule to people."""

    order: Order
    plan: Plan | None
    problem: OrderWaitsError | None
    books: OrderBooks
    missing: frozenset[str] = frozenset()
    sentence: str = ""


def preview(decided: Decided, terms: Terms) -> Found:
    """What a decision would come to, were it carried out now."""
    plan, problem, order = decided.plan, decided.problem, decided.order
    outcome = "waiting" if problem or plan is None else plan.state
    reason = problem.sentence if problem else decided.sentence
    vouchers = tuple(_vouchers(decided, terms))
    finding = _finding(decided, outcome, reason, terms)
    return Found(
        outcome=outcome,
        code=problem.code.value if problem else plan.rule if plan else "",
        reason=reason,
        verdict=finding.verdict.value,
        store_net=finding.store_net,
        books_net=finding.books_net,
        vouchers=vouchers,
        missing_skus=tuple(dict.fromkeys(_missing(decided))),
        new_skus=tuple(dict.fromkeys(_new(decided))),
        unnamed_rates=tuple(dict.fromkeys(_unnamed(order, terms))),
        is_status_known=order.status in terms.actions,
    )


def _documents(decided: Decided) -> Iterator[Document]:
    if decided.plan:
        yield from (planned.document for planned in decided.plan.documents)
        if decided.plan.draft:
            yield decided.plan.draft


def _vouchers(decided: Decided, terms: Terms) -> Iterator[PlannedVoucher]:
    """Dated as posting dates them: not in a locked period, no note before its sale."""
    sale = decided.books.sale
    days = {sale.source_key: sale.date} if sale else {}
    first_open = first_open_day(terms.locked_until)
    draft = decided.plan.draft if decided.plan else None
    for document in _documents(decided):
        if document is draft:
            yield _planned(document, document.date, document.flags, is_draft=True)
            continue
        day = max(document.date, first_open, days.get(document.against or "", date.min))
        days[document.source_key] = day
        flags = {Flag.LOCKED_PERIOD} if document.date < first_open else set[Flag]()
        yield _planned(document, day, document.flags | flags)


def _planned(
    document: Document, day: date, flags: frozenset[Flag], *, is_draft: bool = False
) -> PlannedVoucher:
    header, body = document.header, document.body
    cgst, sgst, igst, other = by_head(body.groups)
    return PlannedVoucher(
        type=document.type.value,
        date=day,
        source_key=document.source_key,
        buyer_name=header.buyer_name or "",
        buyer_gstin=header.buyer_gstin or "",
        taxable_value=body.taxable_value,
        cgst=cgst,
        sgst=sgst,
        igst=igst,
        other_tax=other,
        round_off=body.round_off,
        total=body.total,
        flags=tuple(sorted(flag.value for flag in flags)),
        parts=tuple(_part(each) for each in body.groups),
        is_draft=is_draft,
    )


def _part(total: GroupTotal) -> TaxPart:
    group = total.group
    heads = by_head([total])
    return TaxPart(
        group.split.value, group.taxability.value, group.rate, total.taxable_value, *heads
    )


def _finding(decided: Decided, outcome: str, reason: str, terms: Terms) -> Finding:
    """How the certificate would judge the order afterwards."""
    order = decided.order
    refunds = tuple(refund.amount for refund in order.refunds)
    store = InStore(order.order_id, order.created_at, order.status, order.total, refunds)
    net = decided.plan.net if decided.plan else decided.books.standing().total
    rule = decided.plan.rule if decided.plan else ""
    books = InBooks(outcome, net, reason, _exchange_rate(decided), order.created_at, rule)
    return compare(store, books, terms)


def _exchange_rate(decided: Decided) -> Decimal:
    headers = [each.header for each in _documents(decided)]
    headers += [decided.books.sale.header] if decided.books.sale else []
    return next((each.exchange_rate for each in headers if each.exchange_rate), Decimal(1))


def _missing(decided: Decided) -> Iterator[str]:
    """The SKUs without an item, a product's name where it has none."""
    for document in _documents(decided):
        for line in document.body.lines:
            if line.kind is LineKind.PRODUCT and line.item_id is None:
                yield line.sku or f"“{line.description}”"
    for product in decided.order.lines:
        is_product = product.kind is LineKind.PRODUCT
        if is_product and spelling_key(product.sku or "") in decided.missing:
            yield product.sku or f"“{product.name}”"


def _new(decided: Decided) -> Iterator[str]:
    """Items that are not opened yet have no id of the books: theirs is below zero."""
    for document in _documents(decided):
        for line in document.body.lines:
            if line.item_id is not None and line.item_id < 0:
                yield line.sku or line.description


def _unnamed(order: Order, terms: Terms) -> Iterator[str]:
    """Rates that the store charges and nobody has named; in India the law names them."""
    charged = {rate_id for line in order.lines for rate_id, tax in line.taxes if tax}
    for rate_id in sorted(charged):
        rate = order.rates.get(rate_id)
        is_named = terms.in_india or rate_id in terms.tax_names.present
        if rate is None or rate.percent is None or not is_named:
            yield f"{rate.label if rate and rate.label else 'rate'} ({rate_id})"


def unread(reason: str) -> Found:
    """An order that the store itself could not read."""
    return Found("unread", "unread", reason, "waiting", ZERO, ZERO)


def unreadable(sentence: str, books: OrderBooks) -> Found:
    """An order whose own content makes no sense: it would wait."""
    net = books.standing().total
    return Found("waiting", WaitsFor.READABLE.value, sentence, "waiting", net, net)


def vouchers_of(found: Iterable[Found]) -> Iterator[PlannedVoucher]:
    """All vouchers that would be posted, drafts left out."""
    return (voucher for each in found for voucher in each.vouchers if not voucher.is_draft)

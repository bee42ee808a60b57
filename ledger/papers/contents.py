"""What stands on a document, worked out from the voucher, its supplier and its recipient."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from ledger.core.documents import Flag, LineKind, VoucherType
from ledger.core.gst import Taxability
from ledger.core.money import PAISA, ZERO, to_paise
from ledger.core.particulars import Facts, Gap, LineFacts, Title, gaps_of, title_of
from ledger.core.states import OTHER_COUNTRIES
from ledger.models import Company, Item, Voucher, VoucherLine
from ledger.models.company import Scheme
from ledger.papers.amounts_in_words import in_words
from ledger.papers.recipient import Recipient
from ledger.papers.supplier import Supplier
from ledger.queries import VoucherParts

COMPOSITION = "Composition taxable person, not eligible to collect tax on supplies"
"""Stands at the top of a bill of supply (rule 5(1)(f) of the CGST Rules)."""
EXPORT_PAID = "Supply meant for export on payment of integrated tax"
EXPORT_UNPAID = (
    "Supply meant for export under bond or letter of undertaking without payment of integrated tax"
)
"""The endorsements of rule 46's third proviso."""
FINANCIAL = "This note came after the time limit of section 34(2) and does not reduce any tax."


@dataclass(frozen=True, slots=True)
class Parties:
    """Who sold, who bought, and where: the name of the store that the order came from."""

    supplier: Supplier
    recipient: Recipient
    store_name: str = ""


@dataclass(frozen=True, slots=True)
class TaxRow:
    """What a document taxes at one rate; component rates and amounts in the order of the heads."""

    rate: Decimal
    taxability: Taxability
    taxable_value: Decimal
    taxes: tuple[tuple[Decimal, Decimal], ...]


@dataclass(frozen=True, slots=True)
class Paper:
    """A document ready to be set. Amounts in the voucher's currency."""

    parts: VoucherParts
    title: Title
    parties: Parties
    gaps: tuple[Gap, ...]
    units: Mapping[int, str]
    moves_pieces: Collection[int]
    in_india: bool
    endorsements: tuple[str, ...] = ()
    tax_heads: tuple[str, ...] = ()
    tax_rows: tuple[TaxRow, ...] = ()
    against_title: str = ""
    top_words: str = ""
    descriptions: Mapping[int, str] = field(default_factory=dict)

    @property
    def supplier(self) -> Supplier:
        """Who sold."""
        return self.parties.supplier

    @property
    def recipient(self) -> Recipient:
        """Who bought."""
        return self.parties.recipient

    @property
    def voucher(self) -> Voucher:
        """What it is the paper of."""
        return self.parts.voucher

    @property
    def total_in_words(self) -> str:
        """The total, in words."""
        return in_words(Decimal(self.voucher.total), self.voucher.currency)

    def quantity_of(self, line: VoucherLine) -> Decimal | None:
        """How many pieces a line is about; None where a note corrects a value and moves none."""
        return line.quantity if line.pk in self.moves_pieces else None

    def price_of(self, line: VoucherLine) -> Decimal | None:
        """A line's price for one unit, without tax, after discounts."""
        quantity = self.quantity_of(line)
        return to_paise(Decimal(line.taxable_value) / quantity) if quantity else None


@dataclass(frozen=True, slots=True)
class Background:
    """What documents refer to: items by id, for their units, and lines of sales by voucher."""

    items: Mapping[int, Item]
    sold: Mapping[int, Sequence[VoucherLine]]

    def moves_pieces(self, voucher: Voucher, line: VoucherLine) -> bool:
        """Whether a line is about pieces: of a note, where its price is the one they were sold at.

        Else the note corrects a value, and the quantity on it is that of the whole line.
        """
        if not line.quantity:
            return False
        if voucher.against_id is None:
            return True
        price = line.taxable_value / line.quantity
        return any(
            sold.source_line == line.source_line
            and sold.rate == line.rate
            and sold.quantity
            and abs(sold.taxable_value / sold.quantity - price) <= PAISA
            for sold in self.sold.get(voucher.against_id, ())
        )


def background_of(company: Company, all_parts: Sequence[VoucherParts]) -> Background:
    """What documents refer to; two queries."""
    wanted = {line.item_id for parts in all_parts for line in parts.lines if line.item_id}
    sales = {parts.voucher.against_id for parts in all_parts} - {None}
    sold: defaultdict[int, list[VoucherLine]] = defaultdict(list)
    for line in VoucherLine.objects.filter(company=company, voucher__in=sales):
        sold[line.voucher_id].append(line)
    items = Item.objects.filter(company=company, pk__in=wanted)
    return Background({item.pk: item for item in items}, sold)


def paper_of(
    company: Company,
    parts: VoucherParts,
    parties: Parties,
    background: Background,
    *,
    descriptions: Mapping[int, str] | None = None,
) -> Paper:
    """The paper of a voucher. It names what it cannot say, and makes nothing up.

    `descriptions` says by line what a buyer should read instead of what the books say.
    """
    items = background.items
    facts = _facts(company, parts, parties, items)
    heads, rows = _tax_table(parts.lines)
    return Paper(
        parts,
        title=title_of(facts),
        parties=parties,
        gaps=gaps_of(facts),
        units={
            line.pk: items[line.item_id].unit
            for line in parts.lines
            if line.item_id and line.item_id in items
        },
        moves_pieces={
            line.pk for line in parts.lines if background.moves_pieces(parts.voucher, line)
        },
        in_india=facts.in_india,
        endorsements=_endorsements(facts, parts.voucher),
        tax_heads=heads,
        tax_rows=rows,
        against_title=_against(parts.voucher, in_india=facts.in_india),
        top_words=_top_words(facts, parties.supplier),
        descriptions=descriptions or {},
    )


def _facts(
    company: Company,
    parts: VoucherParts,
    parties: Parties,
    items: Mapping[int, Item],
) -> Facts:
    voucher, supplier, recipient = parts.voucher, parties.supplier, parties.recipient
    return Facts(
        type=VoucherType(voucher.type),
        in_india=company.country == "IN",
        is_bill_of_supply=voucher.is_bill_of_supply,
        taxable_value=Decimal(voucher.taxable_value),
        lines=tuple(_line_facts(line, items) for line in parts.lines),
        supplier_has_address=bool(supplier.address),
        supplier_has_gstin=bool(supplier.gstin),
        supplier_is_registered=supplier.scheme != Scheme.UNREGISTERED,
        has_lut=supplier.has_lut,
        has_lut_number=bool(supplier.lut_number),
        hsn_digits=supplier.hsn_digits,
        buyer_is_registered=bool(voucher.buyer_gstin),
        has_buyer_name=bool(voucher.buyer_name or voucher.buyer_gstin),
        has_buyer_address=recipient.has_address,
        no_address=recipient.no_address,
        is_export=voucher.place_of_supply == OTHER_COUNTRIES,
        has_country=bool(recipient.shipping.country or recipient.billing.country),
    )


def _line_facts(line: VoucherLine, items: Mapping[int, Item]) -> LineFacts:
    item = items.get(line.item_id or 0)
    return LineFacts(
        position=line.position,
        kind=LineKind(line.kind),
        taxability=Taxability(line.taxability),
        has_tax=bool(line.tax_names),
        hsn=line.hsn or "",
        unit=(item.unit or None) if item else None,
        is_service=bool(item and item.is_service),
        is_mapped=item is not None,
    )


def _tax_table(lines: Sequence[VoucherLine]) -> tuple[tuple[str, ...], tuple[TaxRow, ...]]:
    """The taxes by rate; shares of lines add up to the document's own taxes."""
    heads = tuple(dict.fromkeys(name for line in lines for name in line.tax_names))
    values: defaultdict[tuple[Decimal, str], Decimal] = defaultdict(lambda: ZERO)
    taxes: dict[tuple[Decimal, str], dict[str, list[Decimal]]] = {}
    for line in lines:
        if not heads:
            break
        key = (line.rate, line.taxability)
        values[key] += Decimal(line.taxable_value)
        own = taxes.setdefault(key, {name: [ZERO, ZERO] for name in heads})
        for name, rate, amount in zip(line.tax_names, line.tax_rates, line.taxes, strict=True):
            own[name] = [rate, own[name][1] + amount]
    return heads, tuple(
        TaxRow(
            rate,
            Taxability(taxability),
            values[rate, taxability],
            tuple((own[name][0], own[name][1]) for name in heads),
        )
        for (rate, taxability), own in taxes.items()
    )


def _endorsements(facts: Facts, voucher: Voucher) -> tuple[str, ...]:
    words = []
    if facts.in_india and facts.is_export and not facts.is_note:
        if not facts.is_untaxed_export:
            words.append(EXPORT_PAID)
        elif facts.has_lut:
            words.append(EXPORT_UNPAID)
    if Flag.FINANCIAL_NOTE in voucher.flags:
        words.append(FINANCIAL)
    return tuple(words)


def _top_words(facts: Facts, supplier: Supplier) -> str:
    is_bill = facts.is_bill_of_supply and not facts.is_note
    return COMPOSITION if is_bill and supplier.scheme == Scheme.COMPOSITION else ""


def _against(voucher: Voucher, *, in_india: bool) -> str:
    """What the document is that a note corrects."""
    if voucher.against is None:
        return ""
    if not in_india:
        return Title.INVOICE
    is_bill = voucher.against.is_bill_of_supply
    return Title.BILL_OF_SUPPLY if is_bill else Title.TAX_INVOICE

"""What a printed document must say, and what of it is not known.

Rules 46 (tax invoice), 46A (invoice-cum-bill of supply), 49 (bill of supply) and 53(1A) (credit and
debit notes) of the CGST Rules call it particulars. Nothing is made up: what is missing is named,
with the rule and why.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from ledger.core.documents import LineKind, VoucherType
from ledger.core.gst import Taxability

ADDRESS_FROM = Decimal("50000.00")
"""From this taxable value on an unregistered recipient's address is needed (rule 46(e))."""
IRN_FROM_HSN_DIGITS = 6
"""Who shows six digits of the HSN has a turnover above ₹5 crore, and issues e-invoices."""


class Title(StrEnum):
    """What stands over a document."""

    TAX_INVOICE = "Tax invoice"
    BILL_OF_SUPPLY = "Bill of supply"
    INVOICE_CUM_BILL = "Invoice-cum-bill of supply"
    CREDIT_NOTE = "Credit note"
    DEBIT_NOTE = "Debit note"
    INVOICE = "Invoice"


class Particular(StrEnum):
    """What can be missing."""

    SUPPLIER_ADDRESS = "supplier_address"
    SUPPLIER_GSTIN = "supplier_gstin"
    RECIPIENT_NAME = "recipient_name"
    RECIPIENT_ADDRESS = "recipient_address"
    COUNTRY = "country"
    HSN = "hsn"
    UNIT = "unit"
    LUT = "lut"
    IRN = "irn"


class Cause(StrEnum):
    """Why it is missing."""

    NOT_SET = "not_set"
    NOT_SHARED = "not_shared"
    NOT_SENT = "not_sent"
    NO_ORDER = "no_order"
    UNMAPPED = "unmapped"
    ITEM_HAS_NONE = "item_has_none"
    TOO_SHORT = "too_short"
    NOT_MADE_HERE = "not_made_here"


@dataclass(frozen=True, slots=True)
class Gap:
    """A particular that is missing: by which rule it is needed, and why it is not known.

    `lines` are the positions of the lines that lack it.
    """

    particular: Particular
    rule: str
    cause: Cause
    lines: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LineFacts:
    """What is known of a line; `unit` is None where no item says it."""

    position: int
    kind: LineKind
    taxability: Taxability
    has_tax: bool
    hsn: str = ""
    unit: str | None = None
    is_service: bool = False
    is_mapped: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of a document; `no_address` says why there is no address, if there is none."""

    type: VoucherType
    in_india: bool = True
    is_bill_of_supply: bool = False
    taxable_value: Decimal
    lines: tuple[LineFacts, ...]
    supplier_has_address: bool = True
    supplier_has_gstin: bool = True
    supplier_is_registered: bool = True
    has_lut: bool = False
    has_lut_number: bool = False
    hsn_digits: int = 4
    buyer_is_registered: bool = False
    has_buyer_name: bool = True
    has_buyer_address: bool = True
    no_address: Cause = Cause.NOT_SENT
    is_export: bool = False
    has_country: bool = True

    @property
    def is_note(self) -> bool:
        """Whether rule 53 speaks of it."""
        return self.type in (VoucherType.CREDIT_NOTE, VoucherType.DEBIT_NOTE)

    @property
    def is_untaxed_export(self) -> bool:
        """Whether it leaves the country without payment of tax."""
        return self.is_export and not any(line.has_tax for line in self.lines)


def title_of(facts: Facts) -> Title:
    """What stands over the document."""
    if facts.is_note:
        is_credit = facts.type is VoucherType.CREDIT_NOTE
        return Title.CREDIT_NOTE if is_credit else Title.DEBIT_NOTE
    if not facts.in_india:
        return Title.INVOICE
    if facts.is_bill_of_supply:
        return Title.BILL_OF_SUPPLY
    is_mixed = len({_bears_tax(line) for line in _goods(facts.lines)}) > 1
    is_both = is_mixed and not facts.buyer_is_registered  # rule 46A: to unregistered persons
    return Title.INVOICE_CUM_BILL if is_both else Title.TAX_INVOICE


def _bears_tax(line: LineFacts) -> bool:
    return line.taxability in (Taxability.TAXABLE, Taxability.ZERO_RATED)


def gaps_of(facts: Facts) -> tuple[Gap, ...]:
    """What the document does not say although a rule asks for it; nothing outside India."""
    if not facts.in_india:
        return ()
    return (*_of_supplier(facts), *_of_recipient(facts), *_of_lines(facts), *_of_registers(facts))


def _rule(facts: Facts, invoice: str, bill: str, note: str) -> str:
    """The rule that asks for a particular; empty where the document's own does not."""
    if facts.is_note:
        return f"53(1A){note}" if note else ""
    if facts.is_bill_of_supply:
        return f"49{bill}" if bill else ""
    return f"46{invoice}" if invoice else ""


def _of_supplier(facts: Facts) -> Iterator[Gap]:
    rule = _rule(facts, "(a)", "(a)", "(a)")
    if not facts.supplier_has_address:
        yield Gap(Particular.SUPPLIER_ADDRESS, rule, Cause.NOT_SET)
    if facts.supplier_is_registered and not facts.supplier_has_gstin:
        yield Gap(Particular.SUPPLIER_GSTIN, rule, Cause.NOT_SET)


def _of_recipient(facts: Facts) -> Iterator[Gap]:
    rule = _address_rule(facts)
    if rule and not facts.has_buyer_name:
        yield Gap(Particular.RECIPIENT_NAME, rule, Cause.NOT_SENT)
    if rule and not facts.has_buyer_address:
        yield Gap(Particular.RECIPIENT_ADDRESS, rule, facts.no_address)
    if facts.is_export and not facts.has_country:
        yield Gap(Particular.COUNTRY, "46, on exports", facts.no_address)


def _address_rule(facts: Facts) -> str:
    """The rule by which the recipient's name and address are needed; empty where they are not."""
    if facts.buyer_is_registered:
        return _rule(facts, "(d)", "(d)", "(e)")
    if facts.is_note:
        return _rule(facts, "", "", "(f)")
    if facts.is_bill_of_supply:
        return ""
    if facts.is_export:
        return "46, on exports"
    return _rule(facts, "(e)", "", "") if facts.taxable_value >= ADDRESS_FROM else ""


def _of_lines(facts: Facts) -> Iterator[Gap]:
    if facts.is_note:
        return
    goods = _goods(facts.lines)
    if facts.hsn_digits > 4 or facts.buyer_is_registered:
        yield from _hsn_gaps(goods, facts.hsn_digits, _rule(facts, "(g)", "(e)", ""))
    if not facts.is_bill_of_supply:
        without_unit = [line for line in goods if line.unit is None and not line.is_service]
        yield from _by_cause(Particular.UNIT, "46(i)", without_unit)


def _hsn_gaps(goods: Iterable[LineFacts], digits: int, rule: str) -> Iterator[Gap]:
    short = [line for line in goods if len(line.hsn) < digits]
    yield from _by_cause(Particular.HSN, rule, [line for line in short if not line.hsn])
    too_short = tuple(line.position for line in short if line.hsn)
    if too_short:
        yield Gap(Particular.HSN, rule, Cause.TOO_SHORT, too_short)


def _by_cause(particular: Particular, rule: str, lines: Sequence[LineFacts]) -> Iterator[Gap]:
    for cause, is_mapped in ((Cause.UNMAPPED, False), (Cause.ITEM_HAS_NONE, True)):
        positions = tuple(line.position for line in lines if line.is_mapped is is_mapped)
        if positions:
            yield Gap(particular, rule, cause, positions)


def _of_registers(facts: Facts) -> Iterator[Gap]:
    """What is given by others: the ARN of a letter of undertaking, the number of an e-invoice."""
    has_arn = facts.has_lut and facts.has_lut_number
    if facts.is_untaxed_export and not facts.is_note and not has_arn:
        yield Gap(Particular.LUT, "46, on exports", Cause.NOT_SET)
    is_e_invoice = facts.buyer_is_registered or facts.is_export
    if facts.hsn_digits >= IRN_FROM_HSN_DIGITS and is_e_invoice and not facts.is_bill_of_supply:
        yield Gap(Particular.IRN, "46(r) and 48(4)", Cause.NOT_MADE_HERE)


def _goods(lines: Iterable[LineFacts]) -> list[LineFacts]:
    """What was sold. Shipping and fees are part of that supply (s.2(30) and 8(a) CGST)."""
    return [line for line in lines if line.kind is LineKind.PRODUCT]

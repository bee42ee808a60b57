"""What the codes of the ledger are called on pages."""

from collections.abc import Iterable
from decimal import Decimal

from ledger.core.documents import Flag, VoucherType
from ledger.core.gst import Taxability
from ledger.core.particulars import Cause, Gap, Particular

TYPE_NAMES = {
    VoucherType.SALES: "Sales",
    VoucherType.CREDIT_NOTE: "Credit note",
    VoucherType.DEBIT_NOTE: "Debit note",
    VoucherType.RECEIPT: "Receipt",
    VoucherType.PAYMENT: "Payment",
    VoucherType.JOURNAL: "Journal",
}

UNTAXED_NAMES = {
    Taxability.TAXABLE: "No tax",
    Taxability.NIL_RATED: "Nil-rated",
    Taxability.EXEMPT: "Exempt",
    Taxability.NON_GST: "Non-GST",
    Taxability.ZERO_RATED: "Zero-rated",
}

KIND_NAMES = {"product": "Products", "shipping": "Shipping", "fee": "Fees"}

FLAG_NAMES = {
    Flag.FREE_SUPPLY: "Free supply",
    Flag.ALLOCATED: "Allocated",
    Flag.TAX_KIND_DIFFERS: "Other kind of tax",
    Flag.RATE_DIFFERS: "Other rate",
    Flag.TAX_NOT_CHARGED: "Tax not charged",
    Flag.TAX_AS_CHARGED: "Tax as charged",
    Flag.RATE_INFERRED: "Rate inferred",
    Flag.TAXABILITY_ASSUMED: "Taxability assumed",
    Flag.FINANCIAL_NOTE: "Financial note",
    Flag.CREDIT_REVERSAL_UNCONFIRMED: "Buyer’s credit open",
    Flag.UNMAPPED_SKU: "Unmapped SKU",
    Flag.LOCKED_PERIOD: "Locked period",
}

FLAG_SENTENCES = {
    Flag.FREE_SUPPLY: "The order's total is zero; the lines are on record, nothing is posted.",
    Flag.ALLOCATED: (
        "The store gave only an amount for this refund, or for a part of it. It is spread over "
        "what remained of the order by value, tax included."
    ),
    Flag.TAX_KIND_DIFFERS: (
        "The store charged another kind of tax than the place of supply asks for. The amount is as "
        "charged, the split is the law's."
    ),
    Flag.RATE_DIFFERS: "The store charged another rate than the item's. Booked as charged.",
    Flag.TAX_NOT_CHARGED: (
        "No tax on something that bears it: a taxable item (the price is taken as inclusive, rule "
        "35), or an export without a letter of undertaking."
    ),
    Flag.TAX_AS_CHARGED: (
        "The store's tax differs from taxable value × rate. A person decided to book it as charged."
    ),
    Flag.RATE_INFERRED: "The store named no rate; it was worked out from tax and value.",
    Flag.TAXABILITY_ASSUMED: (
        "No tax was charged and the item says nothing about why. It is assumed to be exempt: map "
        "the SKU to an item to settle it."
    ),
    Flag.FINANCIAL_NOTE: (
        "Dated after 30 November following the year of the sale: the note no longer reduces tax "
        "(s.34(2) CGST)."
    ),
    Flag.CREDIT_REVERSAL_UNCONFIRMED: (
        "The buyer is registered: the tax may be reduced once the buyer's input tax credit is "
        "known to be reversed."
    ),
    Flag.UNMAPPED_SKU: "At least one SKU of the store matches no item.",
    Flag.LOCKED_PERIOD: (
        "The period of the document's own date was locked; it is posted on the first open day."
    ),
}

PARTICULAR_NAMES = {
    Particular.SUPPLIER_ADDRESS: "Supplier’s address",
    Particular.SUPPLIER_GSTIN: "Supplier’s GSTIN",
    Particular.RECIPIENT_NAME: "Recipient’s name",
    Particular.RECIPIENT_ADDRESS: "Recipient’s address",
    Particular.COUNTRY: "Country of destination",
    Particular.HSN: "HSN/SAC",
    Particular.UNIT: "Unit (UQC)",
    Particular.LUT: "Number of the letter of undertaking",
    Particular.IRN: "E-invoice number (IRN) and QR code",
}

CAUSE_WORDS = {
    Cause.NOT_SET: "it is not filled in under Document details",
    Cause.NOT_SHARED: ("the store sends contact details only where the merchant switches them on"),
    Cause.NOT_SENT: "the order came without it",
    Cause.NO_ORDER: "the voucher stands for no store’s order",
    Cause.UNMAPPED: "the SKU is mapped to no item",
    Cause.ITEM_HAS_NONE: "the item has none",
    Cause.TOO_SHORT: "the item’s has fewer digits than the turnover asks for",
    Cause.NOT_MADE_HERE: "e-invoices are registered at the portal, not here",
}


def gap_name(gap: Gap) -> str:
    """What a document lacks: `HSN/SAC of lines 1 to 4 and 7`."""
    name = PARTICULAR_NAMES[gap.particular]
    if not gap.lines:
        return name
    *most, last = _runs(gap.lines)
    which = f"{', '.join(most)} and {last}" if most else last
    return f"{name} of {'line' if len(gap.lines) == 1 else 'lines'} {which}"


def _runs(numbers: Iterable[int]) -> list[str]:
    """Numbers in order, three or more that follow each other as `1 to 4`."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return [
        word
        for run in runs
        for word in ([f"{run[0]} to {run[-1]}"] if len(run) > 2 else map(str, run))
    ]


def gap_reason(gap: Gap) -> str:
    """By which rule it is needed, and why it is not there."""
    return f"rule {gap.rule}: {CAUSE_WORDS[gap.cause]}"


def rate_name(taxability: str, rate: Decimal, *, is_taxed: bool) -> str:
    """What stands over a column of values: `18%`, `Export 18%`, `Exempt`."""
    if not is_taxed:
        return UNTAXED_NAMES[Taxability(taxability)]
    percent = f"{rate.normalize():f}%"
    return f"Export {percent}" if taxability == Taxability.ZERO_RATED else percent

"""What the codes of the ledger are called on pages."""

from ledger.core.documents import Flag, VoucherType

TYPE_NAMES = {
    VoucherType.SALES: "Sales",
    VoucherType.CREDIT_NOTE: "Credit note",
    VoucherType.DEBIT_NOTE: "Debit note",
    VoucherType.RECEIPT: "Receipt",
    VoucherType.PAYMENT: "Payment",
    VoucherType.JOURNAL: "Journal",
}

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

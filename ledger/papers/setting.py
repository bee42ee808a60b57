"""A paper as the texts that `paper.typ` sets: every figure written out, every part in its place."""

from decimal import Decimal
from typing import Any

from ledger.core.gst import Taxability
from ledger.core.money import grouped
from ledger.core.particulars import Title
from ledger.core.states import OTHER_COUNTRIES, state_name
from ledger.models import VoucherLine
from ledger.papers.contents import EXPORT_UNPAID, Paper, TaxRow
from ledger.papers.recipient import address_lines
from ledger.words import gap_name, gap_reason, rate_name

Texts = dict[str, Any]

_NUMBER_NAMES = {
    Title.TAX_INVOICE: "Invoice number",
    Title.INVOICE: "Invoice number",
    Title.INVOICE_CUM_BILL: "Number",
    Title.BILL_OF_SUPPLY: "Bill number",
    Title.CREDIT_NOTE: "Note number",
    Title.DEBIT_NOTE: "Note number",
}
_SYMBOLS = {"INR": "₹"}


def as_set(paper: Paper, copy_words: str = "") -> Texts:
    """All that the template asks for."""
    voucher = paper.voucher
    return {
        "title": paper.title,
        "copy": copy_words,
        "top_words": paper.top_words,
        "supplier": _supplier(paper),
        "facts": _facts(paper),
        "parties": _parties(paper),
        "against": _against(paper),
        "columns": _columns(paper),
        "rows": [_row(paper, line) for line in paper.parts.lines],
        "taxes": _taxes(paper),
        "totals": _totals(paper),
        "total_name": "Total",
        "total": f"{_symbol(paper)}{_figure(paper, Decimal(voucher.total))}",
        "in_words": paper.total_in_words,
        "endorsements": list(paper.endorsements),
        "small_print": _small_print(paper),
        "signatory": paper.supplier.signatory,
        "missing": [[gap_name(gap), gap_reason(gap)] for gap in paper.gaps],
        "footer": f"{voucher.number} · {paper.supplier.name}",
    }


def _supplier(paper: Paper) -> Texts:
    supplier = paper.supplier
    state = f"{state_name(supplier.state)} ({supplier.state})" if supplier.state else ""
    numbers = (("GSTIN", supplier.gstin), ("PAN", supplier.pan))
    contact = "  ·  ".join(filter(None, (supplier.phone, supplier.email)))
    lines = [*supplier.address, state, contact]
    lines += [f"{name} {number}" for name, number in numbers if number]
    legal_name = supplier.legal_name if supplier.legal_name != supplier.name else ""
    return {
        "name": supplier.name,
        "legal_name": legal_name,
        "signing_name": supplier.legal_name or supplier.name,
        "lines": [line for line in lines if line],
    }


def _facts(paper: Paper) -> list[list[str]]:
    voucher = paper.voucher
    order = f"#{voucher.reference}" if voucher.reference else ""
    facts = [
        [_NUMBER_NAMES[paper.title], voucher.number],
        ["Date", f"{voucher.date.day} {voucher.date:%b %Y}"],
        ["Order", " · ".join(filter(None, (order, paper.parties.store_name)))],
        ["Place of supply", _place(voucher.place_of_supply)],
    ]
    if voucher.original_currency and voucher.original_total is not None:
        rate = f"{voucher.exchange_rate:f}".rstrip("0").rstrip(".")
        original = f"{voucher.original_currency} {Decimal(voucher.original_total):,.2f}"
        facts.append(["Original amount", f"{original} at {_symbol(paper)}{rate}"])
    if paper.in_india:
        facts.append(["Tax on reverse charge", "No"])
    return [fact for fact in facts if fact[1]]


def _place(code: str | None) -> str:
    if not code:
        return ""
    return "Outside India (96)" if code == OTHER_COUNTRIES else f"{state_name(code)} ({code})"


def _parties(paper: Paper) -> list[Texts]:
    billing, shipping = paper.recipient.billing, paper.recipient.shipping
    head = "Issued to" if paper.against_title else "Billed to"
    parties = [{"head": head, "name": _buyer(paper), "lines": _buyer_lines(paper)}]
    is_elsewhere = shipping.lines and (shipping.lines, shipping.state) != (
        billing.lines,
        billing.state,
    )
    if is_elsewhere:
        parties.append(
            {
                "head": "Delivered to",
                "name": shipping.name or shipping.company,
                "lines": address_lines(shipping, shipping.name or shipping.company),
            }
        )
    return parties


def _buyer(paper: Paper) -> str:
    voucher = paper.voucher
    if voucher.buyer_gstin and voucher.party:
        return voucher.party.name
    return voucher.buyer_name or ""


def _buyer_lines(paper: Paper) -> list[str]:
    voucher = paper.voucher
    address = paper.recipient.billing
    if not address.lines and not address.state:
        address = paper.recipient.shipping
    lines = address_lines(address, _buyer(paper))
    if voucher.buyer_gstin:
        who = voucher.buyer_name if voucher.buyer_name != _buyer(paper) else ""
        lines = [*([who] if who else []), *lines, f"GSTIN {voucher.buyer_gstin}"]
    return lines


def _against(paper: Paper) -> str:
    sale, reason = paper.voucher.against, paper.voucher.reason
    if sale is None:
        return ""
    what = paper.against_title[:1].lower() + paper.against_title[1:]
    words = f"Against {what} {sale.number} of {sale.date.day} {sale.date:%b %Y}."
    return f"{words} Reason: {reason}." if reason else words


def _has_tax(paper: Paper) -> bool:
    return bool(paper.tax_heads)


def _columns(paper: Paper) -> list[Texts]:
    symbol = _symbol(paper).strip()
    shown = [
        ("#", "text", 15),
        ("Description", "text", "rest"),
        ("HSN/SAC", "text", 45),
        ("Quantity", "figure", 48),
        ("Price", "figure", 56),
        (f"Taxable value {symbol}" if _has_tax(paper) else f"Amount {symbol}", "figure", 68),
    ]
    if _has_tax(paper):
        shown += [("Rate", "figure", 34), ("Tax", "figure", 56), (f"Amount {symbol}", "figure", 68)]
    return [{"head": head, "kind": kind, "width": width} for head, kind, width in shown]


def _row(paper: Paper, line: VoucherLine) -> list[object]:
    price, tax = paper.price_of(line), sum(line.taxes, Decimal(0))
    description = paper.descriptions.get(line.pk, line.description)
    sku = line.sku if line.sku and line.sku not in description else ""
    row: list[object] = [
        str(line.position),
        [description, sku],
        line.hsn or "",
        _quantity(paper.quantity_of(line), paper.units.get(line.pk, "")),
        "" if price is None else _figure(paper, price),
        _figure(paper, Decimal(line.taxable_value)),
    ]
    if _has_tax(paper):
        row += [
            _rate(line.rate, Taxability(line.taxability), is_taxed=bool(line.tax_names)),
            _figure(paper, tax),
            _figure(paper, line.taxable_value + tax),
        ]
    return row


def _quantity(quantity: Decimal | None, unit: str) -> str:
    if quantity is None:
        return ""
    count = f"{quantity:f}"
    plain = count.rstrip("0").rstrip(".") if "." in count else count
    return f"{plain} {unit}".strip()


def _taxes(paper: Paper) -> Texts:
    return {
        "heads": list(paper.tax_heads),
        "rows": [_tax_row(paper, row) for row in paper.tax_rows],
    }


def _tax_row(paper: Paper, row: TaxRow) -> Texts:
    is_taxed = any(rate or amount for rate, amount in row.taxes)
    return {
        "rate": _rate(row.rate, row.taxability, is_taxed=is_taxed),
        "value": _figure(paper, row.taxable_value),
        "taxes": [
            [f"{rate.normalize():f}%" if rate else "", _figure(paper, amount)]
            for rate, amount in row.taxes
        ],
        "tax": _figure(paper, sum((amount for _, amount in row.taxes), Decimal(0))),
    }


def _rate(rate: Decimal, taxability: Taxability, *, is_taxed: bool) -> str:
    if is_taxed:
        return f"{rate.normalize():f}%"
    return rate_name(taxability, rate, is_taxed=False)


def _totals(paper: Paper) -> list[list[str]]:
    voucher = paper.voucher
    totals = []
    if _has_tax(paper):
        totals.append(["Taxable value", _figure(paper, Decimal(voucher.taxable_value))])
    for i, name in enumerate(paper.tax_heads):
        amount = sum((row.taxes[i][1] for row in paper.tax_rows), Decimal(0))
        totals.append([name, _figure(paper, amount)])
    if voucher.round_off:
        totals.append(["Round off", _figure(paper, Decimal(voucher.round_off))])
    return totals


def _small_print(paper: Paper) -> list[list[object]]:
    """What the buyer needs for paying; a note corrects, and asks for nothing."""
    supplier = paper.supplier
    if paper.against_title:
        return []
    is_unpaid_export = EXPORT_UNPAID in paper.endorsements
    lut = f"Letter of undertaking, ARN {supplier.lut_number}"
    parts = [
        ("Export", [lut] if supplier.lut_number and is_unpaid_export else []),
        ("Bank", supplier.bank_details.splitlines()),
        ("Terms", supplier.terms.splitlines()),
    ]
    return [[name, lines] for name, lines in parts if lines]


def _symbol(paper: Paper) -> str:
    currency = paper.voucher.currency
    return _SYMBOLS.get(currency, f"{currency}\N{NO-BREAK SPACE}")


def _figure(paper: Paper, amount: Decimal) -> str:
    is_inr = paper.voucher.currency == "INR"
    text = grouped(amount) if is_inr else f"{amount:,.2f}"
    return text.replace("-", "−")

"""Voucher types, flags and places in words."""

from django import template

from ledger.core.documents import BY_HAND, SUPPLIES, Flag, VoucherType
from ledger.core.particulars import Gap
from ledger.core.states import OTHER_COUNTRIES, state_name
from ledger.models.voucher import VoucherHeader
from ledger.reports.supplies import Rate
from ledger.words import (
    FLAG_NAMES,
    FLAG_SENTENCES,
    KIND_NAMES,
    TYPE_NAMES,
    gap_name,
    gap_reason,
    rate_name,
)

register = template.Library()


@register.filter
def type_name(voucher_type: str) -> str:
    """`Credit note` for `credit_note`."""
    return TYPE_NAMES[VoucherType(voucher_type)]


@register.filter
def money_side(voucher_type: str) -> str:
    """The side on which a voucher moves the party's account: `Cr` for a credit note, a receipt."""
    return "Cr" if voucher_type in (VoucherType.CREDIT_NOTE, VoucherType.RECEIPT) else "Dr"


@register.filter
def is_by_hand(voucher_type: str) -> bool:
    """Whether people enter vouchers of this type."""
    return voucher_type in BY_HAND


@register.filter
def entry_key(voucher_type: str) -> str:
    """The key that starts a voucher of this type, as in Tally."""
    keys = {VoucherType.PAYMENT: "F5", VoucherType.RECEIPT: "F6", VoucherType.JOURNAL: "F7"}
    return keys[VoucherType(voucher_type)]


@register.filter
def flag_name(flag: str) -> str:
    """A flag on a chip."""
    return FLAG_NAMES[Flag(flag)]


@register.filter
def flag_sentence(flag: str) -> str:
    """A flag as a sentence for the accountant."""
    return FLAG_SENTENCES[Flag(flag)]


@register.filter
def place(code: str | None) -> str:
    """`27 Maharashtra`; an export has no state."""
    if not code:
        return "—"
    return "Outside India" if code == OTHER_COUNTRIES else f"{code} {state_name(code)}"


@register.filter
def decided_by(source: str | None) -> str:
    """What decided the place of supply."""
    words = {
        "gstin": "by the buyer’s GSTIN",
        "shipping": "by the shipping address",
        "billing": "by the billing address",
        "company": "no address: the company’s own state",
        "person": "chosen by a person",
    }
    return words.get(source or "", source or "")


@register.filter
def named_rate(rate: Rate) -> str:
    """What stands over a column of the sales register."""
    return rate_name(rate.taxability, rate.rate, is_taxed=rate.is_taxed)


@register.filter
def kind_name(kind: str) -> str:
    """What a line charges for."""
    return KIND_NAMES[kind]


@register.filter
def is_document(voucher: VoucherHeader) -> bool:
    """Whether it is a document for a buyer, with a PDF."""
    return voucher.type in SUPPLIES


@register.filter
def missing(gap: Gap) -> str:
    """What a document lacks."""
    return gap_name(gap)


@register.filter
def missing_why(gap: Gap) -> str:
    """By which rule it is needed, and why it is not there."""
    return gap_reason(gap)

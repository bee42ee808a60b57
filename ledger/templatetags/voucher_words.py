"""Voucher types, flags and places in words."""

from django import template

from ledger.core.documents import BY_HAND, Flag, VoucherType
from ledger.core.states import OTHER_COUNTRIES, state_name
from ledger.words import FLAG_NAMES, FLAG_SENTENCES, TYPE_NAMES

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

"""What the states of deliveries, orders and connections are called on pages, and their colours."""

from connections.models import ActivityStatus, Status
from sync.core.certificate import Verdict
from sync.core.sku_sheet import RowKind
from sync.core.terms import Action
from sync.core.waiting import INTERNAL, SHORT_OF_STOCK, WaitsFor
from sync.models import (
    DeliveryState,
    DocumentKind,
    ErrandState,
    ImportOutcome,
    ImportState,
    OrderState,
    SweepState,
)

ACTIVITY_TONES = {
    ActivityStatus.SAVED: "good",
    ActivityStatus.DRAFT: "info",
    ActivityStatus.SKIPPED: "",
    ActivityStatus.WAITING: "warn",
    ActivityStatus.FAILED: "bad",
    ActivityStatus.INFO: "",
}

DELIVERY_TONES = {
    DeliveryState.RECEIVED: "info",
    DeliveryState.BOOKED: "good",
    DeliveryState.UNCHANGED: "",
    DeliveryState.SUPERSEDED: "",
    DeliveryState.IGNORED: "",
    DeliveryState.ALARM: "bad",
    DeliveryState.WAITING: "warn",
}

ORDER_TONES = {
    OrderState.BOOKED: "good",
    OrderState.DRAFT: "info",
    OrderState.IGNORED: "",
    OrderState.WAITING: "warn",
    OrderState.REVERSED: "",
}

LOOKED_NAMES = {
    "booked": "Booked",
    "draft": "Draft",
    "waiting": "Waiting",
    "ignored": "Left out",
    "reversed": "Reversed",
    "unread": "Not readable",
}
"""What an order of a look would be once it is imported."""

LOOKED_TONES = {"booked": "good", "draft": "info", "waiting": "warn", "unread": "bad"}

OUTCOME_TONES = {
    ImportOutcome.ASKED: "info",
    ImportOutcome.KEPT: "info",
    ImportOutcome.BOOKED: "good",
    ImportOutcome.UNCHANGED: "",
    ImportOutcome.DRAFT: "info",
    ImportOutcome.WAITING: "warn",
    ImportOutcome.IGNORED: "",
    ImportOutcome.FAILED: "bad",
}

ERRAND_TONES = {
    ErrandState.RUNNING: "info",
    ErrandState.PAUSED: "warn",
    ErrandState.DONE: "good",
    ErrandState.CANCELLED: "",
}

IMPORT_TONES = {
    ImportState.CHECKING: "info",
    ImportState.READY: "info",
    ImportState.APPLYING: "info",
    ImportState.APPLIED: "good",
    ImportState.UNDOING: "info",
    ImportState.UNDONE: "",
    ImportState.DISCARDED: "",
    ImportState.FAILED: "bad",
}

VERDICT_TONES = {
    Verdict.BOOKED: "good",
    Verdict.EXCLUDED: "",
    Verdict.WAITING: "warn",
    Verdict.MISSING: "bad",
    Verdict.DIFFERENT: "bad",
}

SWEEP_TONES = {
    SweepState.RUNNING: "info",
    SweepState.DONE: "",
    SweepState.FAILED: "bad",
    SweepState.CANCELLED: "",
}

EXCLUDED_BY = {
    "cancelled": "Cancelled, failed, trashed or deleted in the store",
    "draft": "Kept as a draft: the status does not book yet, or sales are kept as drafts",
    SHORT_OF_STOCK: "Kept as a draft: more is wanted than is in stock",
    "status_ignored": "The connection ignores orders of this status",
    "left_out": "Left out by a person, with a reason",
}
"""The rules that keep orders out of the books."""

ROW_TONES = {
    RowKind.ERROR: "bad",
    RowKind.CHANGED: "warn",
    RowKind.NEW: "good",
    RowKind.UNCHANGED: "",
}

ENCODING_NAMES = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "cp1252": "Windows-1252",
}

DELIMITER_NAMES = {",": "commas", ";": "semicolons", "\t": "tabs"}

CONNECTION_TONES = {Status.ACTIVE: "good", Status.UNPAIRED: "warn", Status.DELETED: "bad"}

ACTION_NAMES = {
    Action.POST: "Post",
    Action.DRAFT: "Draft",
    Action.IGNORE: "Ignore",
    Action.CANCEL: "Cancel",
}

DOCUMENT_KINDS = {
    DocumentKind.SALE: "Sale",
    DocumentKind.REFUND: "Refund",
    DocumentKind.EDIT: "Edit",
    DocumentKind.REVERSAL: "Reversal",
    DocumentKind.REFUND_UNDONE: "Refund undone",
}

WAITS_FOR: dict[str, str] = {
    WaitsFor.READABLE: "Cannot be read",
    WaitsFor.PLACE_OF_SUPPLY: "Unknown state",
    WaitsFor.CURRENCY: "Another currency",
    WaitsFor.RATE: "Unknown tax rate",
    WaitsFor.SKU: "Unmapped SKU",
    WaitsFor.DIFFERENCE: "Parts and total differ",
    WaitsFor.BELOW_ZERO: "Would go below zero",
    WaitsFor.REFUND_REAPPEARED: "Refund came back",
    WaitsFor.REFUND_LINES: "Refund without lines",
    INTERNAL: "Broke inside Counterfoil",
}
HELD_FOR = "Short of stock"
"""What a draft waits for, where its store holds orders for want of stock."""

REMEDIES: dict[str, str] = {
    WaitsFor.READABLE: "Correct the order in the store, or retry after an update of Counterfoil.",
    WaitsFor.PLACE_OF_SUPPLY: "Choose the state that the goods went to.",
    WaitsFor.CURRENCY: "Enter the exchange rate of the day.",
    WaitsFor.RATE: "Choose the GST rate, or correct the order's tax in the store.",
    WaitsFor.SKU: "Map the SKU to an item, or create the item; the order goes on by itself.",
    WaitsFor.DIFFERENCE: "Book the tax as charged, or correct the order in the store.",
    WaitsFor.BELOW_ZERO: "Correct the order or its refunds in the store; it is tried again then.",
    WaitsFor.REFUND_REAPPEARED: "Book the refund once more, or correct the order in the store.",
    WaitsFor.REFUND_LINES: "Say how much of each line the refund gives back.",
    INTERNAL: "Retry it, after an update of Counterfoil if need be; the log has the trace.",
}


def waits_for(code: str) -> str:
    """The heading of a reason to wait; a code that is not in the table stands for itself."""
    return WAITS_FOR.get(code) or code.replace("_", " ").capitalize()


def remedy(code: str) -> str:
    """What a person can do about it."""
    return REMEDIES.get(code, "Look at the reason, then retry.")


def excluded_by(rule: str) -> str:
    """A rule that keeps orders out of the books; one that is not in the table stands for itself."""
    return EXCLUDED_BY.get(rule, rule)

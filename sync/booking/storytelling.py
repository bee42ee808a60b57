"""What happened, in the words of people: activity lines, reasons, and how deliveries ended."""

from collections.abc import Iterator, Mapping
from typing import Any

from connections.models import ActivityStatus
from ledger.core.documents import Document, VoucherType
from ledger.core.money import priced
from sync.booking.deciding import Case
from sync.core.arrivals import Fate
from sync.core.books import Cause
from sync.core.plan import Plan
from sync.core.planning import Planned
from sync.core.waiting import SHORT_OF_STOCK
from sync.models import DeliveryState

RULES = {
    "": "",
    "draft": "Kept as a draft: the order's status does not book yet.",
    SHORT_OF_STOCK: "Kept as a draft: more is wanted than is in stock.",
    "before_go_live": "Ignored: created before the day from which this store’s orders are booked.",
    "status_ignored": "Ignored: the connection ignores orders of this status.",
    "cancelled": "Cancelled in the store: nothing of it stands.",
    "reversed": "Reversed earlier: nothing is posted until the order books again.",
    "left_out": "Left out by a person until it changes in the store; the books stay as they are.",
    "unchanged": "Nothing changed that the books would show.",
}

SUPERSEDED = (DeliveryState.SUPERSEDED, "newer", "A newer snapshot of the order counts.")
_FATES = {
    Fate.REPEAT: (DeliveryState.UNCHANGED, "repeat", "The same content came before."),
    Fate.SUPERSEDED: SUPERSEDED,
    Fate.UNKNOWN_ORDER: (
        DeliveryState.IGNORED,
        "never_seen",
        "The order was deleted before it was ever seen.",
    ),
}

_SENTENCES = {
    Cause.SALE: "New order #{number} · {amount}",
    Cause.REFUND: "Refund issued on #{number} · {amount}",
    Cause.EDIT: "Order #{number} edited · {amount} {direction}",
    Cause.REVERSAL: "Order #{number} reversed · {amount} ({why})",
    Cause.REFUND_UNDONE: "Refund on #{number} deleted in the store · {amount}",
}


def rule_in_words(rule: str) -> str:
    """A rule that nothing was posted by, as a sentence."""
    return RULES[rule]


def why(plan: Plan) -> str:
    """Why a plan posts nothing, with its particulars where it has some; empty where it posts."""
    return plan.reason or RULES[plan.rule]


def end_of(case: Case, fate: Fate) -> tuple[str, str, str]:
    """State, reason code and reason of a delivery of this case."""
    if fate in _FATES and not _repeat_posts(case, fate):
        return _FATES[fate]
    if case.problem is not None:
        return DeliveryState.WAITING, case.problem.code, case.problem.sentence
    plan = case.plan
    if plan is None or plan.documents:
        return DeliveryState.BOOKED, "", ""
    if plan.state == "booked" or plan.rule == "unchanged":
        return DeliveryState.UNCHANGED, plan.rule, RULES[plan.rule]
    return DeliveryState.IGNORED, plan.rule, why(plan)


def _repeat_posts(case: Case, fate: Fate) -> bool:
    """A content that came before can post now: the options, or an item, have changed since."""
    is_repeat_alone = fate is Fate.REPEAT and not case.counts
    return is_repeat_alone and case.plan is not None and bool(case.plan.documents)


def internal_error(error: Exception) -> str:
    """What a person reads about a fault of ours; the log has the rest."""
    return f"Processing failed inside Counterfoil ({type(error).__name__}); it can be retried."


def lines_about(case: Case, vouchers: Mapping[str, int], currency: str) -> Iterator[dict[str, Any]]:
    """The activity lines of a case; `vouchers` are ids by source key, `currency` the company's."""
    if not case.counts and not (case.plan and case.plan.documents):
        return
    number = case.order.number if case.order else str(case.order_id)
    if case.problem is not None:
        text = f"Order #{number} waits: {case.problem.sentence}"
        yield _line(case, "waiting", text, ActivityStatus.WAITING)
        return
    plan = case.plan
    if plan is None:
        return
    for each in plan.documents:
        voucher = vouchers[each.document.source_key]
        yield _line(case, each.cause, _sentence(each, currency), ActivityStatus.SAVED, voucher)
    if plan.documents:
        return
    if plan.draft is not None:
        text = f"Order #{number} kept as a draft · {_money(plan.draft, currency)}"
        text += f". {plan.reason}" if plan.reason else ""
        yield _line(case, "draft", text, ActivityStatus.DRAFT)
    else:
        text = f"Order #{number}: {RULES[plan.rule]}"
        yield _line(case, "skipped", text, ActivityStatus.SKIPPED)


def _line(
    case: Case, kind: str, text: str, status: ActivityStatus, voucher: int | None = None
) -> dict[str, Any]:
    return {
        "kind": str(kind),
        "text": text[:300],
        "status": status.value,
        "order_id": case.order_id,
        "voucher": voucher,
    }


def _sentence(planned: Planned, currency: str) -> str:
    document = planned.document
    if planned.cause is Cause.REFUND_UNDONE and (document.reason or "").endswith("anew"):
        amount = _money(document, currency)
        return f"Refund on #{document.reference} taken back, to be allocated by line · {amount}"
    return _SENTENCES[planned.cause].format(
        number=document.reference,
        amount=_money(document, currency),
        direction="more" if document.type is VoucherType.DEBIT_NOTE else "less",
        why=(document.reason or "").partition(" ")[2].removeprefix("Others: "),
    )


def _money(document: Document, currency: str) -> str:
    return priced(document.body.total, currency)

"""Two customers who are one: merged, and taken apart again.

A merge changes no order and no voucher: the one who is dropped points to the one who is kept, and
is known by his own address ever after. So whatever his stores tell of him next finds its way.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from ledger.models import Company, User
from sync.models import Customer, CustomerMerge


class UnfitMergeError(Exception):
    """It cannot be merged or taken apart so; the text says why."""


@transaction.atomic
def merge(kept: Customer, dropped: Customer, *, by: User, now: datetime) -> CustomerMerge:
    """Let `kept` stand for `dropped` and for all that stood for him.

    :raises UnfitMergeError: when they are one already, or one of them stands for nobody any more.
    """
    if kept.company_id != dropped.company_id or kept.pk == dropped.pk:
        raise UnfitMergeError("Choose two different customers.")
    locked = _locked(kept.company, Q(pk__in=[kept.pk, dropped.pk]))
    if len(locked) < 2 or any(each.merged_into_id for each in locked.values()):
        raise UnfitMergeError("One of them has been merged meanwhile. Look again.")
    moved = [*_locked(kept.company, Q(merged_into=dropped)), dropped.pk]
    Customer.objects.filter(pk__in=moved).update(merged_into=kept)
    return CustomerMerge.objects.create(
        company=kept.company, kept=kept, dropped=dropped, moved=moved, by=by, at=now
    )


@transaction.atomic
def undo(merge: CustomerMerge, *, by: User, now: datetime) -> None:
    """Let all who were moved stand for what they stood for before.

    :raises UnfitMergeError: when it was undone, or what was merged later stands on it.
    """
    moved = _locked(merge.company, Q(pk__in=merge.moved))
    rows = CustomerMerge.objects.filter(pk=merge.pk, undone_at=None)
    if any(each.merged_into_id != merge.kept_id for each in moved.values()):
        later = "Who was kept has been merged into another one since; take that back first."
        raise UnfitMergeError(later if rows.exists() else "It was taken back already.")
    if not rows.update(undone_by=by, undone_at=now):
        raise UnfitMergeError("It was taken back already.")
    Customer.objects.filter(pk=merge.dropped_id).update(merged_into=None)
    others = [each for each in merge.moved if each != merge.dropped_id]
    Customer.objects.filter(pk__in=others).update(merged_into=merge.dropped_id)


def _locked(company: Company, wanted: Q) -> dict[int, Customer]:
    """These of the company, locked in one order, so that two merges at once do not cross."""
    rows = Customer.objects.filter(wanted, company=company).select_for_update(no_key=True)
    return {each.pk: each for each in rows.order_by("pk")}

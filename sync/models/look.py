"""Looks at a store: which orders it has, and what would be booked of them."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from connections.models import StoreConnection
from ledger.models import Company
from sync.models.errand import Errand

_BY_IDS = Q(first__isnull=True, last__isnull=True, start__isnull=True, until__isnull=True)


class Look(Errand):
    """A store's orders of a period, or those with some ids, as the store tells them.

    `first` and `last` are days in the company's zone, both included, from `start` to before
    `until`. `sums` is what the rows come to, once all are there. Nothing of a look is in the books.
    """

    connection = models.ForeignKey(
        StoreConnection,
        on_delete=models.PROTECT,
        related_name="looks",
        db_constraint=False,
        db_index=False,
    )
    first = models.DateField(null=True)
    last = models.DateField(null=True)
    start = models.DateTimeField(null=True)
    until = models.DateTimeField(null=True)
    order_ids = ArrayField(models.BigIntegerField(), default=list)
    sums = models.JSONField(null=True)

    class Meta(Errand.Meta):
        constraints = (
            *Errand.Meta.constraints,
            models.CheckConstraint(
                name="look_asks_for_a_period_or_for_ids",
                condition=Q(
                    first__isnull=False,
                    last__gte=models.F("first"),
                    until__gt=models.F("start"),
                    order_ids=[],
                )
                | (_BY_IDS & ~Q(order_ids=[])),
            ),
            models.CheckConstraint(
                name="done_look_has_its_sums", condition=~Q(state="done") | Q(sums__isnull=False)
            ),
        )

    def __str__(self) -> str:
        return f"{self.first} to {self.last}" if self.first else f"{len(self.order_ids)} orders"


class LookedOrder(models.Model):
    """An order of a look. Money in the order's own currency, as the store says it.

    `outcome` is the state that the order would be in: booked, draft, ignored, waiting, reversed; or
    unread, where the store itself could not read it. `found` is a `sync.core.preview.Found`.
    """

    OUTCOMES = ("booked", "draft", "ignored", "waiting", "reversed", "unread")

    company = models.ForeignKey(
        Company, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    look = models.ForeignKey(
        Look, on_delete=models.CASCADE, related_name="orders", db_constraint=False, db_index=False
    )
    order_id = models.BigIntegerField()
    number = models.CharField(max_length=60)
    created_at = models.DateTimeField(null=True)
    store_status = models.CharField(max_length=60)
    buyer_name = models.CharField(max_length=310, blank=True)
    currency = models.CharField(max_length=3)
    store_total = models.DecimalField(max_digits=16, decimal_places=2)
    outcome = models.CharField(max_length=8)
    found = models.JSONField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("look", "order_id"), name="looked_order_once"),
            models.CheckConstraint(
                name="looked_order_outcome_is_known",
                condition=Q(
                    outcome__in=["booked", "draft", "ignored", "waiting", "reversed", "unread"]
                ),
            ),
        )

    def __str__(self) -> str:
        return f"#{self.number}"

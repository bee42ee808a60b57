"""The edit log of masters and settings: rows that the database itself writes."""

import json
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from ledger.models.company import Company


class ExactDecoder(json.JSONDecoder):
    """JSON with every fraction as Decimal: a price in the log is no float either."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options, parse_float=Decimal)


class Edit(models.Model):
    """One row of a master or setting was added, changed or removed.

    Triggers write it (migration 0004), for any table that a migration names; the app cannot.
    `record` is `table/id` of what the row belongs to: of an item's rate, the item. `old` and `new`
    hold the columns that changed, empty values left out; `hidden` names those that changed and
    whose values are nobody's business. `user` is who said to act, None for programs; `via` where
    it came from, and `database_role` who was logged in at the database.
    """

    class Action(models.TextChoices):
        """What happened to the row."""

        INSERT = "insert", "added"
        UPDATE = "update", "changed"
        DELETE = "delete", "removed"

    company = models.ForeignKey(
        Company, on_delete=models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    at = models.DateTimeField()
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        db_index=False,
    )
    via = models.CharField(max_length=80, blank=True)
    address = models.CharField(max_length=45, blank=True)
    database_role = models.CharField(max_length=63)
    action = models.CharField(max_length=6, choices=Action.choices)
    table = models.CharField(max_length=63)
    row_id = models.CharField(max_length=40)
    record = models.CharField(max_length=110)
    old = models.JSONField(decoder=ExactDecoder, default=dict)
    new = models.JSONField(decoder=ExactDecoder, default=dict)
    hidden = ArrayField(models.CharField(max_length=63), default=list)

    class Meta:
        verbose_name = "edit"
        verbose_name_plural = "edit log"
        indexes = (
            models.Index(fields=("company", "-id"), name="edit_newest"),
            models.Index(fields=("company", "record", "-id"), name="edit_of_record"),
            models.Index(fields=("company", "table", "-id"), name="edit_of_kind"),
            models.Index(fields=("company", "user", "-id"), name="edit_by_person"),
        )

    def __str__(self) -> str:
        return f"{self.record} {self.get_action_display()}"

"""Imports of SKU mappings from CSV files: the file, what it would change, and what it changed."""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from connections.models import StoreConnection
from ledger.models import Company, Item
from sync.core.sku_sheet import LONGEST_SKU, RowKind


class ImportState(models.TextChoices):
    """The life of an import; `sync.items.sku_import.states` has the transitions."""

    CHECKING = "checking", "Being checked"
    READY = "ready", "Preview"
    APPLYING = "applying", "Being applied"
    APPLIED = "applied", "Applied"
    UNDOING = "undoing", "Being undone"
    UNDONE = "undone", "Undone"
    DISCARDED = "discarded", "Discarded"
    FAILED = "failed", "Failed"


OPEN_STATES = (
    ImportState.CHECKING,
    ImportState.READY,
    ImportState.APPLYING,
    ImportState.UNDOING,
)
"""A connection has one such import at most."""

WORKING_STATES = (ImportState.CHECKING, ImportState.APPLYING, ImportState.UNDOING)
"""Those in which the worker has something to do."""


class SkuImport(models.Model):
    """A CSV file of mappings on its way from upload to the connection's mapping, and back.

    `rows_read` and `bytes_read` are the progress of the check and where it goes on; `attempts` are
    those without progress. `problem` says why it failed, or why the last *Apply* was refused;
    `kept` is how many SKUs an undo left alone.
    """

    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+", db_index=False)
    connection = models.ForeignKey(
        StoreConnection,
        on_delete=models.PROTECT,
        related_name="sku_imports",
        db_constraint=False,
        db_index=False,
    )
    state = models.CharField(
        max_length=9, choices=ImportState.choices, default=ImportState.CHECKING
    )
    file_name = models.CharField(max_length=200)
    size = models.PositiveIntegerField(help_text="Bytes.")
    encoding = models.CharField(max_length=12)
    delimiter = models.CharField(max_length=1)
    header = ArrayField(models.TextField(), default=list)
    sku_column = models.PositiveSmallIntegerField()
    item_column = models.PositiveSmallIntegerField()
    rows_read = models.PositiveIntegerField(
        default=0, help_text="Rows of the sheet, blank ones too."
    )
    bytes_read = models.PositiveIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    errors = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    new = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    kept = models.PositiveIntegerField(default=0)
    problem = models.TextField(blank=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    uploaded_at = models.DateTimeField()
    started_at = models.DateTimeField(help_text="When its check began.")
    touched_at = models.DateTimeField(help_text="When the worker last made progress.")
    applied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )
    applied_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )
    undone_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "SKU import"
        constraints = (
            models.UniqueConstraint(fields=("company", "id"), name="sku_import_company_id"),
            models.UniqueConstraint(
                fields=("connection",),
                condition=Q(state__in=["checking", "ready", "applying", "undoing"]),
                name="one_open_sku_import",
            ),
            models.CheckConstraint(
                name="sku_import_state_is_known", condition=Q(state__in=ImportState.values)
            ),
            models.CheckConstraint(
                name="applied_sku_import_has_a_moment",
                condition=~Q(state__in=["applied", "undoing", "undone"])
                | Q(applied_at__isnull=False),
            ),
        )
        indexes = (models.Index(fields=("connection", "-id"), name="sku_import_newest"),)

    def __str__(self) -> str:
        return self.file_name

    @property
    def rows(self) -> int:
        """All rows that say something."""
        return self.errors + self.changed + self.new + self.unchanged

    @property
    def to_apply(self) -> int:
        """The rows that *Apply* writes."""
        return self.new + self.changed

    @property
    def restored(self) -> int:
        """The SKUs that an undo put back."""
        return self.to_apply - self.kept

    @property
    def percent(self) -> int:
        """How much of the file is read."""
        return 100 * self.bytes_read // self.size if self.size else 0

    @property
    def seconds_left(self) -> int:
        """How long the check will take yet, by how it went so far; 0 where nobody can say."""
        spent = (self.touched_at - self.started_at).total_seconds()
        if not self.bytes_read or spent <= 0:
            return 0
        return round(spent * (self.size - self.bytes_read) / self.bytes_read)

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to do something with it."""
        return self.state in OPEN_STATES

    @property
    def is_working(self) -> bool:
        """Whether the worker is at it."""
        return self.state in WORKING_STATES


class SkuImportPart(models.Model):
    """A piece of the uploaded file; the pieces are gone once nobody needs to read them again."""

    company = models.ForeignKey(
        Company, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    sku_import = models.ForeignKey(
        SkuImport,
        on_delete=models.PROTECT,
        related_name="parts",
        db_constraint=False,
        db_index=False,
    )
    position = models.PositiveSmallIntegerField()
    content = models.BinaryField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("sku_import", "position"), name="sku_import_part_position"
            ),
        )

    def __str__(self) -> str:
        return f"part {self.position}"


class SkuImportRow(models.Model):
    """A row of an imported file: as written (`cells`), as understood, and what comes of it.

    `row` counts as a spreadsheet does. `was_…` is the mapping that the preview saw (`was_item`) and
    that *Apply* replaced (all of them): what an undo puts back.
    """

    KINDS: ClassVar = [(kind.value, kind.name.capitalize()) for kind in RowKind]

    company = models.ForeignKey(
        Company, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    sku_import = models.ForeignKey(
        SkuImport,
        on_delete=models.PROTECT,
        related_name="found_rows",
        db_constraint=False,
        db_index=False,
    )
    row = models.PositiveIntegerField()
    kind = models.PositiveSmallIntegerField(choices=KINDS)
    reason = models.TextField(blank=True)
    cells = ArrayField(models.TextField(), default=list)
    key = models.TextField(blank=True)
    sku = models.CharField(max_length=LONGEST_SKU, blank=True)
    item_sku = models.CharField(max_length=LONGEST_SKU, blank=True)
    item = models.ForeignKey(
        Item,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    was_item = models.ForeignKey(
        Item,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    was_sku = models.CharField(max_length=LONGEST_SKU, blank=True)
    was_set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    was_set_at = models.DateTimeField(null=True)
    was_set_import = models.BigIntegerField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("sku_import", "row"), name="sku_import_row_once"),
            models.CheckConstraint(
                name="sku_import_row_kind_is_known",
                condition=Q(kind__in=[kind.value for kind in RowKind]),
            ),
            models.CheckConstraint(
                name="row_without_an_item_is_an_error",
                condition=Q(kind=0) | Q(item__isnull=False),
            ),
            models.CheckConstraint(
                name="wrong_row_has_a_reason", condition=~Q(kind=0) | ~Q(reason="")
            ),
        )
        indexes = (
            models.Index(fields=("sku_import", "kind", "row"), name="sku_import_row_by_kind"),
            models.Index(fields=("sku_import", "key"), name="sku_import_row_by_key"),
        )

    def __str__(self) -> str:
        return f"row {self.row}"

"""Vouchers, their lines, taxes and entries: rows that only grow.

Foreign keys inside a company are composite (company, id) and made in SQL, so that the database
refuses a reference into another company; hence `db_constraint=False` here. Where a unique key or
a named index already starts with a column, it has no index of its own.
"""

from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from ledger.core.documents import LineKind, VoucherType
from ledger.core.gst import Taxability
from ledger.models.account import Account
from ledger.models.company import Company
from ledger.models.item import Item
from ledger.models.party import Party

TYPES = [
    (VoucherType.SALES.value, "Sales"),
    (VoucherType.CREDIT_NOTE.value, "Credit note"),
    (VoucherType.DEBIT_NOTE.value, "Debit note"),
    (VoucherType.RECEIPT.value, "Receipt"),
    (VoucherType.PAYMENT.value, "Payment"),
    (VoucherType.JOURNAL.value, "Journal"),
]


def _money(*, null: bool = False) -> "models.DecimalField[Decimal | int, Decimal]":
    return models.DecimalField(max_digits=16, decimal_places=2, null=null)


class Series(models.Model):
    """The next number of a voucher type in a financial year; locked while numbers are taken."""

    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="series")
    type = models.CharField(max_length=11, choices=TYPES)
    financial_year = models.CharField(max_length=5)
    prefix = models.CharField(max_length=4)
    next_ordinal = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name_plural = "series"
        constraints = (
            models.UniqueConstraint(
                fields=("company", "type", "financial_year"), name="series_once_per_year"
            ),
            models.UniqueConstraint(
                fields=("company", "prefix", "financial_year"), name="series_prefix_once_per_year"
            ),
            models.CheckConstraint(
                name="series_prefix_fits_an_invoice_number",
                condition=Q(prefix__regex=r"^[A-Z0-9][A-Z0-9-]{0,3}$"),
            ),
        )

    def __str__(self) -> str:
        return f"{self.prefix}/{self.financial_year}"


class VoucherHeader(models.Model):
    """What a posted voucher and a draft have in common. Amounts in the company's currency."""

    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+", db_index=False)
    type = models.CharField(max_length=11, choices=TYPES)
    source_key = models.CharField(max_length=120)
    date = models.DateField()
    reference = models.CharField(max_length=100, blank=True)
    party = models.ForeignKey(
        Party, on_delete=models.PROTECT, null=True, related_name="+", db_constraint=False
    )
    buyer_name = models.CharField(max_length=250, null=True)
    buyer_gstin = models.CharField(max_length=15, null=True)
    place_of_supply = models.CharField(max_length=2, null=True)
    place_decided_by = models.CharField(max_length=10, null=True)
    currency = models.CharField(max_length=3)
    original_currency = models.CharField(max_length=3, null=True)
    exchange_rate = models.DecimalField(max_digits=18, decimal_places=8, null=True)
    original_total = _money(null=True)
    taxable_value = _money()
    cgst = _money()
    sgst = _money()
    igst = _money()
    other_tax = _money()
    round_off = _money()
    total = _money()
    is_bill_of_supply = models.BooleanField(default=False)
    reason = models.CharField(max_length=250, null=True)
    flags = ArrayField(models.CharField(max_length=40), default=list)

    class Meta:
        abstract = True


class Voucher(VoucherHeader):
    """A posted voucher. Never changed, never deleted; `ledger.posting` alone writes it.

    `source_key` is opaque here and unique in the company: the same document cannot stand twice.
    A note points to its sale by `against`, a reversing journal to what it takes back. `date` is the
    voucher date; where the period of the document's own date was locked, that one is kept in
    `original_date`.
    """

    number = models.CharField(max_length=16)
    financial_year = models.CharField(max_length=5)
    against = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        related_name="notes",
        db_constraint=False,
        db_index=False,
    )
    original_date = models.DateField(null=True)
    posted_at = models.DateTimeField()
    posted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("company", "source_key"), name="voucher_source_key_once_per_company"
            ),
            models.UniqueConstraint(
                fields=("company", "type", "financial_year", "number"),
                name="voucher_number_once_per_year",
            ),
            models.UniqueConstraint(fields=("company", "id"), name="voucher_company_id"),
            models.CheckConstraint(
                name="voucher_type_is_known", condition=Q(type__in=[value for value, _ in TYPES])
            ),
            models.CheckConstraint(name="voucher_total_is_not_negative", condition=Q(total__gte=0)),
            models.CheckConstraint(name="voucher_cgst_equals_sgst", condition=Q(cgst=F("sgst"))),
            models.CheckConstraint(
                name="voucher_total_is_the_sum_of_its_parts",
                condition=~Q(type__in=["sales", "credit_note", "debit_note"])
                | Q(
                    total=F("taxable_value")
                    + F("cgst")
                    + F("sgst")
                    + F("igst")
                    + F("other_tax")
                    + F("round_off")
                ),
            ),
            models.CheckConstraint(
                name="voucher_is_against_a_sale_if_a_note",
                condition=Q(type__in=["credit_note", "debit_note"], against__isnull=False)
                | Q(type__in=["sales", "receipt", "payment"], against__isnull=True)
                | Q(type="journal"),
            ),
            models.UniqueConstraint(
                fields=("against",),
                name="voucher_is_reversed_once",
                condition=Q(type="journal", against__isnull=False),
            ),
            models.CheckConstraint(
                name="voucher_number_fits_an_invoice",
                condition=Q(number__regex=r"^[A-Z0-9][A-Z0-9/-]{0,15}$"),
            ),
        )
        indexes = (
            models.Index(fields=("company", "date", "id"), name="voucher_by_day"),
            models.Index(fields=("company", "reference"), name="voucher_by_reference"),
            models.Index(fields=("against",), name="voucher_against"),
            models.Index(
                fields=("company", "date", "id"),
                name="voucher_moved",
                condition=Q(original_date__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return self.number


class VoucherLine(models.Model):
    """A line of a posted voucher; `source_line` is its identity in the source (`line:438`)."""

    KINDS: ClassVar = [(kind.value, kind.value.title()) for kind in LineKind]
    TAXABILITIES: ClassVar = [(value.value, value.value) for value in Taxability]

    company = models.ForeignKey(
        Company, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    voucher = models.ForeignKey(
        Voucher,
        on_delete=models.PROTECT,
        related_name="lines",
        db_constraint=False,
        db_index=False,
    )
    position = models.PositiveSmallIntegerField()
    source_line = models.CharField(max_length=60)
    kind = models.CharField(max_length=8, choices=KINDS)
    description = models.CharField(max_length=300)
    sku = models.CharField(max_length=100, null=True)
    item = models.ForeignKey(
        Item,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    hsn = models.CharField(max_length=8, null=True)
    quantity = models.DecimalField(max_digits=16, decimal_places=4, null=True)
    taxable_value = _money()
    taxability = models.CharField(max_length=10, choices=TAXABILITIES)
    rate = models.DecimalField(max_digits=6, decimal_places=3)
    tax_names = ArrayField(models.CharField(max_length=40), default=list)
    tax_rates = ArrayField(models.DecimalField(max_digits=8, decimal_places=4), default=list)
    taxes = ArrayField(models.DecimalField(max_digits=16, decimal_places=2), default=list)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("voucher", "position"), name="voucher_line_position"),
        )
        indexes = (
            models.Index(
                fields=("item", "-voucher"),
                condition=Q(item__isnull=False),
                name="line_newest_of_item",
            ),
        )

    def __str__(self) -> str:
        return self.description


class VoucherTax(models.Model):
    """One tax of a posted voucher: component, rate, the value it is on, and its amount."""

    company = models.ForeignKey(
        Company, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    voucher = models.ForeignKey(
        Voucher, on_delete=models.PROTECT, related_name="taxes", db_constraint=False
    )
    name = models.CharField(max_length=40)
    rate = models.DecimalField(max_digits=8, decimal_places=4)
    taxable_value = _money()
    amount = _money()
    is_as_charged = models.BooleanField(default=False)

    class Meta:
        verbose_name_plural = "voucher taxes"

    def __str__(self) -> str:
        return f"{self.name} {self.rate} %"


class Entry(models.Model):
    """A debit or a credit of a posted voucher."""

    company = models.ForeignKey(
        Company, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    voucher = models.ForeignKey(
        Voucher,
        on_delete=models.PROTECT,
        related_name="entries",
        db_constraint=False,
        db_index=False,
    )
    account = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="entries", db_constraint=False
    )
    position = models.PositiveSmallIntegerField()
    debit = _money()
    credit = _money()

    class Meta:
        verbose_name_plural = "entries"
        constraints = (
            models.UniqueConstraint(fields=("voucher", "position"), name="entry_position"),
            models.CheckConstraint(
                name="entry_is_debit_or_credit",
                condition=Q(debit__gt=0, credit=0) | Q(debit=0, credit__gt=0),
            ),
        )

    def __str__(self) -> str:
        return f"Dr {self.debit}" if self.debit else f"Cr {self.credit}"

"""Documents beside the books."""

from django.db import models

from ledger.models.voucher import VoucherHeader


class Draft(VoucherHeader):
    """A document that is not in the books: unnumbered, without entries, replaced freely.

    `lines` holds what the voucher's lines would be, as `ledger.posting` writes them.
    """

    is_sales_order = models.BooleanField(default=False)
    lines = models.JSONField(default=list)
    updated_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("company", "source_key"), name="draft_source_key_once_per_company"
            ),
            models.UniqueConstraint(fields=("company", "id"), name="draft_company_id"),
        )

    def __str__(self) -> str:
        return f"Draft {self.reference}"

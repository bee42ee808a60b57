"""Late documents: their own day lay in a locked period, so they stand on the first open day."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Case, Count, DecimalField, F, QuerySet, Sum, When
from django.db.models.functions import TruncMonth

from ledger.core.documents import Flag, VoucherType
from ledger.models import Company, Voucher
from ledger.periods import Period


@dataclass(frozen=True, slots=True)
class LateMonth:
    """The late documents whose own day is in a month; net is sales less credit notes."""

    first: date
    count: int
    net: Decimal


def late_documents(company: Company, posted_in: Period | None = None) -> QuerySet[Voucher]:
    """Late documents, by their partial index; a note that only follows its sale is none."""
    found = Voucher.objects.filter(
        company=company, original_date__isnull=False, flags__contains=[Flag.LOCKED_PERIOD]
    )
    if posted_in is None:
        return found
    return found.filter(date__gte=posted_in.first, date__lte=posted_in.last)


def months(company: Company) -> list[LateMonth]:
    """The late documents by the month that they belong to, newest first."""
    signed = Case(
        When(type=VoucherType.CREDIT_NOTE, then=-F("total")),
        default=F("total"),
        output_field=DecimalField(max_digits=18, decimal_places=2),
    )
    rows = (
        late_documents(company)
        .annotate(month=TruncMonth("original_date"))
        .order_by("-month")
        .values("month")
        .annotate(count=Count("id"), net=Sum(signed))
        .values_list("month", "count", "net")
    )
    return [LateMonth(*row) for row in rows]

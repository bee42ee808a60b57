"""What was booked day by day: the figures and the chart of the home page."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, F, Sum

from ledger.core.documents import SUPPLIES
from ledger.models import Company, Voucher
from ledger.periods import Period


@dataclass(frozen=True, slots=True)
class DaySum:
    """The vouchers of one type on one day, in the company's currency; tax is all taxes."""

    day: date
    type: str
    count: int
    tax: Decimal
    total: Decimal


def daily_sums(company: Company, period: Period) -> list[DaySum]:
    """Sales and notes of each day of the period that has any, by day and type."""
    rows = (
        Voucher.objects.filter(
            company=company,
            date__gte=period.first,
            date__lte=period.last,
            type__in=SUPPLIES,
        )
        .order_by("date", "type")
        .values("date", "type")
        .annotate(
            vouchers=Count("id"),
            tax=Sum(F("cgst") + F("sgst") + F("igst") + F("other_tax")),
            amount=Sum("total"),
        )
        .values_list("date", "type", "vouchers", "tax", "amount")
    )
    return [DaySum(*row) for row in rows]

"""The tax rates that a store charges, and what they are called in the books."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from uuid import UUID

from django.db import connection as database
from django.db import transaction

from connections.models import StoreConnection
from ledger.models import Account, Company, Voucher
from sync.core.foreign import MAX_TAX_NAME

RECENT_ORDERS = 2000
"""How far back rates are looked for: the same cost at any size of the books."""
OUTPUT = "output:"
"""What the keys of output tax accounts begin with."""


@dataclass(frozen=True, slots=True)
class SeenRate:
    """A rate as the newest order that bears it describes it; percent None where it is gone."""

    rate_id: int
    label: str
    percent: Decimal | None
    orders: int
    last_order_id: int | None
    last_number: str


def rates_seen(connection: StoreConnection) -> list[SeenRate]:
    """The rates of the store's recent orders, and those that are mapped; by id."""
    with database.cursor() as cursor:
        cursor.execute(_SEEN, [connection.pk, RECENT_ORDERS])
        found = {rate.rate_id: rate for rate in map(_seen, cursor.fetchall())}
    for rate_id in map(int, connection.tax_mapping):
        found.setdefault(rate_id, SeenRate(rate_id, "", None, 0, None, ""))
    return [found[rate_id] for rate_id in sorted(found)]


# What cannot be read as a rate is no rate; the order itself waits with its reason.
_SEEN = """
WITH recent AS (
    SELECT o.order_id, o.number, s.payload->'tax_lines' AS tax_lines
    FROM sync_order o JOIN sync_snapshot s ON s.id = o.snapshot_id
    WHERE o.connection_id = %s ORDER BY o.order_id DESC LIMIT %s
), lines AS (
    SELECT order_id, number, tax_line->>'rate_id' AS rate_id,
        coalesce(nullif(tax_line->>'label', ''), tax_line->>'rate_code', '') AS label,
        tax_line->>'rate_percent' AS percent
    FROM recent, jsonb_array_elements(
        CASE jsonb_typeof(tax_lines) WHEN 'array' THEN tax_lines ELSE '[]' END) AS tax_line
    WHERE tax_line->>'rate_id' ~ '^[0-9]{1,18}$'
)
SELECT DISTINCT ON (rate_id::bigint) rate_id::bigint, label, percent,
    count(*) OVER (PARTITION BY rate_id::bigint), order_id, number
FROM lines ORDER BY rate_id::bigint, order_id DESC
"""


def _seen(row: tuple[int, str, str | None, int, int, str]) -> SeenRate:
    rate_id, label, percent, orders, order_id, number = row
    return SeenRate(rate_id, label[:MAX_TAX_NAME], _percent(percent), orders, order_id, number)


def _percent(text: str | None) -> Decimal | None:
    try:
        percent = Decimal(text or "")
    except InvalidOperation:
        return None
    return percent if percent.is_finite() else None


def output_accounts(company: Company, names: Iterable[str]) -> dict[str, Account]:
    """The accounts that taxes of these names are credited to, as far as they are opened."""
    wanted = {f"{OUTPUT}{name}" for name in names}
    found = Account.objects.filter(company=company, key__in=wanted)
    return {account.key.removeprefix(OUTPUT): account for account in found}


def names_in_use(company: Company) -> list[str]:
    """The taxes that the company has an output account for."""
    keys = Account.objects.filter(company=company, key__startswith=OUTPUT).order_by("key")
    return [key.removeprefix(OUTPUT) for key in keys.values_list("key", flat=True)]


@transaction.atomic
def map_taxes(connection_id: UUID, mapping: Mapping[int, str]) -> None:
    """Name the store's taxes for the orders that are booked from now on.

    Waits for a batch under way; what it and earlier ones booked keeps its names.
    """
    rows = StoreConnection.objects.select_for_update(of=("self",), no_key=True)
    connection = rows.get(pk=connection_id)
    wanted = {str(rate_id): name for rate_id, name in sorted(mapping.items()) if name}
    if wanted == connection.tax_mapping:
        return
    newest = Voucher.objects.filter(company=connection.company_id).order_by("-id")
    last = newest.values_list("id", flat=True).first()
    if last is not None:
        connection.former_tax_mappings.append([last, connection.tax_mapping])
    connection.tax_mapping = wanted
    connection.save(update_fields=("tax_mapping", "former_tax_mappings"))

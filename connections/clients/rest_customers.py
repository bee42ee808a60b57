"""Registered customers by REST keys."""

from connections.clients import fields
from connections.clients.customer_pages import CustomersPage
from connections.clients.listing import rows_of
from connections.clients.rest_calls import RestCalls

AT_ONCE = 50
_ASKED = {
    "orderby": "id",
    "order": "asc",
    "role": "all",
    "per_page": AT_ONCE,
    "_fields": ",".join(fields.CUSTOMER),
}


class RestCustomers:
    """A `protocol.Customers`."""

    def __init__(self, calls: RestCalls) -> None:
        self._calls = calls

    def page(self, number: int) -> CustomersPage:
        """See `protocol.Customers`."""
        rows = rows_of(self._calls.get("customers", {**_ASKED, "page": number}))
        return CustomersPage(rows, number + 1 if len(rows) == AT_ONCE else None)

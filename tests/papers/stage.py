"""A shop whose documents can be printed, and the text of what comes out of the printer."""

import re
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

from pypdf import PdfReader

from connections.models import StoreConnection
from ledger.companies import Founding, found_company
from ledger.models import Company, Item, ItemRate, Voucher
from ledger.papers.typesetting import pdf_of
from sync.books.papers import papers_for
from tests.factories import TODAY, a_user
from tests.orders import Json, Store
from tests.stores import a_connection, book

DETAILS = {
    "legal_name": "Asha Traders LLP",
    "address": "2nd floor, Ratna Chambers\n14 MG Road, Camp",
    "city": "Pune",
    "pin_code": "411001",
    "phone": "+91 20 2613 0000",
    "email": "accounts@asha.example",
    "bank_details": "HDFC Bank, MG Road, Pune\nA/c 50200012345678, IFSC HDFC0000148",
    "document_terms": "Goods are exchanged within 7 days.\nSubject to Pune jurisdiction.",
    "signatory": "Anand Kurian",
    "lut_number": "AD270326001234X",
    "lut_year": "26-27",
}
PUNE = {"address_1": "Flat 4, Lake View", "address_2": "Baner", "city": "Pune",
        "postcode": "411045"}  # fmt: skip
BENGALURU = {"address_1": "12 Residency Road", "city": "Bengaluru", "postcode": "560025"}
BUYER_GSTIN = "29AAGCB7383J1Z4"


@dataclass
class Shop:
    """A company with items, and a store that sends orders."""

    company: Company
    connection: StoreConnection
    store: Store = field(default_factory=Store)

    def sells(self, sku: str, hsn: str, rate: str = "18", **facts: Any) -> None:
        """Add an item; a rate of "" for goods without one."""
        item = Item.objects.create(company=self.company, sku=sku, name=sku, hsn=hsn, **facts)
        if rate:
            ItemRate.objects.create(
                company=self.company, item=item, rate=Decimal(rate), valid_from=date(2025, 9, 22)
            )

    def book(self, *orders: Json) -> None:
        """Let the store send orders, and book them."""
        book(self.connection, *orders)

    def text(self, kind: str = "sales") -> str:
        """The newest document of a type, as it reads on paper."""
        voucher = Voucher.objects.filter(company=self.company, type=kind).latest("id")
        return text_of(self.pdf(voucher))

    def pdf(self, *vouchers: Voucher) -> bytes:
        """Documents as one PDF."""
        return pdf_of(papers_for(self.company, [each.pk for each in vouchers]))


def a_shop(*, shares_contact: bool = False, **facts: Any) -> Shop:
    """Found a company in Maharashtra, with all that its documents need unless told otherwise."""
    details = DETAILS | {name: facts.pop(name) for name in list(facts) if name in _OF_DETAILS}
    founding = {"name": "Asha Traders", "state": "27", "gstin": "27AAPFU0939F1ZV"} | facts
    company = found_company(Founding(**founding), owner=a_user(), today=TODAY)
    Company.objects.filter(pk=company.pk).update(**details)
    company.refresh_from_db()
    connection = a_connection(company, "asha.example")
    StoreConnection.objects.filter(pk=connection.pk).update(share_contact_details=shares_contact)
    connection.refresh_from_db()
    return Shop(company, connection)


_OF_DETAILS = {*DETAILS, "hsn_digits"}


def living_at(order: Json, address: Json, *, shipping: Json | None = None) -> Json:
    """The order with its buyer's address, and with another one for the parcel."""
    name = {"first_name": "Asha", "last_name": "Rao"}
    order["billing"] = order["billing"] | address
    order["shipping"] = order["shipping"] | name | (shipping or address)
    return order


def text_of(pdf: bytes) -> str:
    """What a PDF reads, row by row as it is laid out, columns apart by a bar.

    How wide a gap is depends on all else on the page, so it is left out.
    """
    pages = [page.extract_text(extraction_mode="layout") for page in PdfReader(BytesIO(pdf)).pages]
    rows = ["\n".join(_row(row) for row in page.split("\n")) for page in pages]
    return re.sub(r"\n{3,}", "\n\n", "\n--- page ---\n".join(rows)).strip("\n") + "\n"


def _row(row: str) -> str:
    return re.sub(r" {3,}", " | ", row.strip()).replace("  ", " ")


def plain_text_of(pdf: bytes) -> str:
    """All words of a PDF, one space between them."""
    pages = [page.extract_text() for page in PdfReader(BytesIO(pdf)).pages]
    return " ".join(" ".join(pages).replace("\u200b", "").split())

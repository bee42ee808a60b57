"""Vouchers that people enter, in the REST API."""

from decimal import Decimal

import pytest
from django.db import transaction
from rest_framework.test import APIClient

from ledger.core.documents import VoucherType
from ledger.models import Company, Party, User, Voucher
from ledger.posting import AccountAmount, Journal, Reversal, post_journal, reverse_voucher
from tests.factories import NOW, TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def receipt(company: Company, owner: User) -> Voucher:
    """A pay-out of 1180 rupees, a fee taken off."""
    sides = [("1110", "1152.15", "0"), ("5310", "27.85", "0"), ("1210", "0", "1180")]
    entries = [
        AccountAmount(company.accounts.get(code=code), Decimal(debit), Decimal(credit))
        for code, debit, credit in sides
    ]
    party = Party.objects.create(company=company, name="Razorpay")
    journal = Journal(
        VoucherType.RECEIPT, "hand/1", TODAY, "Pay-out", entries, reference="UTR123", party=party
    )
    with transaction.atomic():
        result = post_journal(company, journal, posted_at=NOW, posted_by=owner)
    return Voucher.objects.get(pk=result.id)


def test_a_receipt_says_all_that_the_contract_names(api: APIClient, receipt: Voucher) -> None:
    (voucher,) = api.get("/api/v1/vouchers?type=receipt").json()["results"]
    assert voucher == {
        "id": str(receipt.pk), "number": "RCT/26-27/00001", "type": "receipt",
        "status": "posted", "date": "2026-11-21", "reference": "UTR123", "connection": None,
        "order_id": None, "refund_id": None, "against": None, "party": "Razorpay",
        "buyer_name": "Razorpay", "buyer_gstin": None, "place_of_supply": None,
        "currency": "INR", "taxable_value": "0.00", "cgst": "0.00", "sgst": "0.00",
        "igst": "0.00", "other_tax": "0.00", "round_off": "0.00", "total": "1180.00",
        "flags": [], "lines": [],
        "entries": [
            {"account": "Bank - Current A/c", "debit": "1152.15", "credit": "0.00"},
            {"account": "Payment Gateway Charges", "debit": "27.85", "credit": "0.00"},
            {"account": "Payment Gateway Clearing", "debit": "0.00", "credit": "1180.00"},
        ],
    }  # fmt: skip


def test_a_reversal_points_to_what_it_takes_back(
    api: APIClient, receipt: Voucher, owner: User
) -> None:
    with transaction.atomic():
        reverse_voucher(
            receipt.company, receipt, Reversal(TODAY, "Twice"), posted_at=NOW, posted_by=owner
        )
    (journal,) = api.get("/api/v1/vouchers?type=journal").json()["results"]
    assert journal["against"] == str(receipt.pk)
    balance = api.get("/api/v1/reports/trial-balance").json()
    assert (balance["debit"], balance["credit"]) == ("0.00", "0.00")

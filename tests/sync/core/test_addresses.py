"""Addresses in payloads, whatever a store sends."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.core.addresses import OrderAddress, address_in

FULL = {
    "first_name": "Asha",
    "last_name": "Rao",
    "company": "Nandi LLP",
    "address_1": "12  Residency\nRoad",
    "address_2": "",
    "city": "Bengaluru",
    "postcode": "560025",
    "state": "KA",
    "country": "in",
}


def test_an_address_is_read_line_by_line() -> None:
    assert address_in({"billing": FULL}, "billing") == OrderAddress(
        name="Asha Rao",
        company="Nandi LLP",
        lines=("12 Residency Road", "Bengaluru 560025"),
        state="KA",
        country="IN",
    )


def test_a_state_and_a_company_alone_are_no_address() -> None:
    found = address_in({"shipping": {"state": "KA", "country": "IN", "company": "X"}}, "shipping")
    assert found == OrderAddress("", "", (), "KA", "IN")


@pytest.mark.parametrize("payload", [{}, {"billing": None}, {"billing": []}, {"billing": "x"}])
def test_no_address_is_an_empty_one(payload: dict[str, Any]) -> None:
    assert address_in(payload, "billing") == OrderAddress("", "", (), "", "")


@given(st.dictionaries(st.sampled_from(sorted(FULL)), st.none() | st.integers() | st.text()))
def test_nothing_that_a_store_sends_breaks_it(part: dict[str, Any]) -> None:
    found = address_in({"billing": part}, "billing")
    assert all(line and "\n" not in line for line in found.lines)

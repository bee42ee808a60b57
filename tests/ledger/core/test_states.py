"""States by every spelling, and where a supply takes place."""

import pytest

from ledger.core.place_of_supply import PlaceOfSupply, UnknownStateError, place_of_supply
from ledger.core.states import STATE_NAMES, has_legislature, state_code, state_name

NOWHERE = ("", "")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("27", "27"),
        ("MH", "27"),
        ("in-mh", "27"),
        ("maharashtra", "27"),
        ("  Tamil   Nadu ", "33"),
        ("OR", "21"),
        ("OD", "21"),
        ("TS", "36"),
        ("Telengana", "36"),
        ("Pondicherry", "34"),
        ("25", "26"),
        ("28", "37"),
        ("97", "97"),
        ("99", None),
        ("California", None),
        ("", None),
    ],
)
def test_a_state_is_known_by_code_former_code_or_name(text: str, code: str | None) -> None:
    assert state_code(text) == code


@pytest.mark.parametrize("code", sorted(STATE_NAMES))
def test_every_state_is_known_by_its_official_name(code: str) -> None:
    assert state_code(STATE_NAMES[code]) == code
    assert state_name(code) == STATE_NAMES[code]


def test_other_places_have_names_too() -> None:
    assert state_name("96") == "Other Countries"
    assert state_name("97") == "Other Territory"
    assert state_name("ZZ") == "ZZ"


def test_union_territories_without_legislature_levy_utgst() -> None:
    without = {code for code in STATE_NAMES if not has_legislature(code)}
    assert {STATE_NAMES[code] for code in without} == {
        "Chandigarh",
        "Dadra and Nagar Haveli and Daman and Diu",
        "Lakshadweep",
        "Andaman and Nicobar Islands",
        "Ladakh",
    }


@pytest.mark.parametrize(
    ("gstin", "shipping", "billing", "place"),
    [
        (None, ("IN", "KA"), ("IN", "DL"), ("29", "shipping")),
        (None, NOWHERE, ("IN", "DL"), ("07", "billing")),
        (None, ("IN", ""), ("IN", "DL"), ("07", "billing")),
        (None, NOWHERE, NOWHERE, ("27", "company")),
        ("29AAGCB7383J1Z4", ("IN", "DL"), ("IN", "DL"), ("29", "gstin")),
        ("29AAGCB7383J1Z4", NOWHERE, NOWHERE, ("29", "gstin")),
        (None, ("US", "CA"), ("IN", "DL"), ("96", "shipping")),
        ("29AAGCB7383J1Z4", ("US", "CA"), ("IN", "KA"), ("96", "shipping")),
        (None, NOWHERE, ("GB", ""), ("96", "billing")),
    ],
)
def test_the_place_of_supply_is_decided(
    gstin: str | None,
    shipping: tuple[str, str],
    billing: tuple[str, str],
    place: tuple[str, str],
) -> None:
    assert place_of_supply(
        gstin=gstin, shipping=shipping, billing=billing, company_state="27"
    ) == PlaceOfSupply(*place)


def test_a_state_that_nobody_knows_is_for_a_person() -> None:
    with pytest.raises(UnknownStateError, match="shipping state “XX”"):
        place_of_supply(gstin=None, shipping=("IN", "XX"), billing=("IN", "DL"), company_state="27")

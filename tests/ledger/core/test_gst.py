"""Tax groups: shape, equality, and back from what was stored."""

from decimal import Decimal

import pytest
from hypothesis import given

from ledger.core.gst import (
    Split,
    Taxability,
    TaxComponent,
    TaxGroup,
    foreign_group,
    group_of,
    interstate_group,
    local_group,
    untaxed_group,
)
from tests.strategies import gst_rates, tax_groups


@given(gst_rates)
def test_a_local_supply_bears_equal_halves(rate: Decimal) -> None:
    for state, second in (("27", "SGST"), ("07", "SGST"), ("34", "SGST"), ("04", "UTGST")):
        group = local_group(rate, state)
        assert [part.name for part in group.components] == ["CGST", second]
        assert [part.rate * 2 for part in group.components] == [rate, rate]


@pytest.mark.parametrize(
    ("rate", "value", "half"),
    [
        ("18", "1000.00", "90.00"),
        ("5", "0.20", "0.01"),
        ("5", "0.19", "0.00"),
        ("18", "50.05", "4.50"),
    ],
)
def test_each_half_is_rounded_by_itself(rate: str, value: str, half: str) -> None:
    taxes = local_group(Decimal(rate), "27").taxes_on(Decimal(value))
    assert taxes == (Decimal(half), Decimal(half))


@given(tax_groups)
def test_a_group_is_known_again_from_what_is_stored(group: TaxGroup) -> None:
    names = tuple(part.name for part in group.components)
    rates = tuple(part.rate for part in group.components)
    assert group_of(group.taxability.value, group.rate, names, rates) == group


def test_groups_differ_in_what_the_return_keeps_apart() -> None:
    rate = Decimal(18)
    groups = [
        local_group(rate, "27"),
        local_group(rate, "04"),
        interstate_group(rate),
        interstate_group(rate, Taxability.ZERO_RATED),
        untaxed_group(Taxability.NIL_RATED),
        untaxed_group(Taxability.EXEMPT),
        foreign_group((TaxComponent("VAT", rate),)),
    ]
    assert len(set(groups)) == len(groups)
    assert [group.split for group in groups[-2:]] == [Split.NONE, Split.FOREIGN]

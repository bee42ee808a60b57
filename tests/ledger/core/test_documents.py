"""A document's amounts add up, whatever its lines."""

from collections import defaultdict
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given

from ledger.core.documents import Body, Line, bears_no_tax, compose
from ledger.core.gst import Split, Taxability, TaxGroup, local_group, untaxed_group
from tests.factories import a_line
from tests.strategies import bodies, lines, rupees


def half_up(amount: Fraction) -> Fraction:
    """Round to paise by whole numbers alone: an oracle that shares nothing with the product."""
    sign = -1 if amount < 0 else 1
    return Fraction(sign * int(abs(amount) * 100 + Fraction(1, 2)), 100)


@given(bodies())
def test_the_parts_and_the_round_off_are_the_total(body: Body) -> None:
    values = sum((line.taxable_value for line in body.lines), Decimal(0))
    taxes = sum((sum(part.taxes) for part in body.groups), Decimal(0))
    assert values + taxes + body.round_off == body.total
    assert values == body.taxable_value


@given(bodies())
def test_tax_is_value_times_rate_once_per_document_and_rate(body: Body) -> None:
    values: defaultdict[TaxGroup, Fraction] = defaultdict(Fraction)
    for line in body.lines:
        values[line.group] += Fraction(line.taxable_value)
    assert [part.group for part in body.groups] == list(values)
    for part in body.groups:
        assert [Fraction(tax) for tax in part.taxes] == [
            half_up(values[part.group] * Fraction(component.rate) / 100)
            for component in part.group.components
        ]


@given(bodies())
def test_cgst_equals_sgst_or_utgst(body: Body) -> None:
    for part in body.groups:
        if part.group.split is Split.LOCAL:
            assert part.taxes[0] == part.taxes[1]
    assert body.tax("CGST") == body.tax("SGST", "UTGST")


@given(bodies())
def test_a_groups_taxes_are_shared_over_its_lines_without_loss(body: Body) -> None:
    for part in body.groups:
        members = [line for line in body.lines if line.group == part.group]
        for place, tax in enumerate(part.taxes):
            assert sum(line.taxes[place] for line in members) == tax


@given(lines(), rupees())
def test_composing_keeps_every_line(parts: list[Line], total: Decimal) -> None:
    composed = compose(parts, total).lines
    assert [(line.key, line.taxable_value, line.group) for line in composed] == [
        (line.key, line.taxable_value, line.group) for line in parts
    ]


def test_as_charged_is_what_the_store_charged_with_equal_halves() -> None:
    group = local_group(Decimal(18), "27")
    line = Line(
        key="line:1",
        kind=a_line().kind,
        description="Shirt",
        taxable_value=Decimal("50.05"),
        group=group,
        charged=(Decimal("4.51"), Decimal("4.50")),
    )
    body = compose([line], Decimal("59.06"), as_charged=True)
    assert body.groups[0].taxes == (Decimal("4.50"), Decimal("4.50"))
    assert body.round_off == Decimal("0.01")


@pytest.mark.parametrize(
    ("taxability", "is_untaxed"),
    [
        (Taxability.EXEMPT, True),
        (Taxability.NIL_RATED, True),
        (Taxability.NON_GST, True),
        (Taxability.ZERO_RATED, False),
        (Taxability.TAXABLE, False),
    ],
)
def test_a_bill_of_supply_is_for_what_bears_no_tax_by_nature(
    taxability: Taxability, is_untaxed: bool
) -> None:
    exempt = a_line(group=untaxed_group(Taxability.EXEMPT))
    assert bears_no_tax([exempt, a_line(group=untaxed_group(taxability))]) is is_untaxed

"""The chart's geometry."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from sync.books.chart import HEIGHT, WIDTH, bar_chart
from sync.overview import Figures

rupees = st.decimals(min_value=0, max_value=10**9, places=2)


def _days(amounts: list[tuple[Decimal, Decimal]]) -> dict[date, Figures]:
    first = date(2026, 11, 1)
    return {
        first + timedelta(days=n): Figures(sales=sales, refunds=refunds)
        for n, (sales, refunds) in enumerate(amounts)
    }


@given(st.lists(st.tuples(rupees, rupees), min_size=1, max_size=31))
def test_every_bar_stays_inside_the_drawing(amounts: list[tuple[Decimal, Decimal]]) -> None:
    chart = bar_chart(_days(amounts))
    for bar in chart.bars:
        assert bar.top >= 0
        assert bar.x + bar.width <= WIDTH
        assert chart.axis + bar.below <= HEIGHT
        assert bool(bar.height) == bool(bar.figures.sales)


@given(st.lists(st.tuples(rupees, st.just(Decimal(0))), min_size=1, max_size=31))
def test_the_guides_are_few_and_reach_above_the_highest_bar(
    amounts: list[tuple[Decimal, Decimal]],
) -> None:
    chart = bar_chart(_days(amounts))
    assert 2 <= len(chart.guides) <= 6
    assert chart.guides[-1].amount >= max(sales for sales, _ in amounts)


def test_days_without_business_draw_an_empty_frame() -> None:
    chart = bar_chart(_days([(Decimal(0), Decimal(0))]))
    assert not any(bar.height or bar.below for bar in chart.bars)

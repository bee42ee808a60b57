"""The store beside the books: every line once, on the side or sides that have it."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from sync.core.beside import Amounts, Beside, beside
from sync.core.parse import parse_order
from tests.orders import Store

KEYS = st.integers(1, 6)
PAISE = st.integers(0, 10_000).map(lambda n: Decimal(n) / 100)


def amounts(value: str, tax: str) -> Amounts:
    return Amounts(Decimal(value), Decimal(tax))


def test_what_agrees_what_differs_and_what_one_side_lacks() -> None:
    store = Store()
    order = parse_order(
        store.order(
            [store.line("Lamp", "1000", line_id=1), store.line("Tea", "400", "5", line_id=2)]
        )
    )
    booked = [
        ("line:1", "Lamp", amounts("600", "108")),
        ("line:1", "Lamp", amounts("400", "71")),
        ("line:9", "Cup", amounts("10", "1.80")),
    ]
    lamp, tea, cup = beside(order, booked)
    assert lamp == Beside("Lamp", amounts("1000", "180"), amounts("1000", "179"))
    assert lamp.differs
    assert tea == Beside("Tea", amounts("400", "20"))
    assert cup == Beside("Cup", None, amounts("10", "1.80"))
    assert not tea.differs
    assert not cup.differs


@given(
    sold=st.dictionaries(KEYS, PAISE, min_size=1), booked=st.lists(st.tuples(KEYS, PAISE, PAISE))
)
def test_nothing_is_lost_on_either_side(
    sold: dict[int, Decimal], booked: list[tuple[int, Decimal, Decimal]]
) -> None:
    """The oracle: the sums of each side, and the set of lines."""
    store = Store()
    order = parse_order(
        store.order([store.line(f"L{key}", value, line_id=key) for key, value in sold.items()])
    )
    rows = beside(order, [(f"line:{k}", f"B{k}", Amounts(v, t)) for k, v, t in booked])
    assert len(rows) == len(set(sold) | {key for key, _, _ in booked})
    assert sum(row.store.value for row in rows if row.store) == sum(sold.values())
    assert sum(row.booked.value for row in rows if row.booked) == sum(v for _, v, _ in booked)
    assert sum(row.booked.tax for row in rows if row.booked) == sum(t for _, _, t in booked)

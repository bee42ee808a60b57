"""Values of the trade for property tests."""

from datetime import date
from decimal import Decimal

from hypothesis import strategies as st

from ledger.core.documents import Body, Document, Header, Line, LineKind, VoucherType, compose
from ledger.core.gst import (
    ORDINARY_GST_RATES,
    Taxability,
    TaxComponent,
    TaxGroup,
    foreign_group,
    interstate_group,
    local_group,
    untaxed_group,
)


def rupees(least: str = "0.00", most: str = "999999.99") -> st.SearchStrategy[Decimal]:
    """Amounts in whole paise."""
    return st.decimals(least, most, places=2, allow_nan=False)


gst_rates = st.sampled_from(ORDINARY_GST_RATES)
foreign_components = st.lists(
    st.builds(
        TaxComponent,
        st.sampled_from(["VAT", "State tax", "County tax", "City tax"]),
        st.decimals("0.001", "30", places=3),
    ),
    min_size=1,
    max_size=3,
    unique_by=lambda part: part.name,
).map(tuple)
tax_groups: st.SearchStrategy[TaxGroup] = st.one_of(
    gst_rates.map(lambda rate: local_group(rate, "27")),
    gst_rates.map(lambda rate: local_group(rate, "04")),
    gst_rates.map(interstate_group),
    gst_rates.map(lambda rate: interstate_group(rate, Taxability.ZERO_RATED)),
    st.sampled_from(Taxability).map(untaxed_group),
    foreign_components.map(foreign_group),
)


@st.composite
def lines(draw: st.DrawFn) -> list[Line]:
    """Lines of one document: products, shipping and fees, of which fees may be negative."""
    kinds = draw(st.lists(st.sampled_from(LineKind), min_size=1, max_size=8))
    return [
        Line(
            key=f"line:{number}",
            kind=kind,
            description=f"{kind} {number}",
            taxable_value=draw(rupees("-99.99" if kind is LineKind.FEE else "0.00")),
            group=draw(tax_groups),
            quantity=Decimal(1),
        )
        for number, kind in enumerate(kinds)
    ]


@st.composite
def bodies(draw: st.DrawFn) -> Body:
    """Bodies whose total is off the sum of their parts by at most a rupee, as in stores."""
    parts = draw(lines())
    exact = -compose(parts, Decimal(0)).round_off
    return compose(parts, max(exact + draw(rupees("-1.00", "1.00")), Decimal(0)))


def documents(type_: VoucherType = VoucherType.SALES) -> st.SearchStrategy[Document]:
    """Documents of a type that are ready to be posted."""
    return bodies().map(
        lambda body: Document(
            type=type_,
            source_key="store/1/document",
            date=date(2026, 11, 21),
            reference="1",
            header=Header(buyer_name="Meera Nair", place_of_supply="27"),
            body=body,
            money_account="clearing:store",
        )
    )

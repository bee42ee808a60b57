"""The database writes a text's key as the core does, letter for letter."""

import unicodedata

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from ledger.core.spelling import CAPITALS, INVISIBLE, spelling_key
from ledger.models import Company, Item

pytestmark = pytest.mark.django_db

# The database may know a younger Unicode than Python: characters new to both stay as they are.
texts = st.text(st.characters(exclude_categories=["Cs", "Cn"], exclude_characters="\x00"))


def _in_database(text: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT ledger_spelling_key(%s)", [text])
        return str(cursor.fetchone()[0])


@given(st.lists(texts, min_size=1, max_size=30))
def test_both_give_one_key(some: list[str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ledger_spelling_key(t) FROM unnest(%s::text[]) WITH ORDINALITY AS u (t, n)"
            " ORDER BY n",
            [some],
        )
        assert [row[0] for row in cursor.fetchall()] == [spelling_key(text) for text in some]


def test_every_character_of_the_basic_plane_has_one_key() -> None:
    known = [
        chr(code)
        for code in range(1, 0x10000)
        if unicodedata.category(chr(code)) not in ("Cs", "Cn", "Co")
    ]
    text = "x".join(known)
    assert _in_database(text) == spelling_key(text)
    assert _in_database(CAPITALS + INVISIBLE) == spelling_key(CAPITALS + INVISIBLE)


def test_items_are_found_by_it_through_an_index(company: Company) -> None:
    """Were the function not immutable, or the expression another one, all items would be read."""
    Item.objects.bulk_create(
        Item(company=company, sku=f"TEE {n}", name=f"T-shirt {n}") for n in range(2_000)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE ledger_item")
        cursor.execute(
            "EXPLAIN SELECT id FROM ledger_item"
            " WHERE company_id = %s AND ledger_spelling_key(sku) = ANY(%s)",
            [company.pk, ["tee 7"]],
        )
        assert "item_by_sku_spelling" in str(cursor.fetchall())


def test_spelling_has_a_price_that_the_planner_sees() -> None:
    """Or it spells all items of a company for each key, while statistics do not know it yet."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT lanname, procost FROM pg_proc JOIN pg_language ON pg_language.oid = prolang"
            " WHERE proname = 'ledger_spelling_key'"
        )
        language, price = cursor.fetchone()
    assert language != "sql", "the planner looks inside, and sees no price"
    assert price >= 1000

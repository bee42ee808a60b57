"""Refunds as the plugin tells them: in full, by id, each line with the line that it gives back."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from ledger.core.documents import Document, Flag
from sync.core.parse import parse_order
from tests.orders import Store
from tests.sync.core.shop import Books
from tests.wordpress.orders import Told, as_told, kept, recorded, sent
from tests.wordpress.php import Json, Php

CREATED = "2026-11-19T06:00:00"


def bare(refund: Json) -> Json:
    """A refund as WooCommerce's own webhook tells it: its total and nothing else."""
    return {"id": refund["id"], "reason": refund["reason"], "total": f"-{refund['amount']}"}


def is_bare(refund: Json) -> bool:
    return not (refund["line_items"] or refund["shipping_lines"] or refund["fee_lines"])


def notes_of(order: Json) -> list[Document]:
    """The documents, with the refunds seen when they were made."""
    seen_at = datetime.fromisoformat(f"{CREATED}+00:00")
    return Books().deliver(kept(json.dumps(order).encode()), seen_at=seen_at)


def test_a_bare_amount_is_spread_as_if_the_store_itself_had_told_it(plugin: Php) -> None:
    cases = [
        replace(each, refunds=[{**refund, "date_created_gmt": CREATED} for refund in each.refunds])
        for each in recorded()
        if each.order["status"] in ("processing", "completed") and each.order["currency"] == "INR"
        and each.refunds and all(map(is_bare, each.refunds))
    ]  # fmt: skip
    assert len(cases) > 5
    for each, body in zip(cases, sent(plugin, cases), strict=True):
        own = {**each.order, "refunds": [bare(refund) for refund in each.refunds]}
        documents = notes_of(own)
        assert notes_of(json.loads(body)) == documents
        assert all(Flag.ALLOCATED in document.flags for document in documents[1:])
        assert len(documents) == 1 + len(each.refunds)


def test_empty_lists_of_lines_mean_the_same_as_none(plugin: Php) -> None:
    told = next(each for each in recorded() if any(map(is_bare, each.refunds)))
    reduced = kept(sent(plugin, [told])[0])
    assert [refund.lines for refund in parse_order(reduced).refunds] == [()]
    own = kept(
        json.dumps({**told.order, "refunds": [bare(each) for each in told.refunds]}).encode()
    )
    assert [refund.lines for refund in parse_order(own).refunds] == [None]


@given(
    st.lists(st.decimals("0.01", "999.99", places=2), min_size=1, max_size=4),
    st.decimals("0.01", "1", places=2),
)
def test_any_bare_amount_is_spread_the_same(
    plugin: Php, amounts: list[Decimal], share: Decimal
) -> None:
    store = Store()
    order = store.order([store.line("Thing", amount) for amount in amounts])
    amount = max(Decimal("0.01"), (Decimal(order["total"]) * share).quantize(Decimal("0.01")))
    refund = {"id": 9001, "reason": "", "amount": str(amount), "date_created_gmt": CREATED,
              "meta_data": [], "line_items": [], "shipping_lines": [], "fee_lines": []}  # fmt: skip
    told = as_told(order, [refund])
    documents = notes_of({**told.order, "refunds": [bare(refund)]})
    assert notes_of(json.loads(sent(plugin, [told])[0])) == documents
    assert sum(each.body.total for each in documents[1:]) == amount


def test_refunds_stand_in_the_order_of_their_ids(plugin: Php) -> None:
    """WooCommerce lists them newest first with order tables, and otherwise with posts."""
    told = next(each for each in recorded() if len(each.refunds) > 1)
    both = [told, Told(told.name, told.order, list(reversed(told.refunds)))]
    [one, other] = sent(plugin, both)
    assert one == other
    ids = [refund["id"] for refund in json.loads(one)["refunds"]]
    assert ids == sorted(refund["id"] for refund in told.refunds)


def test_each_line_of_a_refund_names_the_line_that_it_gives_back(plugin: Php) -> None:
    told = [each for each in recorded() if not all(map(is_bare, each.refunds))]
    assert len(told) > 20
    for each, body in zip(told, sent(plugin, told), strict=True):
        expected = {line["id"]: given_back(line) for line in lines_of(each.refunds)}
        found = lines_of(json.loads(body)["refunds"])
        assert {line["id"]: line["refunded_item_id"] for line in found} == expected
        assert all(expected.values())


def lines_of(refunds: Sequence[Json]) -> list[Json]:
    groups = ("line_items", "shipping_lines", "fee_lines")
    return [line for refund in refunds for group in groups for line in refund[group]]


def given_back(line: Json) -> int:
    return next(int(m["value"]) for m in line["meta_data"] if m["key"] == "_refunded_item_id")


def test_a_refund_line_that_names_no_line_is_zero(plugin: Php) -> None:
    told = next(each for each in recorded() if not all(map(is_bare, each.refunds)))
    refunds = json.loads(json.dumps(told.refunds))
    for line in lines_of(refunds):
        line["meta_data"] = []
    order = json.loads(sent(plugin, [Told(told.name, told.order, refunds)])[0])
    numbers = [line["refunded_item_id"] for line in lines_of(order["refunds"])]
    assert numbers == [0] * len(lines_of(refunds)) != []

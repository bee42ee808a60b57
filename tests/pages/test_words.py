"""No code of the core reaches a page without words for it."""

from collections.abc import Iterable

import pytest

from connections.models import ActivityStatus, Status
from ledger import words as ledger_words
from ledger.core.documents import Flag, VoucherType
from ledger.templatetags import voucher_words
from sync import words
from sync.core.terms import Action
from sync.core.waiting import REASONS
from sync.models import DeliveryState, DocumentKind, OrderState


@pytest.mark.parametrize(
    ("codes", "table"),
    [
        (Flag, ledger_words.FLAG_NAMES),
        (Flag, ledger_words.FLAG_SENTENCES),
        (VoucherType, ledger_words.TYPE_NAMES),
        (ActivityStatus, words.ACTIVITY_TONES),
        (DeliveryState, words.DELIVERY_TONES),
        (OrderState, words.ORDER_TONES),
        (Status, words.CONNECTION_TONES),
        (Action, words.ACTION_NAMES),
        (DocumentKind, words.DOCUMENT_KINDS),
        (REASONS, words.WAITS_FOR),
        (REASONS, words.REMEDIES),
    ],
)
def test_every_code_has_words(codes: Iterable[object], table: dict[object, str]) -> None:
    assert set(table) == set(codes)


def test_a_reason_that_is_not_in_the_table_stands_for_itself() -> None:
    assert words.waits_for("something_new") == "Something new"
    assert words.remedy("something_new")


@pytest.mark.parametrize(
    ("code", "text"),
    [("27", "27 Maharashtra"), ("96", "Outside India"), ("97", "97 Other Territory"), (None, "—")],
)
def test_a_place_of_supply_has_its_name(code: str | None, text: str) -> None:
    assert voucher_words.place(code) == text

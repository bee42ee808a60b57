"""Who is told of: matched by e-mail, the later word wins, silence takes nothing away."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.core.customers import CustomerContent, read_customer
from sync.core.people import (
    LONG_AGO,
    Person,
    buyer_of,
    by_email,
    mailbox,
    normal_email,
    phone_key,
    told_over,
)
from sync.core.reception import NoOrder
from tests.customers import a_registered

DAY = datetime(2026, 11, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "compared"),
    [
        ("Meera@Example.in", "meera@example.in"),
        ("  meera@example.in ", "meera@example.in"),
        ("ｍeera@example.in", "meera@example.in"),
        ("meera+shop@example.in", "meera+shop@example.in"),
        ("", ""),
        ("meera", ""),
        ("meera@localhost", ""),
        ("me era@example.in", ""),
        ("a@b@example.in", ""),
        ("m" * 190 + "@example.in", ""),
        ("meera@example..in", ""),
    ],
)
def test_an_address_is_compared_without_case_width_and_spaces(written: str, compared: str) -> None:
    assert normal_email(written) == compared


def test_a_mailbox_is_the_same_with_a_tag_and_googles_with_dots() -> None:
    assert mailbox("meera+shop@example.in") == "meera@example.in"
    assert mailbox("me.era+x@gmail.com") == "meera@gmail.com"
    assert mailbox("me.era@example.in") == "me.era@example.in"
    assert mailbox("+@example.in") == "+@example.in"


@pytest.mark.parametrize("written", ["+91 98000 00000", "098000-00000", "(9800) 000000"])
def test_a_telephone_number_is_its_last_ten_digits(written: str) -> None:
    assert phone_key(written) == "9800000000"


def test_too_few_digits_are_nobodys_number() -> None:
    assert phone_key("12345") == ""
    assert phone_key("٩٨٠٠٠٠٠٠٠٠") == ""


def test_an_order_without_an_address_names_nobody() -> None:
    assert buyer_of({"billing": {"first_name": "Meera"}}) is None
    assert buyer_of({"billing": {"email": "not one"}}) is None
    assert buyer_of({}) is None


def test_a_buyer_is_what_the_order_says() -> None:
    told = {
        "date_modified_gmt": "2026-11-20T05:00:00",
        "buyer_gstin": "27AAPFU0939F1ZV",
        "billing": {
            "email": "Meera@Example.in", "first_name": "Meera", "last_name": "Nair",
            "company": "Nair & Co", "phone": "98", "state": "KL", "country": "IN",
        },
    }  # fmt: skip
    buyer = buyer_of(told)
    assert buyer is not None
    assert (buyer.email, buyer.email_key) == ("Meera@Example.in", "meera@example.in")
    assert (buyer.name, buyer.company_name, buyer.gstin, buyer.phone) == (
        "Meera Nair", "Nair & Co", "27AAPFU0939F1ZV", "98",
    )  # fmt: skip
    assert buyer.told_at == DAY + timedelta(hours=5)
    assert buyer.shipping == {}


WORDS = st.sampled_from(["", "Meera", "Lata"])
PEOPLE = st.builds(
    Person,
    email=st.sampled_from(["a@example.in", "A@example.in"]),
    name=WORDS,
    phone=WORDS,
    told_at=st.integers(0, 3).map(lambda days: DAY + timedelta(days=days)),
)


@given(st.lists(PEOPLE, min_size=1, max_size=6))
def test_what_is_known_is_the_newest_that_was_said_of_each_detail(told: list[Person]) -> None:
    (known,) = by_email(told).values()
    for name in ("name", "phone"):
        said = [each for each in told if getattr(each, name)]
        last = max((each.told_at for each in said), default=None)
        candidates = {getattr(each, name) for each in said if each.told_at == last} or {""}
        # A word said on the same day as a gap of a later one may have been filled before it.
        assert getattr(known, name) in candidates | {getattr(each, name) for each in said}
        assert bool(getattr(known, name)) == bool(said)
    assert known.told_at == max(each.told_at for each in told)


@given(PEOPLE, PEOPLE)
def test_two_words_of_different_days_give_the_same_in_either_order(a: Person, b: Person) -> None:
    if a.told_at != b.told_at:
        assert told_over(a, b) == told_over(b, a)


def test_only_what_is_named_is_kept_of_a_registered_customer() -> None:
    content = read_customer(a_registered())
    assert isinstance(content, CustomerContent)
    assert content.person
    assert content.person.name == "Meera Nair"
    assert content.person.billing["city"] == "Kochi"
    assert content.person.shipping["city"] == "Kochi"
    assert "canary" not in repr(content)


def test_a_deleted_customer_has_an_id_alone() -> None:
    assert read_customer({"id": 17}, topic="customer.deleted") == CustomerContent(17, None)


def test_the_accounts_address_counts_before_that_of_the_bill() -> None:
    told = a_registered()
    told["billing"]["email"] = "bills@example.in"
    content = read_customer(told)
    assert isinstance(content, CustomerContent)
    assert content.person
    assert content.person.email == "meera@example.in"


@pytest.mark.parametrize(
    ("body", "rule", "is_alarm"),
    [
        (b"{", "unreadable", True),
        (b"[]", "no_order_id", True),
        (b'{"id": 0}', "no_customer_id", True),
        (b'{"id": "x"}', "no_customer_id", True),
        (b'{"id": 17, "email": "nobody"}', "customer_without_email", False),
        (b'{"code": "rest_no", "message": "No", "data": {"status": 401}}', "store_error", True),
    ],
)
def test_what_is_no_customer_says_why(body: bytes, rule: str, is_alarm: bool) -> None:
    told = read_customer(body)
    assert isinstance(told, NoOrder)
    assert (told.rule, told.is_alarm) == (rule, is_alarm)


def test_a_customer_who_says_no_time_is_older_than_all_that_is_known() -> None:
    content = read_customer(a_registered(date_modified_gmt="yesterday"))
    assert isinstance(content, CustomerContent)
    assert content.told_at == LONG_AGO

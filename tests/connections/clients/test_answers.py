"""Dirty answers: what is read anyway, and by which name the rest is refused."""

import contextlib
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connections.clients.answers import read_json
from connections.clients.errors import (
    ERRORS,
    BlockedError,
    BusyError,
    FailedError,
    KeysRefusedError,
    NeedsPersonError,
    NotJsonError,
    PageKind,
    PermissionMissingError,
    RestLockedError,
    StoreError,
    TruncatedError,
    TryLaterError,
    UnexpectedError,
    WooCommerceMissingError,
    WrongAddressError,
)
from connections.clients.refusals import refusal_of
from connections.clients.transport import Answer
from tests.fakes.store.faults import NOTICE, PAGES, Fault

NOW = datetime(2026, 11, 26, 6, 0, tzinfo=UTC)
JSON = {"Content-Type": "application/json; charset=UTF-8"}
HTML = {"Content-Type": "text/html; charset=UTF-8"}


def an_answer(body: bytes, status: int = 200, **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status, {**JSON, **named}, body, "https://shop.example/", 0.1)


class TestReading:
    @pytest.mark.parametrize(
        ("body", "is_clean"),
        [
            (b'[{"id":1}]', True),
            (b'\n [{"id":1}] \r\n', True),
            (b'\xef\xbb\xbf[{"id":1}]', False),
            (NOTICE + b'[{"id":1}]', False),
            (b"<br />\n<b>Deprecated</b>: Array [0] => {x} in [file]<br />" + b'[{"id":1}]', False),
            (b'Notice: {"a":1} and [2]\n[{"id":1}]', False),
            (b'[{"id":1}]\n<!-- Cached by a plugin -->', False),
            (b'[{"id":1}]<br />\n<b>Warning</b>: [0] {1}', False),
        ],
    )
    def test_json_is_found_amid_what_plugins_write(self, body: bytes, is_clean: bool) -> None:
        read = read_json(an_answer(body))
        assert read.value == [{"id": 1}]
        assert read.is_clean is is_clean

    def test_a_list_within_a_notice_is_not_the_answer(self) -> None:
        """`[]` in the text of an error would be read as “no orders”."""
        for text in (b"Warning: [] is not a string", b"Array []", b"<b>[]</b> [ ]<br>"):
            with pytest.raises(StoreError):
                read_json(an_answer(text))

    def test_no_rows_amid_dirt_count_if_the_headers_say_so(self) -> None:
        assert read_json(an_answer(NOTICE + b"[]", X_WP_Total="0")).value == []

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"  ",
            b'[{"id":1},',
            b'{"a":"',
            b"[",
            NOTICE + b'[{"id":1}',
            NOTICE + b'[{"id":1},{"id":2}',
            NOTICE + b'[{"id":1,"lines":[1]',
            b'{"x": []',
        ],
    )
    def test_what_breaks_off_is_truncated(self, body: bytes) -> None:
        with pytest.raises(TruncatedError):
            read_json(an_answer(body))

    @pytest.mark.parametrize(
        ("page", "kind"),
        [
            (PAGES[Fault.CHALLENGE], PageKind.CHALLENGE),
            (PAGES[Fault.LOGIN], PageKind.LOGIN),
            (PAGES[Fault.MAINTENANCE], PageKind.MAINTENANCE),
            ("<html><h1>Coming soon</h1></html>", PageKind.COMING_SOON),
            ("<!DOCTYPE html><p>Hello</p>", PageKind.OTHER),
            ("<html><script>var a = {}; var b = [];</script></html>", PageKind.OTHER),
        ],
    )
    @pytest.mark.parametrize("headers", [JSON, HTML])
    def test_a_page_is_never_read_as_nothing(
        self, page: str, kind: PageKind, headers: dict[str, str]
    ) -> None:
        answer = Answer(200, headers, page.encode(), "https://shop.example/", 0.1)
        with pytest.raises(NotJsonError) as raised:
            read_json(answer)
        assert raised.value.kind is kind

    @pytest.mark.parametrize("body", [b"NaN", b'{"total": NaN}', b'{"total": Infinity}', b"hello"])
    def test_what_is_no_json_is_unexpected_or_broken(self, body: bytes) -> None:
        with pytest.raises((UnexpectedError, TruncatedError)):
            read_json(an_answer(body))

    def test_deep_nesting_and_long_numbers_do_no_harm(self) -> None:
        with pytest.raises(StoreError):
            read_json(an_answer(b"[" * 100_000))
        assert read_json(an_answer(b"[" + b"9" * 10_000 + b"]")).value == ["9" * 10_000]
        assert read_json(an_answer(b"[1e400, 2.50]")).value == ["1e400", "2.50"]

    @given(st.binary(max_size=300))
    def test_whatever_comes_only_our_own_errors_leave(self, body: bytes) -> None:
        with contextlib.suppress(StoreError):
            read_json(an_answer(body))


def wordpress(code: str) -> bytes:
    return f'{{"code":"{code}","message":"Entschuldigung","data":{{"status":0}}}}'.encode()


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (401, wordpress("woocommerce_rest_authentication_error"), KeysRefusedError),
        (401, wordpress("woocommerce_rest_cannot_view"), KeysRefusedError),
        (403, wordpress("woocommerce_rest_cannot_view"), PermissionMissingError),
        (403, wordpress("woocommerce_rest_cannot_create"), PermissionMissingError),
        (401, wordpress("rest_not_logged_in"), RestLockedError),
        (403, wordpress("rest_forbidden"), RestLockedError),
        (404, wordpress("rest_no_route"), WooCommerceMissingError),
        (400, wordpress("rest_invalid_param"), UnexpectedError),
        (404, b"<!DOCTYPE html><p>Nothing here</p>", WrongAddressError),
        (403, b"<html>Request blocked</html>", BlockedError),
        (406, b"<html>Not Acceptable! mod_security</html>", BlockedError),
        (403, b"", BlockedError),
        (500, wordpress("internal_server_error"), FailedError),
        (502, b"<html>Bad gateway</html>", FailedError),
        (503, PAGES[Fault.MAINTENANCE].encode(), BusyError),
        (429, b"Slow down", BusyError),
    ],
)
def test_each_refusal_has_its_name_in_whatever_language(
    status: int, body: bytes, error: type[StoreError]
) -> None:
    assert type(refusal_of(an_answer(body, status), NOW)) is error


def test_a_success_is_no_refusal() -> None:
    assert refusal_of(an_answer(b"[]"), NOW) is None
    assert refusal_of(an_answer(b"{}", 201), NOW) is None


def test_a_password_of_the_web_server_is_told() -> None:
    answer = an_answer(b"<html>401</html>", 401, WWW_Authenticate="Basic realm=Staging")
    assert "password" in str(refusal_of(answer, NOW))


def test_every_error_either_passes_or_needs_a_person() -> None:
    for error in ERRORS.values():
        assert issubclass(error, TryLaterError) is not issubclass(error, NeedsPersonError)
        assert error.sentence.endswith(".")
    assert len({error.sentence for error in ERRORS.values()}) == len(ERRORS)

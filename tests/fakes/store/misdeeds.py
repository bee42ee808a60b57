"""What a fault makes of an answer."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from threading import Event

from tests.fakes.store.faults import NOTICE, PAGES, Fault, House
from tests.fakes.store.wire import Answer, answer_error, answer_page

_CLOSED = Answer(0, b"", is_closed=True)


def instead(fault: Fault, house: House, let_go: Event) -> Answer | None:
    """An answer in the place of the true one, None where the true one is only spoilt."""
    if fault is Fault.HOLDS:
        let_go.wait()
    made = _INSTEAD.get(fault)
    return made(house) if made else None


_INSTEAD: Mapping[Fault, Callable[[House], Answer]] = {
    Fault.HOLDS: lambda _: replace(_CLOSED, headers={}),
    Fault.CLOSES: lambda _: replace(_CLOSED, headers={}),
    Fault.TOO_MANY: lambda house: answer_page("Slow down", 429, Retry_After=house.retry_after),
    Fault.MAINTENANCE: lambda _: answer_page(PAGES[Fault.MAINTENANCE], 503, Retry_After="600"),
    Fault.ERROR: lambda _: answer_error("internal_server_error", "A critical error.", 500),
    Fault.FATAL: lambda _: answer_page(PAGES[Fault.FATAL], 500),
    Fault.CHALLENGE: lambda _: answer_page(PAGES[Fault.CHALLENGE]),
    Fault.LOGIN: lambda _: answer_page(PAGES[Fault.LOGIN]),
    Fault.FORBIDDEN: lambda _: answer_page(PAGES[Fault.FORBIDDEN], 403),
    Fault.HTTPS_PORT: lambda _: answer_page(PAGES[Fault.HTTPS_PORT], 400),
    Fault.EMPTY: lambda _: answer_page(""),
}


def spoilt(fault: Fault, answer: Answer) -> Answer:
    """What becomes of a true answer on its way."""
    return _SPOILT[fault](answer)


def _recounted(answer: Answer, total: str | None) -> Answer:
    headers = {k: v for k, v in answer.headers.items() if not k.startswith("X-WP-")}
    if total is not None:
        headers |= {"X-WP-Total": total, "X-WP-TotalPages": total}
    return replace(answer, headers=headers)


_SPOILT: Mapping[Fault, Callable[[Answer], Answer]] = {
    Fault.NOTICES: lambda answer: replace(answer, body=NOTICE + answer.body),
    Fault.MARK: lambda answer: replace(answer, body=b"\xef\xbb\xbf" + answer.body),
    Fault.CUT: lambda answer: replace(answer, body=answer.body[: len(answer.body) * 2 // 3]),
    Fault.DYING: lambda answer: replace(answer, cut=len(answer.body) // 2 + 1),
    Fault.WRONG_TOTALS: lambda answer: _recounted(answer, "3"),
    Fault.NO_TOTALS: lambda answer: _recounted(answer, None),
}

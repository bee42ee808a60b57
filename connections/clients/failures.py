"""From what requests, urllib3 and TLS raise to the errors that people read.

Their messages hold whole URLs, and so perhaps keys: none of their texts is passed on.
"""

import ssl
from collections.abc import Iterator

import requests
from urllib3.exceptions import HTTPError, ReadTimeoutError

from connections.clients.errors import (
    StoreError,
    TlsBrokenError,
    TooSlowError,
    TruncatedError,
    UnexpectedError,
    UnreachableError,
)

NO_ANSWER = "it closed the connection without an answer"

NETWORK_ERRORS = (requests.RequestException, HTTPError, OSError)
"""What an exchange may raise besides our own errors."""

_HUNG_UP = (ConnectionError, ssl.SSLEOFError, ssl.SSLZeroReturnError)

_CERTIFICATES = {
    10: "it has expired",
    18: "it signs itself",
    19: "its authority is not known",
    20: "its authority is not known, or an intermediate certificate is missing",
    62: "it is for another name",
    64: "it is for another address",
}
"""By OpenSSL's verify codes (x509_vfy.h)."""


def failure_of(error: Exception, *, has_answered: bool) -> StoreError:
    """What a network error means; `has_answered` says that a status line had come already."""
    causes = list(_causes(error))
    for cause in causes:
        if isinstance(cause, StoreError):
            return cause
        if isinstance(cause, ssl.SSLCertVerificationError):
            reason = _CERTIFICATES.get(cause.verify_code, "it cannot be verified")
            return TlsBrokenError(reason)
    if any(isinstance(cause, TimeoutError | ReadTimeoutError) for cause in causes):
        return TooSlowError()
    if has_answered:
        return TruncatedError()
    return _without_answer(causes)


def _without_answer(causes: list[BaseException]) -> StoreError:
    if any(isinstance(cause, requests.exceptions.InvalidURL) for cause in causes):
        return UnexpectedError("its address cannot be asked")
    if any(isinstance(cause, _HUNG_UP) for cause in causes):
        return UnreachableError(NO_ANSWER)
    if any(isinstance(cause, ssl.SSLError) for cause in causes):
        return TlsBrokenError("it speaks no TLS that is still safe, or none at all")
    return UnreachableError("what it sends is no HTTP")


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and all that it stands for, however it was wrapped."""
    waiting, seen = [error], set[int]()
    while waiting:
        each = waiting.pop(0)
        if id(each) in seen:
            continue
        seen.add(id(each))
        yield each
        inner = (each.__cause__, each.__context__, getattr(each, "reason", None), *each.args)
        waiting += [part for part in inner if isinstance(part, BaseException)]

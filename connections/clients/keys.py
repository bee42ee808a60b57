"""REST keys, and what a request is signed with besides."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Keys:
    """A consumer key and its secret."""

    key: str = field(repr=False)
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Signing:
    """Where time (UTC) and chance come from: `nonce` gives another word each time."""

    now: Callable[[], datetime]
    nonce: Callable[[], str]

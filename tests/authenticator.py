"""An authenticator app, written from RFC 4226 and 6238 with nothing but the standard library."""

import base64
import hashlib
import hmac
from datetime import datetime

STEP = 30


def code_at(seed: str, at: datetime, steps: int = 0) -> str:
    """What an app shows at a moment, or some steps of thirty seconds later."""
    key = base64.b32decode(seed.replace(" ", ""))
    return hotp(key, int(at.timestamp()) // STEP + steps)


def hotp(key: bytes, counter: int) -> str:
    """Six digits for a counter (RFC 4226, section 5.3)."""
    digest = hmac.new(key, counter.to_bytes(8), hashlib.sha1).digest()
    offset = digest[-1] & 15
    number = int.from_bytes(digest[offset : offset + 4]) & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"

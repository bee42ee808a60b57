"""Reading a body: no more than allowed, as sent and unpacked."""

import zlib
from collections.abc import Iterable, Iterator

from connections.clients.errors import TooLargeError, TruncatedError, UnexpectedError

CHUNK = 64 * 1024
_PLAIN = {"", "identity"}
_GZIP = {"gzip", "x-gzip"}


def read_body(chunks: Iterable[bytes], encoding: str, most: int) -> bytes:
    """Put a body together from its chunks; a bomb is never unpacked beyond `most` bytes.

    :raises TooLargeError: when it is larger.
    :raises TruncatedError: when what is packed breaks off.
    :raises UnexpectedError: when it is packed in another way than we said we can unpack.
    """
    if encoding in _GZIP:
        chunks = _unpacked(_bounded(chunks, most), most)
    elif encoding not in _PLAIN:
        raise UnexpectedError(f"it is packed as {encoding[:20]}")
    return b"".join(_bounded(chunks, most))


def _bounded(chunks: Iterable[bytes], most: int) -> Iterator[bytes]:
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > most:
            raise TooLargeError(f"more than {most:,} bytes")
        yield chunk


def _unpacked(chunks: Iterable[bytes], most: int) -> Iterator[bytes]:
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        for chunk in chunks:
            yield unpacker.decompress(chunk, most + 1)
            if unpacker.unconsumed_tail:
                raise TooLargeError(f"more than {most:,} bytes unpacked")
    except zlib.error:
        raise UnexpectedError("it cannot be unpacked") from None
    if not unpacker.eof:
        raise TruncatedError("what it packed breaks off")

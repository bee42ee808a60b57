"""Taking a file in: what it is, which columns it has, and its bytes into the database."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import Protocol

from django.conf import settings
from django.db import transaction

from connections import lifecycle
from connections.models import StoreConnection
from ledger.models import User
from sync.core.csv_file import (
    SAMPLE,
    CsvReader,
    NoCsvError,
    delimiter_of,
    encoding_of,
    sample_lines,
)
from sync.core.shapes import clean_text
from sync.core.sku_sheet import Columns, columns_of
from sync.items.sku_import.states import NotPossibleError, drop_rows, move, queue
from sync.models import OPEN_STATES, ImportState, SkuImport, SkuImportPart

PART = 256 * 2**10
"""The file is kept in pieces of this size, and read one by one."""


class UnfitFileError(Exception):
    """The file cannot be imported; the text says why and what to do."""


class Upload(Protocol):
    """A file that somebody sent: Django's, or a test's."""

    @property
    def name(self) -> str | None:
        """As it is called on the sender's side."""
        ...

    @property
    def size(self) -> int | None:
        """Bytes."""
        ...

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        """Its content from the beginning, in pieces."""
        ...


def receive(connection: StoreConnection, upload: Upload, *, user: User, at: datetime) -> SkuImport:
    """Keep a file and let the worker check it.

    :raises UnfitFileError: when it is too large, no text, or its columns are not clear.
    :raises NotPossibleError: when another import of the store is open.
    """
    size, most = upload.size or 0, settings.FILE_UPLOAD_MOST_BYTES
    if size > most:
        raise UnfitFileError(
            f"The file has {size / 2**20:.1f} MB, and {most // 2**20} MB are the most: "
            "split it, or leave out columns that are not needed."
        )
    try:
        encoding = encoding_of(upload.chunks(PART))
        delimiter, columns = _sheet(next(upload.chunks(SAMPLE)), encoding)
    except NoCsvError as error:
        raise UnfitFileError(str(error)) from None
    with transaction.atomic():
        lifecycle.lock(connection)
        check_none_is_open(connection)
        made = SkuImport.objects.create(
            company_id=connection.company_id,
            connection=connection,
            file_name=clean_text(upload.name or "mappings.csv", 200),
            size=size,
            encoding=encoding,
            delimiter=delimiter,
            header=list(columns.header),
            sku_column=columns.sku,
            item_column=columns.item,
            uploaded_by=user,
            uploaded_at=at,
            started_at=at,
            touched_at=at,
        )
        _keep(made, upload.chunks(PART))
        queue(made)
    return made


def _sheet(start: bytes, encoding: str) -> tuple[str, Columns]:
    """Delimiter and columns, from the file's beginning."""
    delimiter = delimiter_of(sample_lines(start, encoding))
    records = (each for each in CsvReader([start], encoding, delimiter) if not each.is_blank)
    first = next(islice(records, 1), None)
    if first is None:
        raise NoCsvError("The file holds no rows.")
    return delimiter, columns_of(first)


def _keep(made: SkuImport, pieces: Iterable[bytes]) -> None:
    for position, content in enumerate(pieces):
        SkuImportPart.objects.create(
            company_id=made.company_id, sku_import=made, position=position, content=content
        )


def check_none_is_open(connection: StoreConnection) -> None:
    """Make sure that no import of the store is on its way; the caller holds the connection.

    :raises NotPossibleError: when there is one.
    """
    other = SkuImport.objects.filter(connection=connection, state__in=OPEN_STATES).first()
    if other is not None:
        raise NotPossibleError(
            f"The import of {other.file_name} is still open: apply it or discard it first."
        )


@transaction.atomic
def check_again(sku_import: SkuImport, *, at: datetime) -> None:
    """Make the preview anew from the same file.

    :raises NotPossibleError: when it is no preview any more.
    """
    anew = {"problem": "", "rows_read": 0, "bytes_read": 0, "started_at": at}
    move(sku_import, ImportState.CHECKING, at=at, **anew)
    drop_rows(sku_import)
    queue(sku_import)

"""Files that people upload: never more of one than the product takes, wherever it would be kept."""

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, StopUpload


class SizeLimit(FileUploadHandler):
    """Stops an upload that is too large; the form then has no file, and says how large it may be.

    What still comes is read and thrown away, so that the browser gets its answer.
    """

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Pass the piece on to the handlers that keep it."""
        if start + len(raw_data) > settings.FILE_UPLOAD_MOST_BYTES:
            raise StopUpload(connection_reset=False)
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """The others have the file."""

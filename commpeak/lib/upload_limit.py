"""Stops reading an upload as soon as it is larger than any that we take."""

from typing import Any

from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import HttpRequest

from commpeak.lib.documents import DOCUMENT_BYTES_MAX

_MARK = "portal.upload_was_too_large"


def upload_was_too_large(request: HttpRequest) -> bool:
    return _MARK in request.META


class LimitedUploadHandler(FileUploadHandler):
    """Counts the bytes of all files in a request and stops at the limit, whoever sends them.

    Django parses a form before any view decides about it. What came before the file is kept,
    so the view can show the form again and say why: it asks `upload_was_too_large`. Put the
    file last in a form.
    """

    def __init__(
        self, request: HttpRequest | None = None, *, bytes_max: int = DOCUMENT_BYTES_MAX
    ) -> None:
        super().__init__(request)
        self._received_bytes, self._bytes_max = 0, bytes_max

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self._received_bytes += len(raw_data)
        if self._received_bytes > self._bytes_max:
            if self.request is not None:
                self.request.META[_MARK] = True
            raise StopUpload(connection_reset=True)  # the rest is not read
        return raw_data

    def file_complete(self, file_size: int) -> Any:
        return None  # the next handlers keep the file

"""Reading stops at the limit: what follows is not even read."""

import io

from django.core.handlers.wsgi import WSGIRequest
from django.test import RequestFactory

from commpeak.lib.documents import DOCUMENT_BYTES_MAX
from commpeak.lib.upload_limit import upload_was_too_large

BOUNDARY = "frontier"
MEGABYTE = 1024 * 1024


class Counted(io.BytesIO):
    """A body that knows how much of it was read."""

    taken = 0

    def read(self, size: int | None = -1) -> bytes:
        data = super().read(size)
        self.taken += len(data)
        return data


def upload(*sizes: int):
    """A form with a field before its files, as a request and its body."""
    parts = [b'Content-Disposition: form-data; name="payer_name"\r\n\r\nAda']
    parts += [
        f'Content-Disposition: form-data; name="f{n}"; filename="a.pdf"\r\n\r\n'.encode() + b"x" * s
        for n, s in enumerate(sizes)
    ]
    frontier = f"--{BOUNDARY}".encode()
    body = b"".join(frontier + b"\r\n" + part + b"\r\n" for part in parts) + frontier + b"--\r\n"
    environ = RequestFactory()._base_environ(
        REQUEST_METHOD="POST",
        CONTENT_TYPE=f"multipart/form-data; boundary={BOUNDARY}",
        CONTENT_LENGTH=str(len(body)),
    )
    stream = Counted(body)
    return WSGIRequest(environ | {"wsgi.input": stream}), stream


def test_a_file_within_the_limit_arrives_whole():
    request, _stream = upload(DOCUMENT_BYTES_MAX - 10)
    assert request.FILES["f0"].size == DOCUMENT_BYTES_MAX - 10
    assert not upload_was_too_large(request)


def test_of_fifty_megabytes_little_more_than_five_are_read_and_the_fields_are_kept():
    request, stream = upload(50 * MEGABYTE)
    assert request.POST["payer_name"] == "Ada"
    assert "f0" not in request.FILES
    assert upload_was_too_large(request)
    assert stream.taken < 6 * MEGABYTE


def test_many_files_have_one_limit():
    request, _stream = upload(*[2 * MEGABYTE] * 4)
    assert request.POST["payer_name"] == "Ada"
    assert upload_was_too_large(request)

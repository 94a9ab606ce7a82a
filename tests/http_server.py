"""A little HTTP server of a test's own, in a thread."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

# how often the thread looks whether it is to end: the default, 0.5, is what each test would wait
_POLL_SECONDS = 0.01


class _Server(ThreadingHTTPServer):
    """Room for every copy of a doubled webhook to knock at once."""

    request_queue_size = 128


@contextmanager
def serving(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    """Its address, http://127.0.0.1:<a free port>, until the context ends."""
    with _Server(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, args=(_POLL_SECONDS,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()

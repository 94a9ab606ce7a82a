"""Loses an answer: the connection closes before a byte of it is sent."""

from __future__ import annotations

import contextlib
import socket

from flask import request


def drop_connection() -> None:
    """Close the caller's connection; what is answered afterwards goes nowhere."""
    connection: socket.socket | None = request.environ.get("werkzeug.socket")
    if connection is not None:
        with contextlib.suppress(OSError):  # the caller was faster
            connection.shutdown(socket.SHUT_RDWR)

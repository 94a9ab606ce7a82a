"""What must be true before the portal runs with DEBUG off; otherwise it refuses to start.

A development default that reaches production is worse than a portal that does not start: a
published key lets anyone log in, a sandbox address takes orders without taking money.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from pkgutil import iter_modules
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from payments import gateways

SECRET_KEY_LENGTH_MIN = 50
# where the embedded servers keep their sockets and binaries: embedded/home.py names it so
EMBEDDED_FOLDER = "/commpeak-"
STAND_IN_MAIL = ("console", "filebased", "locmem", "dummy", "demo.mail")

Settings = Mapping[str, Any]


def refuse_unsafe_production(settings: Settings) -> None:
    """Raises ImproperlyConfigured that lists everything unsafe in `settings`, all at once.

    Reads the environment too, for FAULT_POINTS. Nothing is connected to, and no value is
    repeated in the message: it ends up in logs.
    """
    problems = list(_problems(settings))
    if problems:
        raise ImproperlyConfigured(
            "Refusing to start in production (DEBUG is off): " + "; ".join(problems)
        )


def _problems(settings: Settings) -> Iterator[str]:
    yield from _secret_key(settings["SECRET_KEY"])
    yield from _addresses(settings["SITE_URL"], settings["ALLOWED_HOSTS"])
    yield from _embedded_servers(settings)
    yield from _gateways(settings)
    yield from _private_files(settings)
    if any(name in settings["EMAIL_BACKEND"] for name in STAND_IN_MAIL):
        yield "EMAIL_URL must name a mail server, or nobody gets a verification code"
    if not settings["STAFF_SECOND_FACTOR"]:
        yield "STAFF_SECOND_FACTOR must be on: a stolen password alone would open the admin"
    if os.environ.get("FAULT_POINTS"):
        yield "FAULT_POINTS kills processes on purpose and is for tests only"


def _secret_key(key: str) -> Iterator[str]:
    if len(key) < SECRET_KEY_LENGTH_MIN or "insecure" in key:
        yield f"SECRET_KEY must be a random text of at least {SECRET_KEY_LENGTH_MIN} characters"


def _addresses(site_url: str, allowed_hosts: Sequence[str]) -> Iterator[str]:
    if urlsplit(site_url).scheme != "https":
        yield "SITE_URL must be the portal's public address and begin with https://"
    if not allowed_hosts or "*" in allowed_hosts:
        yield "ALLOWED_HOSTS must name the portal's hosts, not all of them"


def _embedded_servers(settings: Settings) -> Iterator[str]:
    """DATABASE_URL and the broker have defaults for development; production names both."""
    if EMBEDDED_FOLDER in settings["DATABASES"]["default"].get("HOST", ""):
        yield "DATABASE_URL points to the embedded PostgreSQL, which is for development"
    for name in ("DATABASE_URL", "CELERY_BROKER_URL"):
        if name not in os.environ:
            yield f"{name} must be set"


def _private_files(settings: Settings) -> Iterator[str]:
    """Customers' bank receipts: on a disk that is kept and that no web server reads."""
    if "PRIVATE_FILES_ROOT" not in os.environ:
        yield "PRIVATE_FILES_ROOT must name a folder that is kept and not served"
    elif Path(settings["PRIVATE_FILES_ROOT"]).is_relative_to(settings["STATIC_ROOT"]):
        yield "PRIVATE_FILES_ROOT must not lie in STATIC_ROOT, which is served to everybody"


def _gateways(settings: Settings) -> Iterator[str]:
    """Each way to pay says in its own folder what it refuses (docs/gateways.md)."""
    for folder in iter_modules(gateways.__path__, f"{gateways.__name__}."):
        module = f"{folder.name}.production"
        if folder.ispkg and find_spec(module):
            yield from import_module(module).unsafe(settings)

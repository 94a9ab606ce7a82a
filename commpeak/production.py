"""What must be true before the portal runs with DEBUG off; otherwise it refuses to start."""

import os
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ImproperlyConfigured


def refuse_unsafe_production(settings: Mapping[str, Any]) -> None:
    """Raises ImproperlyConfigured that lists everything unsafe in `settings`, all at once."""
    problems = list(_problems(settings))
    if problems:
        raise ImproperlyConfigured("Refusing to start in production: " + "; ".join(problems))


def _problems(settings: Mapping[str, Any]) -> Any:
    if len(settings["SECRET_KEY"]) < 50 or "insecure" in settings["SECRET_KEY"]:
        yield "SECRET_KEY must be a random text of at least 50 characters"
    if os.environ.get("FAULT_POINTS"):
        yield "FAULT_POINTS is for tests only"

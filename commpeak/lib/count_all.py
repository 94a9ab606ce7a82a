"""How many rows a list has of which the first are shown."""

from collections.abc import Sized
from typing import Any

from django.db.models import QuerySet


def count_all(shown: Sized, rows: QuerySet[Any], *, shown_max: int) -> int:
    """Asks the database only where `shown`, at most `shown_max` of `rows`, may not be all."""
    return len(shown) if len(shown) < shown_max else rows.count()

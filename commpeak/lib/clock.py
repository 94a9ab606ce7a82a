"""The one place that reads the wall clock. Rules that depend on time take `now` instead."""

from datetime import UTC, datetime


def utc_now() -> datetime:
    return datetime.now(tz=UTC)

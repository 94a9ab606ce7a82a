"""Counts something that may be tried only so often."""

from datetime import datetime

from accounts.models import CountedTry, Customer


def count_try(
    *, what: str, source: str, customer: Customer, ip_address: str | None, now: datetime
) -> None:
    """A second call with the same `source` counts nothing more."""
    CountedTry.objects.bulk_create(
        [
            CountedTry(
                what=what, source=source, customer=customer, ip_address=ip_address, created_at=now
            )
        ],
        ignore_conflicts=True,
    )

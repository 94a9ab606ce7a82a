"""How often cards were refused while they were saved: no payment has a row of it."""

from datetime import datetime, timedelta

from accounts.selectors.counted_tries import tries_near, tries_of

CARD_REFUSED = "card_refused"
WINDOW = timedelta(hours=1)


def cards_refused_to(*, customer_id: int, now: datetime) -> int:
    """In the last hour. One query."""
    return tries_of(what=CARD_REFUSED, customer_id=customer_id, since=now - WINDOW)


def cards_refused_near(*, ip_address: str | None, now: datetime) -> int:
    """In the last hour, over all customers. At most one query."""
    return tries_near(what=CARD_REFUSED, ip_address=ip_address, since=now - WINDOW)

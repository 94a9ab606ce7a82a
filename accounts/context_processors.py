"""The number on the bell of every page's header."""

from django.http import HttpRequest

from accounts.selectors.current_customer import UNREAD_COUNTED_MAX


def bell(request: HttpRequest) -> dict[str, str]:
    """`unread_text` is what the bell shows: "3", "99+", or "" when all is read.

    No query: the number came with the customer. "" for strangers and staff without a customer.
    """
    count = getattr(getattr(request, "customer", None), "unread", 0)
    shown = f"{UNREAD_COUNTED_MAX - 1}+" if count >= UNREAD_COUNTED_MAX else str(count or "")
    return {"unread_text": shown}

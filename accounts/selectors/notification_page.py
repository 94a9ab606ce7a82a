"""One page of what we told a customer, newest first."""

from dataclasses import dataclass

from accounts.models import Customer, Notification

PAGE_SIZE = 25


@dataclass(frozen=True, slots=True)
class NotificationPage:
    """`next_before` is the `before` of the next, older page; None on the last one.

    `newest` and `oldest` are the ids that the page shows up to and from; None when it is empty.
    """

    items: list[Notification]
    next_before: int | None
    newest: int | None
    oldest: int | None

    @property
    def has_unread(self) -> bool:
        return any(item.read_at is None for item in self.items)


def notification_page(*, customer: Customer, before: int | None = None) -> NotificationPage:
    """The PAGE_SIZE newest notifications with an id below `before`. One query."""
    found = Notification.objects.filter(customer=customer).order_by("-id")
    found = found if before is None else found.filter(id__lt=before)
    items = list(found[: PAGE_SIZE + 1])
    is_more, items = len(items) > PAGE_SIZE, items[:PAGE_SIZE]
    return NotificationPage(
        items=items,
        next_before=items[-1].pk if is_more else None,
        newest=items[0].pk if items else None,
        oldest=items[-1].pk if items else None,
    )

"""Customers whom a wire points at without naming them: announced, paid from, named alike."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from payments.matching import reasons
from payments.matching.base import Announcement, Wire
from payments.matching.book import Book, Named
from payments.matching.evidence import Evidence, Kind, Weight

# A wire is never booked before it is sent; one day for the time zones. SWIFT takes up to five
# banking days, and customers tell the day they signed, not the day their bank sent it.
_BEFORE, _AFTER = timedelta(days=1), timedelta(days=14)


def known_otherwise(wire: Wire, book: Book) -> Iterator[Evidence]:
    for payer in book.payers(wire.payer_account):
        if book.customer(payer.account_number) is not None:
            yield Evidence(
                Kind.PAYER,
                payer.account_number,
                Weight.PAYER,
                reasons.same_payer(payer.last_on),
                purse=payer.purse,
            )
    for named, is_exact in book.named(wire.payer_name):
        yield _by_name(wire, named, is_exact=is_exact)
    yield from _by_amount(wire, book)


def _by_name(wire: Wire, named: Named, *, is_exact: bool) -> Evidence:
    top_up = named.top_up
    if top_up is None or top_up.announcement is None:
        say = reasons.customers_name if is_exact else reasons.like_customers_name
        return Evidence(
            Kind.NAME,
            named.account_number,
            Weight.NAME if is_exact else Weight.LIKE_NAME,
            say(named.name),
            is_exact=is_exact,
        )
    if _is_announced(wire, top_up.announcement):
        return Evidence(
            Kind.ANNOUNCED,
            named.account_number,
            Weight.AS_ANNOUNCED,
            reasons.as_announced(top_up.announcement.sent_on),
            top_up=top_up,
            is_exact=is_exact,
        )
    return Evidence(
        Kind.ANNOUNCED,
        named.account_number,
        Weight.ANNOUNCED_PAYER,
        reasons.announced_name(top_up),
        number=top_up.number,
        purse=top_up.purse,
        is_exact=is_exact,
    )


def _by_amount(wire: Wire, book: Book) -> Iterator[Evidence]:
    """Where exactly one top-up fits; of round amounts there are always several."""
    fitting = book.open_of_amount(wire.money)
    announced = [t for t in fitting if t.announcement and _is_announced(wire, t.announcement)]
    if len(announced) == 1 and (told := announced[0].announcement) is not None:
        yield Evidence(
            Kind.ANNOUNCED,
            announced[0].account_number,
            Weight.ANNOUNCED_BY_ANOTHER,
            reasons.amount_announced(told.sent_on, told.payer_name),
            top_up=announced[0],
        )
    elif len(fitting) == 1:
        yield Evidence(Kind.AMOUNT, fitting[0].account_number, 0, "", top_up=fitting[0])


def _is_announced(wire: Wire, told: Announcement) -> bool:
    return (
        told.money == wire.money
        and told.sent_on - _BEFORE <= wire.booked_on <= told.sent_on + _AFTER
    )

"""Customers whom a wire points at without naming them: announced, paid from, named alike."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from payments.matching import reasons
from payments.matching.base import Announcement, ExpectedTopUp, Wire
from payments.matching.book import Book, Likeness, Named
from payments.matching.evidence import Evidence, Kind, Weight

# A wire is never booked before it is sent; one day for the time zones. SWIFT takes up to five
# banking days, and customers tell the day they signed, not the day their bank sent it.
_BEFORE, _AFTER = timedelta(days=1), timedelta(days=14)

_LIKE = {
    Likeness.SAME: (Weight.NAME, reasons.customers_name),
    Likeness.WITHIN: (Weight.LIKE_NAME, reasons.like_customers_name),
    Likeness.OTHER_FORM: (Weight.NAME_OF_OTHER_FORM, reasons.name_of_other_form),
}


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
    by_name = [_by_name(wire, named, likeness) for named, likeness in book.named(wire.payer_name)]
    yield from by_name
    told = [each.top_up for each in by_name if each.top_up]
    yield from (each for each in _by_amount(wire, book) if each.top_up not in told)


def _by_name(wire: Wire, named: Named, likeness: Likeness) -> Evidence:
    is_exact = likeness is Likeness.SAME
    if named.top_up is not None and likeness is not Likeness.OTHER_FORM:
        return _by_announcement(wire, named.top_up, is_exact=is_exact)
    weight, say = _LIKE[likeness]
    return Evidence(Kind.NAME, named.account_number, weight, say(named.name), is_exact=is_exact)


def _by_announcement(wire: Wire, top_up: ExpectedTopUp, *, is_exact: bool) -> Evidence:
    told = top_up.announcement
    if told is not None and _is_announced(wire, told):
        return Evidence(
            Kind.ANNOUNCED,
            top_up.account_number,
            Weight.AS_ANNOUNCED,
            reasons.as_announced(told.sent_on),
            top_up=top_up,
            is_exact=is_exact,
        )
    return Evidence(
        Kind.NAME,
        top_up.account_number,
        Weight.ANNOUNCED_PAYER,
        reasons.announced_name(top_up),
        number=top_up.number,
        purse=top_up.purse,
        is_exact=is_exact,
    )


def _by_amount(wire: Wire, book: Book) -> Iterator[Evidence]:
    """Where exactly one top-up fits; of round amounts there are always several."""
    fitting = book.open_of_amount(wire.money)
    announced = [
        (top_up, top_up.announcement)
        for top_up in fitting
        if top_up.announcement and _is_announced(wire, top_up.announcement)
    ]
    if len(announced) == 1:
        top_up, told = announced[0]
        reason = reasons.amount_announced(told.sent_on, told.payer_name)
        yield _amount_of(top_up, Weight.ANNOUNCED_BY_ANOTHER, reason)
    elif len(fitting) == 1:
        yield _amount_of(fitting[0], 0, "")  # the amount itself is told of every candidate


def _amount_of(top_up: ExpectedTopUp, weight: int, reason: str) -> Evidence:
    return Evidence(Kind.AMOUNT, top_up.account_number, weight, reason, top_up=top_up)


def _is_announced(wire: Wire, told: Announcement) -> bool:
    return (
        told.money == wire.money
        and told.sent_on - _BEFORE <= wire.booked_on <= told.sent_on + _AFTER
    )

"""What became of the promo code of one top-up, for its pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from billing.models import EntryKind, PromoEntry, PromoRedemption
from commpeak.lib.money import Money


@dataclass(frozen=True, slots=True)
class PromoMove:
    """Something that happened to a bonus after it was given; `money` is positive."""

    kind: EntryKind
    money: Money
    at: datetime


@dataclass(frozen=True, slots=True)
class PromoOfTopUp:
    """`given_at` is None until the bonus is on the balance. `is_promised` says that it comes
    with the payment; when neither holds, the code was given up or could not be kept."""

    code: str
    bonus: Money
    is_promised: bool
    given_at: datetime | None
    expires_at: datetime | None
    moves: list[PromoMove]


def promo_of_top_up(source: str) -> PromoOfTopUp | None:
    """By the top-up's reference; None when it has no promo code. Two queries at most."""
    found = PromoRedemption.objects.select_related("promo").filter(source=source).first()
    if found is None:
        return None
    return PromoOfTopUp(
        code=found.promo.code,
        bonus=found.bonus,
        is_promised=found.state == PromoRedemption.State.RESERVED,
        given_at=found.redeemed_at,
        expires_at=found.expires_at,
        moves=_moves(found) if found.is_given else [],
    )


def _moves(redemption: PromoRedemption) -> list[PromoMove]:
    later = redemption.entries.exclude(entry__kind=EntryKind.PROMO).select_related("entry")
    return [_move(entry, redemption.currency) for entry in later.order_by("pk")]


def _move(entry: PromoEntry, currency: str) -> PromoMove:
    changed = abs(entry.bonus + entry.money)
    return PromoMove(EntryKind(entry.entry.kind), Money(changed, currency), entry.created_at)

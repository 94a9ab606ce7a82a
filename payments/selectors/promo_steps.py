"""What the status page of a top-up says of its promo code."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.models import EntryKind
from billing.selectors.promo_of_top_up import PromoMove, PromoOfTopUp, promo_of_top_up
from commpeak.lib.template_filters import day_text, money_text
from payments.models import Payment, TopUp
from payments.selectors.step import Step


def promo_steps(top_up: TopUp, payment: Payment) -> Iterator[Step]:
    """None without a code. `payment` is the newest. Two queries at most."""
    promo = promo_of_top_up(top_up.reference)
    if promo is None:
        return
    title = _("Bonus %(amount)s with code %(code)s") % {
        "amount": money_text(promo.bonus),
        "code": promo.code,
    }
    if promo.given_at:
        yield Step("done", title, _how_long(promo), at=promo.given_at)
    elif promo.is_promised:
        yield Step("next", title, _("Together with the credit, once all of it has arrived."))
    elif payment.is_dead:
        text = _("Kept for you if you try again, as long as the code has not been used up.")
        yield Step("next", title, text)
    else:
        text = _("The code was used up or withdrawn before the payment was made.")
        yield Step("bad", _("No bonus with code %(code)s") % {"code": promo.code}, text)
    yield from map(_later_step, promo.moves)


def _how_long(promo: PromoOfTopUp) -> str:
    if promo.expires_at is None:
        return _("Spent first. It does not expire.")
    return _("Spent first. Valid until %(day)s.") % {"day": day_text(promo.expires_at)}


_LATER = {
    EntryKind.PROMO_EXPIRED: gettext_lazy("%(amount)s of the bonus expired"),
    EntryKind.PROMO_TAKEN_BACK: gettext_lazy(
        "%(amount)s of the bonus was taken back with the money"
    ),
    EntryKind.PROMO_GIVEN_BACK: gettext_lazy("%(amount)s of the bonus is back with the money"),
}


def _later_step(move: PromoMove) -> Step:
    title = str(_LATER[move.kind]) % {"amount": money_text(move.money)}
    return Step("done", title, at=move.at)

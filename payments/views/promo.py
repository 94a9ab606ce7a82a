"""What the Add credit panel answers to a promo code that was typed (mission: promo preview)."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.http import CustomerRequest
from billing.errors import PromoRefused, UnknownPromoCode
from billing.models import Purse
from billing.selectors.promo_terms import promo_terms
from billing.services.preview_promo import PromoPreview, preview_promo
from commpeak.lib.client_address import client_address
from commpeak.lib.clock import utc_now
from commpeak.lib.money import Money


@dataclass(frozen=True, slots=True)
class PromoAnswer:
    """Either a `preview` with the code's `terms`, or why not. Another amount may change the
    answer, but asking again for an unknown code would count as another guess."""

    preview: PromoPreview | None = None
    terms: str = ""
    refusal: str = ""
    depends_on_amount: bool = True


def promo_answer(
    request: CustomerRequest, *, code: str, amount: str, purse: Purse, currency: str
) -> PromoAnswer:
    try:
        preview = preview_promo(
            code=code,
            customer=request.customer,
            purse=purse,
            currency=currency,
            money=_money(amount, currency),
            ip_address=client_address(request),
            now=utc_now(),
        )
    except UnknownPromoCode as refusal:
        return PromoAnswer(refusal=refusal.user_text, depends_on_amount=False)
    except PromoRefused as refusal:
        return PromoAnswer(refusal=refusal.user_text)
    return PromoAnswer(preview=preview, terms=promo_terms(preview.promo))


def _money(typed: str, currency: str) -> Money | None:
    """None while it is no amount yet: Checkout says what is wrong with it."""
    try:
        return Money.parse(typed, currency) or None
    except ValueError:
        return None

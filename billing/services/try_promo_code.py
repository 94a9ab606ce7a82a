"""Lets a customer try a promo code, and counts it when there is no such code."""

from datetime import datetime

from accounts.models import Customer
from billing.errors import UnknownPromoCode
from billing.models import PromoCode, PromoGuess
from billing.selectors.find_promo import find_promo
from billing.services.check_promo_guesses import check_promo_guesses


def try_promo_code(
    *, code: str, customer: Customer, ip_address: str | None, now: datetime
) -> PromoCode | UnknownPromoCode:
    """The code; or, when there is none, the guess is counted and the error is for the caller to
    raise once the transaction that this runs in is committed: raised inside, it would undo the
    count.

    Counted and answered under the customer's lock, so many guesses sent at once get no more
    answers than one after the other (S9); those of several customers behind one address may
    exceed its limit by what is under way. Raises PromoRefused after too many. Every call counts.
    """
    Customer.objects.select_for_update(no_key=True).get(pk=customer.pk)
    check_promo_guesses(customer=customer, ip_address=ip_address, now=now)
    try:
        return find_promo(typed=code, among=PromoCode.objects.all())
    except UnknownPromoCode as unknown:
        PromoGuess.objects.create(customer=customer, ip_address=ip_address, at=now)
        return unknown

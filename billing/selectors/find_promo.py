"""Finds the promo code that a customer typed."""

import re

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from billing.errors import UnknownPromoCode
from billing.models import PromoCode
from billing.models.promo_codes import CODE_PATTERN


def normalised_code(typed: str) -> str:
    """As codes are kept: capitals, without the spaces that come along when copying."""
    return "".join(typed.split()).upper()


def find_promo(*, typed: str, among: QuerySet[PromoCode]) -> PromoCode:
    """The code switched on, from `among` (all of them, or locked ones).

    Raises UnknownPromoCode, in the same words for what never was and for what is switched
    off: a draft is not for guessers to find. What cannot be a code is not looked up.
    """
    code = normalised_code(typed)
    is_possible = re.fullmatch(CODE_PATTERN, code) is not None
    promo = among.filter(code=code, is_active=True).first() if is_possible else None
    if promo is None:
        raise UnknownPromoCode(
            _("This code is not known. Check how it is written, or go on without it.")
        )
    return promo

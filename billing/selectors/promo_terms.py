"""What a promo code promises, in one line."""

from decimal import Decimal

from babel.numbers import format_percent
from django.utils.translation import gettext as _

from billing.models import PromoCode
from commpeak.lib.active_locale import active_locale
from commpeak.lib.money import Money
from commpeak.lib.template_filters import money_text


def promo_terms(promo: PromoCode) -> str:
    """For example "10% bonus, at most 25.00 USD, on a top-up of at least 20.00 USD"."""
    parts = [_bonus(promo)]
    if promo.percent is not None and promo.bonus_max is not None:
        largest = money_text(Money(promo.bonus_max, promo.currency))
        parts.append(_("at most %(amount)s") % {"amount": largest})
    if promo.top_up_min:
        smallest = money_text(Money(promo.top_up_min, promo.currency))
        parts.append(_("on a top-up of at least %(amount)s") % {"amount": smallest})
    return ", ".join(parts)


def _bonus(promo: PromoCode) -> str:
    if promo.percent is None:
        fixed = Money(promo.fixed or Decimal(0), promo.currency)
        return _("%(amount)s bonus") % {"amount": money_text(fixed)}
    share = format_percent(promo.percent / 100, format="#,##0.##%", locale=active_locale())
    return _("%(percent)s bonus") % {"percent": share}

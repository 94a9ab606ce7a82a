"""Why a promo code cannot be used for a top-up, in the customer's words."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Customer
from billing.models import EntryKind, Posting, PromoCode, Purse
from billing.selectors.other_first_promo import has_other_first_promo
from billing.selectors.promo_bonus import promo_bonus
from billing.selectors.promo_slots import promo_slots
from commpeak.lib.money import Money
from commpeak.lib.template_filters import day_text, money_text


def promo_refusal(
    *,
    promo: PromoCode,
    customer: Customer,
    purse: Purse,
    currency: str,
    money: Money | None,
    now: datetime,
) -> str:
    """The first rule that says no, or "" (mission: a refusal names its reason).

    `currency` is the balance's. Without `money` (nothing typed yet) the rules about the amount
    are left out. Whether the code is switched on is for find_promo.
    """
    return (
        _not_now(promo, now)
        or _not_here(promo, purse, currency)
        or _not_first(promo, customer)
        or _used_by(promo, customer)
        or (_("This code has been used up.") if promo.is_used_up else "")
        or (_too_little(promo, money) if money is not None else "")
    )


def _not_now(promo: PromoCode, now: datetime) -> str:
    if now < promo.starts_at:
        return _("This code is valid from %(day)s.") % {"day": day_text(promo.starts_at)}
    if promo.ends_at is not None and now >= promo.ends_at:
        return _("This code ended on %(day)s.") % {"day": day_text(promo.ends_at)}
    return ""


def _not_here(promo: PromoCode, purse: Purse, currency: str) -> str:
    if promo.purse and promo.purse != purse:
        other = Purse(promo.purse).label
        return _("This code is for the %(purse)s balance.") % {"purse": other}
    if promo.currency != currency:
        return _("This code is for balances in %(code)s; this one is kept in %(ours)s.") % {
            "code": promo.currency,
            "ours": currency,
        }
    return ""


def _not_first(promo: PromoCode, customer: Customer) -> str:
    credited = Posting.objects.filter(
        account__customer=customer, entry__kind__in=[EntryKind.TOP_UP, EntryKind.ASSIGNMENT]
    )
    if not promo.first_top_up_only:
        return ""
    if credited.exists() or has_other_first_promo(promo=promo, customer_id=customer.pk):
        return _("This code is for the first top-up only.")
    return ""


def _used_by(promo: PromoCode, customer: Customer) -> str:
    slots = promo_slots(promo=promo, customer_id=customer.pk)
    if slots.free is not None:
        return ""
    if slots.reserved_for:
        return _(
            "This code is kept for your top-up %(reference)s, which is not paid yet. "
            "Pay that one, or cancel it first."
        ) % {"reference": slots.reserved_for}
    if promo.uses_per_customer_max == 1:
        return _("You have used this code already.")
    return ngettext(
        "You have used this code %(count)d time, as often as it can be used.",
        "You have used this code %(count)d times, as often as it can be used.",
        promo.uses_per_customer_max,
    ) % {"count": promo.uses_per_customer_max}


def _too_little(promo: PromoCode, money: Money) -> str:
    smallest = Money(promo.top_up_min, money.currency)
    if money < smallest:
        return _("This code needs a top-up of at least %(amount)s.") % {
            "amount": money_text(smallest)
        }
    if not promo_bonus(promo=promo, money=money):
        return _("The amount is too small for a bonus by this code.")
    return ""

"""Records what the customer asks for, after every rule that could say no."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Customer
from accounts.selectors.missing_address_parts import missing_address_parts
from billing.errors import UnknownPromoCode
from billing.models import PromoCode, Purse
from billing.services.reserve_promo import reserve_promo
from billing.services.try_promo_code import try_promo_code
from commpeak.lib.errors import Refused
from commpeak.lib.money import Money
from payments.gateways.registry import INTO_OUR_BANK
from payments.models import Payment, TopUp
from payments.selectors.offered_gateways import offered_gateways
from payments.selectors.top_up_currency import top_up_currency
from payments.services.check_top_up_limits import check_top_up_limits
from payments.services.check_top_up_throttle import check_top_up_throttle
from payments.services.email_wire_instructions import email_wire_instructions
from payments.services.open_payment import open_payment


def start_top_up(
    *,
    customer: Customer,
    purse: Purse,
    money: Money,
    method: str,
    request_key: UUID,
    ip_address: str | None,
    now: datetime,
    promo_code: str = "",
) -> tuple[TopUp, Payment]:
    """The top-up and its first payment, which has not reached the gateway yet.

    With `promo_code` its bonus is reserved along with it, or nothing is started at all. A
    second call with the same `request_key` (a double click, a reloaded form) returns the
    first top-up and its newest payment, whatever else it says. Nothing is charged here.

    Raises Refused with the reason: address incomplete, SMS currency not chosen, a way to pay
    that is not offered, limits, too many attempts; and PromoRefused for the code. Calls for
    one customer wait for each other, so two tabs cannot together exceed a limit. Must not be
    called inside a transaction: a wrong code is counted although nothing else is kept.
    """
    asked = TopUp(
        customer=customer,
        request_key=request_key,
        purse=purse,
        amount=money.amount,
        currency=money.currency,
        method=method,
        ip_address=ip_address,
        created_at=now,
    )
    started = _start(asked, promo_code, now)
    if isinstance(started, UnknownPromoCode):
        raise started
    return started


@transaction.atomic(durable=True)
def _start(
    asked: TopUp, promo_code: str, now: datetime
) -> tuple[TopUp, Payment] | UnknownPromoCode:
    """An unknown code is returned, as raising it would undo that it was counted."""
    customer = asked.customer
    Customer.objects.select_for_update().get(pk=customer.pk)
    earlier = TopUp.objects.filter(customer=customer, request_key=asked.request_key).first()
    if earlier:
        return earlier, earlier.payments.latest("pk")
    _check(asked, now)
    if promo_code and isinstance(tried := _try(asked, promo_code, now), UnknownPromoCode):
        return tried
    asked.number = customer.top_ups.count() + 1  # we hold the customer's lock
    asked.save(force_insert=True)
    if promo_code:
        _reserve(asked, promo_code, now)
    if asked.method in INTO_OUR_BANK:
        email_wire_instructions(top_up=asked, now=now)
    return asked, open_payment(top_up=asked, now=now)


def _check(asked: TopUp, now: datetime) -> None:
    customer, purse = asked.customer, asked.purse_choice
    _check_ready(customer, purse, asked.money)
    _check_method(asked.method, asked.currency)
    check_top_up_throttle(customer=customer, ip_address=asked.ip_address, now=now)
    check_top_up_limits(customer=customer, purse=purse, money=asked.money, now=now)


def _try(asked: TopUp, promo_code: str, now: datetime) -> PromoCode | UnknownPromoCode:
    return try_promo_code(
        code=promo_code, customer=asked.customer, ip_address=asked.ip_address, now=now
    )


def _reserve(asked: TopUp, promo_code: str, now: datetime) -> None:
    reserve_promo(
        code=promo_code,
        customer=asked.customer,
        purse=asked.purse_choice,
        money=asked.money,
        source=asked.reference,
        now=now,
    )


def _check_ready(customer: Customer, purse: Purse, money: Money) -> None:
    if missing_address_parts(customer):
        raise Refused(_("Complete your address before adding credit."))
    currency = top_up_currency(customer, purse)
    if currency is None:
        raise Refused(_("Choose the currency of your SMS balance first."))
    if money.currency != currency:
        raise Refused(_("This balance is kept in %(currency)s.") % {"currency": currency})


def _check_method(method: str, currency: str) -> None:
    if method not in {gateway.code for gateway in offered_gateways(currency)}:
        raise Refused(
            _("This way to pay is not offered for %(currency)s right now. Choose another one.")
            % {"currency": currency},
            f"{method} is not offered for {currency}",
        )

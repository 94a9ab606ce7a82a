"""Finds by an id of a gateway or of a blockchain: order, capture, refund, invoice, transaction."""

from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import Customer
from payments.find_payment.typed import Typed
from payments.gateways.registry import GATEWAYS
from payments.models import Payment, PaymentFact
from payments.selectors.find_payment.found import (
    FOUND_MAX,
    Finder,
    Found,
    found_payments,
    payments_of,
)


def _names(typed: Typed) -> str:
    if not typed.ids:
        return ""
    return _("an id of a gateway or a blockchain: %(ids)s") % {"ids": ", ".join(typed.ids)}


def _by_gateway_id(typed: Typed, whose: Customer | None) -> list[Found]:
    """Three queries at most. A transaction that has no confirmations yet is no fact: it is found
    by what its payment waits for."""
    payments = payments_of(whose)
    # every gateway by name, since the index begins with it
    of_orders = payments.filter(gateway__in=GATEWAYS, gateway_id__in=typed.ids)
    if found := found_payments(_("The gateway's id of the payment"), of_orders[:FOUND_MAX]):
        return found
    of_facts = payments.filter(pk__in=_facts(typed).values("payment"))
    how = _("The gateway's id of money that came or went back")
    if found := found_payments(how, of_facts[:FOUND_MAX]):
        return found
    return found_payments(_("Seen, and not certain yet"), _expected(typed, whose)[:FOUND_MAX])


def _facts(typed: Typed) -> QuerySet[PaymentFact]:
    """A transaction of a blockchain pays several addresses: BTCPay's id has a number behind it."""
    begins = [Q(object_id__startswith=f"{one}-") for one in typed.ids]
    return PaymentFact.objects.filter(reduce(or_, begins, Q(object_id__in=typed.ids)))


def _expected(typed: Typed, whose: Customer | None) -> QuerySet[Payment]:
    """Only what is asked about again can be waiting for something; that has an index."""
    seen = [Q(waiting__ids__icontains=one) for one in typed.ids]
    return payments_of(whose).filter(reduce(or_, seen), next_poll_at__isnull=False)


BY_GATEWAY_ID = Finder(_names, _by_gateway_id)

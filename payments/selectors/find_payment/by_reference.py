"""Finds by references of ours: of a top-up, a refund, a wire."""

from functools import reduce
from operator import or_

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import Customer
from payments.find_payment.typed import Typed
from payments.gateways.wire.reference import WireReference
from payments.selectors.find_payment.found import (
    FOUND_MAX,
    Finder,
    Found,
    found_payments,
    payments_of,
)


def _short_names(typed: Typed) -> str:
    if not typed.references:
        return ""
    if len(typed.references) == 1:
        return _("reference %(reference)s") % {"reference": typed.references[0]}
    return _("a reference with one slip in it, %(count)s that may be meant") % {
        "count": len(typed.references)
    }


def _by_short_name(typed: Typed, whose: Customer | None) -> list[Found]:
    """One query."""
    named = Q(top_up__reference__in=typed.references) | Q(refunds__reference__in=typed.references)
    payments = payments_of(whose).filter(named).distinct()
    how = _("Our reference") if len(typed.references) == 1 else _("Our reference, mended")
    return found_payments(how, payments[:FOUND_MAX])


def _wire_names(typed: Typed) -> str:
    if not typed.wire_references:
        return ""
    numbers = ", ".join(dict.fromkeys(one.account_number for one in typed.wire_references))
    return _("the reference of a wire to account %(numbers)s") % {"numbers": numbers}


def _by_wire_name(typed: Typed, whose: Customer | None) -> list[Found]:
    """One query."""
    named = reduce(or_, map(_is, typed.wire_references))
    payments = payments_of(whose).filter(named)
    return found_payments(_("The reference of a wire"), payments[:FOUND_MAX])


def _is(reference: WireReference) -> Q:
    return Q(
        top_up__customer__account_number=reference.account_number,
        top_up__purse=reference.purse,
        top_up__number=reference.number,
    )


BY_REFERENCE = Finder(_short_names, _by_short_name)
BY_WIRE_REFERENCE = Finder(_wire_names, _by_wire_name)

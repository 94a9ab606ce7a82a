"""Profile → Automatic refill: what is on, what it did and why, and the switches."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.http import CustomerRequest, customer_required
from billing.models import Purse
from commpeak.lib.clock import utc_now
from commpeak.lib.errors import Refused
from payments.models.refill import AutoRefillRule
from payments.selectors.refill_overview import refill_overview
from payments.services.cancel_refill import cancel_refill
from payments.services.pause_refill import pause_refill
from payments.services.resume_refill import resume_refill

LINES_SHOWN = 8
LINES_OF_HISTORY = 200


@customer_required
@require_safe
def refill(request: CustomerRequest) -> HttpResponse:
    balances = refill_overview(
        customer=request.customer, purses=list(Purse), now=utc_now(), lines_max=LINES_SHOWN
    )
    return render(request, "payments/refill.html", {"balances": balances, "shown": LINES_SHOWN})


@customer_required
@require_safe
def history(request: CustomerRequest, purse: Purse) -> HttpResponse:
    """Each charge and each "not charged because …" of one balance."""
    _own_rule(request, purse)
    [balance] = refill_overview(
        customer=request.customer, purses=[purse], now=utc_now(), lines_max=LINES_OF_HISTORY
    )
    return render(request, "payments/refill_history.html", {"balance": balance})


@customer_required
@require_POST
def pause(request: CustomerRequest, purse: Purse) -> HttpResponse:
    rule = pause_refill(rule_id=_own_rule(request, purse).pk, by_link=False, now=utc_now())
    if rule.state == AutoRefillRule.State.PAUSED:
        messages.success(request, _("Automatic refill of %s is paused.") % purse.label)
    else:
        text = _("Automatic refill of %s is not on: there is nothing to pause.")
        messages.info(request, text % purse.label)
    return redirect("refill")


@customer_required
@require_POST
def resume(request: CustomerRequest, purse: Purse) -> HttpResponse:
    try:
        rule = resume_refill(rule_id=_own_rule(request, purse).pk, now=utc_now())
    except Refused as refusal:
        messages.error(request, refusal.user_text)
    else:
        messages.success(request, _resumed(rule) % purse.label)
    return redirect("refill")


def _resumed(rule: AutoRefillRule) -> str:
    if rule.state == AutoRefillRule.State.NEEDS_CONFIRMATION:
        return _("Automatic refill of %s goes on once you have confirmed the open charge.")
    return _("Automatic refill of %s goes on.")


@customer_required
@require_POST
def cancel(request: CustomerRequest, purse: Purse) -> HttpResponse:
    cancel_refill(rule_id=_own_rule(request, purse).pk, now=utc_now())
    messages.success(request, _("Automatic refill of %s is canceled.") % purse.label)
    return redirect("refill")


def _own_rule(request: CustomerRequest, purse: Purse) -> AutoRefillRule:
    return get_object_or_404(request.customer.refill_rules, purse=purse)

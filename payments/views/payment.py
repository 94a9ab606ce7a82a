"""One top-up on its way: the card page, the way back from the bank, the status page."""

import re

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_list_or_404, get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import CustomerRequest, customer_required
from billing.selectors.promo_of_top_up import promo_of_top_up
from commpeak.lib.client_address import client_address
from commpeak.lib.clock import utc_now
from commpeak.lib.errors import Refused
from payments.decline_texts import decline_text
from payments.gateways.base import CardForm, GatewayError, Instructions, Redirect
from payments.gateways.registry import gateway_for
from payments.models import Payment, TopUp
from payments.selectors.deciding_payment import deciding_payment, most_telling
from payments.selectors.is_being_charged import is_being_charged
from payments.selectors.top_up_progress import top_up_progress
from payments.selectors.waits_for_terms import waits_for_terms
from payments.services.cancel_payment import cancel_payment
from payments.services.retry_top_up import retry_top_up
from payments.states import State
from payments.views.sync import sync_for_web

_ORIGIN = re.compile(r"https?://[A-Za-z0-9.:-]+(?=/)")  # nothing that could end a directive


@customer_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def pay(request: CustomerRequest, reference: str) -> HttpResponse:
    """The Add Credit page: the gateway's card form, or the way to the gateway's own page.

    POST tries again after a failure.
    """
    payment, refusal = _own_deciding_payment(request, reference), ""
    top_up = payment.top_up
    if request.method == "POST":
        try:
            payment = retry_top_up(
                top_up_id=top_up.pk, ip_address=client_address(request), now=utc_now()
            )
        except Refused as error:
            refusal = error.user_text
    if payment.is_open and (slug := waits_for_terms(payment)):
        return redirect(reverse("terms", args=[slug], query={"next": request.path}))
    is_started = bool(payment.gateway_id) or request.method == "POST"
    snapshot = sync_for_web(payment) if payment.is_open and is_started else None
    if _is_out_of_the_customers_hands(payment):
        return redirect(top_up)
    step = snapshot.next_step if snapshot else None
    if isinstance(step, Instructions):
        return redirect(step.page, reference)
    leave_for = step if isinstance(step, Redirect) else None
    promo = promo_of_top_up(top_up.reference)
    context = {
        "top_up": top_up,
        "payment": payment,
        "promo": promo,
        "you_get": top_up.money + promo.bonus if promo and promo.is_promised else None,
        "words": gateway_for(payment.gateway).profile.words,
        "card_form": step if isinstance(step, CardForm) else None,
        "leave_for": leave_for,
        "decline": decline_text(payment.declines.last()),
        "refusal": refusal,
        "return_url": request.build_absolute_uri(reverse("topup-return", args=[reference])),
    }
    response = render(request, "payments/pay.html", context)
    response._csp_update = _way_out(leave_for)  # type: ignore[attr-defined] # as @csp_update does
    return response


@customer_required
@never_cache
@require_safe
def come_back(request: CustomerRequest, reference: str) -> HttpResponse:
    """The customer returns from the bank. The gateway is asked; the address proves nothing."""
    top_up = _own_top_up(request, reference)
    payment = deciding_payment(top_up)
    if payment.is_open:
        sync_for_web(payment, agreed_at=utc_now())
    was_declined = payment.state == State.AWAITING_CUSTOMER and payment.declines.exists()
    return redirect("topup-pay" if was_declined else "topup-status", top_up.reference)


@customer_required
@require_POST
def cancel(request: CustomerRequest, reference: str) -> HttpResponse:
    """Gives the top-up up; the status page shows what became of it."""
    top_up = _own_top_up(request, reference)
    try:
        cancel_payment(payment_id=deciding_payment(top_up).pk, now=utc_now())
    except (GatewayError, Refused) as error:
        messages.error(request, error.user_text)
    return redirect(top_up)


@customer_required
@never_cache
@require_safe
def status(request: CustomerRequest, reference: str) -> HttpResponse:
    """What has happened, what comes next and by when; htmx repeats it until it is final."""
    top_up = _own_top_up(request, reference)
    template = "payments/_status.html" if request.htmx else "payments/status.html"
    return render(request, template, {"top_up": top_up, "progress": top_up_progress(top_up)})


def _own_top_up(request: CustomerRequest, reference: str) -> TopUp:
    return get_object_or_404(request.customer.top_ups, reference=reference)


def _own_deciding_payment(request: CustomerRequest, reference: str) -> Payment:
    """With its top-up, in one query."""
    own = Payment.objects.filter(top_up__customer=request.customer, top_up__reference=reference)
    return most_telling(get_list_or_404(own.select_related("top_up__refill_attempt")))


def _way_out(leave_for: Redirect | None) -> dict[str, list[str]]:
    """Browsers apply form-action to the redirect that answers a form as well, so the page with
    the button allows the gateway's page, and no other page does."""
    origin = _ORIGIN.match(leave_for.url) if leave_for else None
    return {"form-action": [origin[0]]} if origin else {}


def _is_out_of_the_customers_hands(payment: Payment) -> bool:
    """Nothing is left to enter or to press."""
    is_with_the_bank = payment.state == State.PROCESSING or is_being_charged(payment)
    return payment.is_paid or bool(payment.needs_review) or is_with_the_bank

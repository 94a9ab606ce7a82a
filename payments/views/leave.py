"""From our page to the gateway's own, once the customer has agreed."""

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.http import CustomerRequest, customer_required
from payments.gateways.base import Redirect
from payments.selectors.deciding_payment import deciding_payment
from payments.states import State
from payments.views.sync import sync_for_web


class SeeOther(HttpResponseRedirect):
    status_code = 303  # the gateway's page is got, whatever led to it was posted


@customer_required
@never_cache
@require_POST
def leave(request: CustomerRequest, reference: str) -> HttpResponse:
    """To the page that the gateway names now: addresses go stale, and what is paid or over
    (a second click, another tab) leads to the status page. While the gateway is silent the
    customer stays, with the way to try again."""
    top_up = get_object_or_404(request.customer.top_ups, reference=reference)
    payment = deciding_payment(top_up)
    snapshot = sync_for_web(payment) if payment.is_open else None
    if payment.needs_review or payment.state not in {State.CREATED, State.AWAITING_CUSTOMER}:
        return redirect(top_up)
    step = snapshot.next_step if snapshot else None
    if isinstance(step, Redirect):
        return SeeOther(step.url)
    return redirect("topup-pay", reference)

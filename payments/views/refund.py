"""Asking for money back, and following what becomes of it."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import CustomerRequest, customer_required
from commpeak.lib.clock import utc_now
from commpeak.lib.errors import Refused
from commpeak.lib.ids import is_top_up_reference
from payments.forms.refund import RefundForm
from payments.models import Payment, Refund, TopUp
from payments.selectors.customer_refunds import customer_refunds
from payments.selectors.deciding_payment import deciding_payment
from payments.selectors.refund_progress import refund_progress
from payments.selectors.refundable import refundable
from payments.selectors.way_back import way_back
from payments.services.request_refund import request_refund

SHOWN_MAX = 100  # far more than one customer asks for


@customer_required
@never_cache
@require_safe
def refunds(request: CustomerRequest) -> HttpResponse:
    return render(
        request,
        "payments/refunds.html",
        {"refunds": list(customer_refunds(request.customer)[:SHOWN_MAX])},
    )


@customer_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new_refund(request: CustomerRequest) -> HttpResponse:
    """The request form for the top-up that `?topup=` names."""
    top_up = _own_top_up(request)
    payment = deciding_payment(top_up)
    possible = refundable(payment)
    form = RefundForm(request.POST or None, most=possible.own)
    if request.method == "POST" and form.is_valid() and (refund := _ask(request, payment, form)):
        messages.success(request, _("Your request is with our staff."))
        return redirect(refund)
    context = {
        "top_up": top_up,
        "way_back": way_back(payment),
        "possible": possible,
        "form": form,
        "action": reverse("refund-new", query={"topup": top_up.reference}),
    }
    return render(request, "payments/refund_new.html", context)


@customer_required
@never_cache
@require_safe
def refund(request: CustomerRequest, refund_reference: str) -> HttpResponse:
    found = get_object_or_404(customer_refunds(request.customer), reference=refund_reference)
    context = {"refund": found, "progress": refund_progress(found)}
    return render(request, "payments/refund.html", context)


def _own_top_up(request: CustomerRequest) -> TopUp:
    reference = request.GET.get("topup", "")
    if not is_top_up_reference(reference):
        raise Http404
    return get_object_or_404(request.customer.top_ups, reference=reference)


def _ask(request: CustomerRequest, payment: Payment, form: RefundForm) -> Refund | None:
    """None after a refusal, which the form then shows."""
    try:
        return request_refund(
            payment_id=payment.pk,
            money=form.cleaned_data["amount"],
            reason=Refund.Reason(form.cleaned_data["reason"]),
            comment=form.cleaned_data["comment"],
            asked_by=Refund.AskedBy.CUSTOMER,
            asker=request.user.email,
            request_key=form.cleaned_data["request_key"],
            now=utc_now(),
        )
    except Refused as refusal:
        form.add_error("amount", refusal.user_text)
        return None

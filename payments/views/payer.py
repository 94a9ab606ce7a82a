""" "Fix payment issue": the code that we mailed to the payer's address at the gateway."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import CustomerRequest, customer_required
from commpeak.lib.clock import utc_now
from commpeak.lib.errors import Refused
from payments.forms.payer import PayerCodeForm
from payments.gateways.registry import gateway_for
from payments.models import Payment, TopUp
from payments.models.payer import PayerCheck
from payments.selectors.deciding_payment import deciding_payment
from payments.selectors.payer_checks import open_payer_checks
from payments.services.confirm_payer import confirm_payer
from payments.services.resend_payer_code import resend_payer_code
from payments.views.sync import sync_for_web


@customer_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def payer(request: CustomerRequest, reference: str) -> HttpResponse:
    """Asks for the code. What is confirmed or over is told by the status page."""
    top_up = get_object_or_404(request.customer.top_ups, reference=reference)
    check = open_payer_checks(request.customer).filter(payment__top_up=top_up).first()
    if check is None:
        return redirect(top_up)
    form = PayerCodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        check = confirm_payer(
            payment_id=check.payment_id, code=form.cleaned_data["code"], now=utc_now()
        )
        form.add_error("code", _wrong_code(check))
    if check.confirmed_at or check.is_over(utc_now()) or not check.payment.is_open:
        return _settled(top_up, check.payment)
    name = gateway_for(check.payment.gateway).profile.words.name
    context = {"top_up": top_up, "check": check, "form": form, "gateway": name}
    return render(request, "payments/payer.html", context)


@customer_required
@require_POST
def resend(request: CustomerRequest, reference: str) -> HttpResponse:
    """Another code to the same address."""
    top_up = get_object_or_404(request.customer.top_ups, reference=reference)
    try:
        check = resend_payer_code(payment_id=deciding_payment(top_up).pk, now=utc_now())
    except Refused as refusal:
        messages.warning(request, refusal.user_text)
    else:
        told = _("A new code is on its way to %(email)s. Only the newest one counts.")
        messages.success(request, told % {"email": check.email})
    return redirect("topup-payer", reference)


def _settled(top_up: TopUp, payment: Payment) -> HttpResponse:
    """The money is taken, or the payment ended, before the customer looks."""
    sync_for_web(payment)
    return redirect(top_up)


def _wrong_code(check: PayerCheck) -> str:
    return ngettext(
        "This is not the code. You have %(count)s more try.",
        "This is not the code. You have %(count)s more tries.",
        check.tries_left,
    ) % {"count": check.tries_left}

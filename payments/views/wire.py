"""Paying by wire: the instructions, what the customer tells us once it is sent, and the PDF."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import CustomerRequest, customer_required
from commpeak.lib.clock import utc_now
from commpeak.lib.errors import Refused
from commpeak.lib.upload_limit import upload_was_too_large
from payments.forms.wire import WireForm
from payments.gateways.registry import INTO_OUR_BANK
from payments.gateways.wire.epc_qr import as_data_uri
from payments.gateways.wire.profile import INSTRUCTIONS_PAGE
from payments.models import Payment, TopUp
from payments.models.wire import WireAnnouncement
from payments.selectors.wire_announcements import newest_announcement
from payments.selectors.wire_instructions import WireInstructions, wire_instructions
from payments.services.announce_wire import announce_wire
from payments.views.wire_pdf import wire_pdf


@customer_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def wire(request: CustomerRequest, reference: str) -> HttpResponse:
    """Where to send the money; POST tells that it is sent. Leads on when nothing is awaited."""
    top_up = _own_wire(request, reference)
    payment = top_up.payments.latest("pk")
    if not payment.is_open or payment.needs_review:
        return redirect(top_up)
    said = newest_announcement(payment)
    form = _form(request, top_up, said)
    if request.method == "POST" and form.is_valid() and _announce(form, payment):
        return redirect(top_up)
    instructions = wire_instructions(top_up)
    context = {
        "top_up": top_up,
        "instructions": instructions,
        "qr": as_data_uri(instructions.qr) if instructions and instructions.qr else "",
        "said": said,
        "form": form,
        "billing_email": settings.BILLING_EMAIL,
    }
    return render(request, "payments/wire.html", context)


@customer_required
@never_cache
@require_safe
def pdf(request: CustomerRequest, reference: str) -> HttpResponse:
    """The same instructions on one page of paper, for the bank or the bookkeeper."""
    top_up = _own_wire(request, reference)
    instructions = wire_instructions(top_up)
    if instructions is None:
        raise Http404
    page = settings.SITE_URL + reverse(INSTRUCTIONS_PAGE, args=[reference])
    response = HttpResponse(_pdf(top_up, instructions, page), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="wire-{reference}.pdf"'
    return response


def _pdf(top_up: TopUp, instructions: WireInstructions, page: str) -> bytes:
    return wire_pdf(
        top_up=top_up,
        instructions=instructions,
        page=page,
        billing_email=settings.BILLING_EMAIL,
        now=utc_now(),
    )


def _own_wire(request: CustomerRequest, reference: str) -> TopUp:
    own = request.customer.top_ups.select_related("customer")
    return get_object_or_404(own, reference=reference, method__in=INTO_OUR_BANK)


def _form(request: HttpRequest, top_up: TopUp, said: WireAnnouncement | None) -> WireForm:
    is_post = request.method == "POST"
    return WireForm(
        request.POST if is_post else None,
        request.FILES if is_post else None,
        top_up=top_up,
        said=said,
        today=timezone.localdate(utc_now()),
        too_large=upload_was_too_large(request),
    )


def _announce(form: WireForm, payment: Payment) -> bool:
    data = form.cleaned_data
    try:
        announce_wire(
            payment_id=payment.pk,
            payer_name=data["payer_name"],
            money=data["money"],
            sent_on=data["sent_on"],
            proof=data["proof"],
            now=utc_now(),
        )
    except Refused as refusal:
        form.add_error(None, refusal.user_text)
        return False
    return True

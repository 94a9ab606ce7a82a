"""The Add credit panel (article, steps 2 to 4); a page of its own without JavaScript."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect

from accounts.http import CustomerRequest, customer_required
from accounts.selectors.missing_address_parts import missing_address_parts
from billing.models import Purse
from billing.selectors.customer_balances import customer_balances
from billing.services.choose_sms_currency import choose_sms_currency
from commpeak.lib.client_address import client_address
from commpeak.lib.clock import utc_now
from commpeak.lib.errors import Refused
from payments.forms import AMOUNT_CHARACTERS_MAX, SmsCurrencyForm, TopUpForm
from payments.models import TopUp
from payments.selectors.offered_gateways import offered_gateways
from payments.selectors.top_up_currency import top_up_currency
from payments.selectors.top_up_offer import top_up_offer
from payments.services.start_top_up import start_top_up
from payments.views.sync import sync_for_web


@customer_required
@require_http_methods(["GET", "HEAD", "POST"])
def topup(request: CustomerRequest) -> HttpResponse:
    """First what is missing (address, SMS currency), then the form; POST leads to paying."""
    purse = _purse(request)
    if missing := missing_address_parts(request.customer):
        return _panel(request, purse, "address", missing=missing)
    if top_up_currency(request.customer, purse) is None:
        return _panel(request, purse, "currency", form=SmsCurrencyForm())
    form = _form(request, purse)
    if request.method == "POST" and form.is_valid() and (top_up := _start(request, form)):
        return _leave_panel(request, reverse("topup-pay", args=[top_up.reference]))
    return _panel(request, purse, "form", form=form)


@customer_required
@require_POST
def choose_currency(request: CustomerRequest) -> HttpResponse:
    """The SMS balance gets its currency, once; then the form."""
    form = SmsCurrencyForm(request.POST)
    if not form.is_valid():
        return _panel(request, Purse.SMS, "currency", form=form)
    try:
        choose_sms_currency(customer=request.customer, currency=form.cleaned_data["currency"])
    except Refused as refusal:
        form.add_error("currency", refusal.user_text)
        return _panel(request, Purse.SMS, "currency", form=form)
    return redirect(reverse("topup", query={"purse": Purse.SMS.value}))


def _form(request: CustomerRequest, purse: Purse) -> TopUpForm:
    """Choosing another balance draws the form anew by GET; what was typed is kept."""
    typed = {
        "amount": request.GET.get("amount", "")[:AMOUNT_CHARACTERS_MAX],
        "method": request.GET.get("method", ""),
    }
    offer = top_up_offer(customer=request.customer, purse=purse, now=utc_now())
    return TopUpForm(
        request.POST or None,
        customer=request.customer,
        offer=offer,
        gateways=offered_gateways(offer.currency),
        balances=customer_balances(request.customer),
        initial={"purse": purse} | {name: text for name, text in typed.items() if text},
    )


def _start(request: CustomerRequest, form: TopUpForm) -> TopUp | None:
    data = form.cleaned_data
    try:
        top_up, payment = start_top_up(
            customer=request.customer,
            purse=Purse(data["purse"]),
            money=data["money"],
            method=data["method"],
            request_key=data["request_key"],
            ip_address=client_address(request),
            now=utc_now(),
        )
    except Refused as refusal:
        form.add_error("amount", refusal.user_text)
        return None
    sync_for_web(payment)
    return top_up


def _purse(request: HttpRequest) -> Purse:
    asked = request.POST.get("purse") or request.GET.get("purse")
    return Purse(asked) if asked in Purse.values else Purse.VOICE


def _panel(request: CustomerRequest, purse: Purse, step: str, **context: object) -> HttpResponse:
    template = "payments/_topup.html" if request.htmx else "payments/topup.html"
    return render(request, template, {"purse": purse, "step": step, **context})


def _leave_panel(request: CustomerRequest, address: str) -> HttpResponse:
    return HttpResponseClientRedirect(address) if request.htmx else redirect(address)

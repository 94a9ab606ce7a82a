"""The Add credit panel (article, steps 2 to 4); a page of its own without JavaScript."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect

from accounts.http import CustomerRequest, customer_required
from accounts.selectors.missing_address_parts import missing_address_parts
from billing.errors import PromoRefused
from billing.models import Purse
from billing.selectors.customer_balances import customer_balances
from billing.services.choose_sms_currency import choose_sms_currency
from commpeak.lib.client_address import client_address
from commpeak.lib.clock import utc_now
from commpeak.lib.errors import Refused
from payments.forms.top_up import (
    AMOUNT_CHARACTERS_MAX,
    PROMO_CHARACTERS_MAX,
    SmsCurrencyForm,
    TopUpForm,
)
from payments.gateways.registry import VAULT
from payments.models import TopUp
from payments.selectors.offered_gateways import offered_gateways
from payments.selectors.top_up_currency import top_up_currency
from payments.selectors.top_up_offer import top_up_offer
from payments.services.start_top_up import start_top_up
from payments.views.promo import PromoAnswer, promo_answer
from payments.views.sync import sync_for_web


@customer_required
@require_http_methods(["GET", "HEAD", "POST"])
def topup(request: CustomerRequest) -> HttpResponse:
    """First what is missing (address, SMS currency), then the form; POST leads to paying, or
    with "Apply code" to the form again and what the code is good for."""
    purse = _purse(request)
    if missing := missing_address_parts(request.customer):
        return _panel(request, purse, "address", missing=missing)
    currency = top_up_currency(request.customer, purse)
    if currency is None:
        return _panel(request, purse, "currency", form=SmsCurrencyForm())
    if request.method == "POST" and _wants_refill(request):
        return _leave_panel(request, _refill_page(request, purse))
    form = _form(request, purse)
    if form.is_bound and form.is_valid() and (top_up := _start(request, form)):
        return _leave_panel(request, reverse("topup-pay", args=[top_up.reference]))
    promo = _promo(request, form, purse, currency)
    return _panel(request, purse, "form", form=form, promo=promo)


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
    """Bound for Checkout. Choosing another balance (by GET) and applying a promo code draw the
    form anew; what was typed is kept."""
    offer = top_up_offer(customer=request.customer, purse=purse, now=utc_now())
    return TopUpForm(
        request.POST if _is_checkout(request) else None,
        customer=request.customer,
        offer=offer,
        gateways=offered_gateways(offer.currency),
        balances=customer_balances(request.customer),
        initial={"purse": purse} | _typed(request),
    )


def _is_checkout(request: CustomerRequest) -> bool:
    """Enter presses the first button, which without scripts is "Apply code"."""
    return request.method == "POST" and not ("apply" in request.POST and _typed_code(request))


def _typed(request: CustomerRequest) -> dict[str, str]:
    sent = request.POST if request.method == "POST" else request.GET
    typed = {
        "amount": sent.get("amount", "")[:AMOUNT_CHARACTERS_MAX],
        "method": sent.get("method", ""),
        "promo_code": sent.get("promo_code", "").strip()[:PROMO_CHARACTERS_MAX],
    }
    return {name: text for name, text in typed.items() if text}


def _typed_code(request: CustomerRequest) -> str:
    return _typed(request).get("promo_code", "")


def _promo(
    request: CustomerRequest, form: TopUpForm, purse: Purse, currency: str
) -> PromoAnswer | None:
    """None when no code was typed, or Checkout has refused it already."""
    code = _typed_code(request)
    if not code or form.errors.get("promo_code"):
        return None
    amount = _typed(request).get("amount", "")
    return promo_answer(request, code=code, amount=amount, purse=purse, currency=currency)


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
            promo_code=data["promo_code"],
        )
    except PromoRefused as refusal:
        form.add_error("promo_code", refusal.user_text)
        return None
    except Refused as refusal:
        form.add_error("amount", refusal.user_text)
        return None
    sync_for_web(payment)
    return top_up


def _wants_refill(request: HttpRequest) -> bool:
    """With another way to pay the form says that refill needs a card."""
    return (request.POST.get("frequency"), request.POST.get("method")) == ("refill", VAULT.code)


def _refill_page(request: HttpRequest, purse: Purse) -> str:
    """The amount, if one was typed, becomes the deposit."""
    amount = request.POST.get("amount", "")[:AMOUNT_CHARACTERS_MAX]
    query = {"amount": amount} if amount else {}
    return reverse("refill-new", args=[purse], query=query)


def _purse(request: HttpRequest) -> Purse:
    asked = request.POST.get("purse") or request.GET.get("purse")
    return Purse(asked) if asked in Purse.values else Purse.VOICE


def _panel(request: CustomerRequest, purse: Purse, step: str, **context: object) -> HttpResponse:
    template = "payments/_topup.html" if request.htmx else "payments/topup.html"
    return render(request, template, {"purse": purse, "step": step, **context})


def _leave_panel(request: CustomerRequest, address: str) -> HttpResponse:
    return HttpResponseClientRedirect(address) if request.htmx else redirect(address)

""" "I paid, where is it?" for the customer: among their own payments, else a message to us."""

from urllib.parse import quote, urlencode

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.http import CustomerRequest, customer_required
from commpeak.lib.clock import utc_now
from payments.find_payment.typed import CHARACTERS_MAX, tidied
from payments.selectors.find_payment.answers import answers, message_to_support
from payments.selectors.find_payment.search import Search, search


@customer_required
@require_safe
def find_own_payment(request: CustomerRequest) -> HttpResponse:
    """Tells how it stands, and leads to its page. Asks no gateway."""
    customer, now, text = request.customer, utc_now(), tidied(request.GET.get("q", ""))
    today = timezone.localdate(now)
    result = search(text, today=today, whose=customer) if text else None
    context = {
        "typed": text,
        "characters_max": CHARACTERS_MAX,
        "result": result,
        "answers": answers(result, now=now) if result else [],
        "mail_to": _mail_to(request, result) if result else "",
        "billing_email": settings.BILLING_EMAIL,
    }
    return render(request, "payments/find_payment.html", context)


def _mail_to(request: CustomerRequest, result: Search) -> str:
    """Opens the customer's own mail program with the message filled in."""
    subject, text = message_to_support(result, request.customer)
    query = urlencode({"subject": subject, "body": text}, quote_via=quote)
    return f"mailto:{settings.BILLING_EMAIL}?{query}"

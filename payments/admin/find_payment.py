""" "I paid, where is it?" for staff: one field for whatever a customer tells."""

from typing import cast

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import Customer, User
from commpeak.lib.clock import utc_now
from payments.find_payment.typed import tidied
from payments.forms.find_payment import FindPaymentForm
from payments.selectors.find_payment.answers import answers, case_text
from payments.selectors.find_payment.search import search


@require_safe
def find_payment(request: HttpRequest) -> HttpResponse:
    """Looks at what is there already; asks no gateway and changes nothing."""
    _refuse_others(request)
    now, text = utc_now(), tidied(request.GET.get("q", ""))
    reader = cast(User, request.user)
    result = search(text, today=now.date(), reader=reader) if text else None
    context = admin.site.each_context(request) | {
        "title": _("Find a payment"),
        "form": FindPaymentForm({"q": text}),
        "result": result,
        "answers": answers(result, now=now) if result else [],
        "case": case_text(result) if result else "",
        "may_add_note": request.user.has_perm("accounts.add_customernote"),
    }
    return render(request, "admin/find_payment/page.html", context)


@require_safe
def case_for_customer(request: HttpRequest) -> HttpResponse:
    """Takes what was not found to the customer's page, as a note that is filled in there."""
    _refuse_others(request)
    number = tidied(request.GET.get("account_number", ""))
    customer = Customer.objects.filter(account_number=number).first()
    text = request.GET.get("q", "")
    if customer is None:
        messages.error(request, _("No customer has the account number %(n)s.") % {"n": number})
        return redirect(reverse("admin-find-payment", query={"q": tidied(text)}))
    result = search(text, today=utc_now().date(), reader=cast(User, request.user))
    page = reverse(
        "admin:accounts_customer_change", args=[customer.pk], query={"note": case_text(result)}
    )
    return redirect(f"{page}#section-notes")


def _refuse_others(request: HttpRequest) -> None:
    if not request.user.has_perm("payments.view_payment"):
        raise PermissionDenied

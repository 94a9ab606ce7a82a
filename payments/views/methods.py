"""Accepted payment methods and currencies (article, "accepted payment methods")."""

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.http import CustomerRequest, customer_required
from payments.selectors.payment_methods import payment_methods


@customer_required
@require_safe
def methods(request: CustomerRequest) -> HttpResponse:
    context = {"methods": payment_methods(), "currencies": settings.CURRENCIES}
    return render(request, "payments/methods.html", context)

"""The first page: both balances, what happened last, and what to do next."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.http import CustomerRequest, customer_required
from accounts.selectors.missing_address_parts import missing_address_parts
from billing.selectors.balance_paces import balance_paces
from billing.selectors.customer_balances import customer_balances
from billing.selectors.recent_entries import recent_entries
from commpeak.lib.clock import utc_now
from payments.selectors.owed_balances import owed_balances
from payments.selectors.payer_checks import open_payer_checks
from payments.selectors.recent_top_ups import recent_top_ups
from payments.selectors.wire_announcements import expected_wires

RECENT_MAX = 5


@customer_required
@require_safe
def dashboard(request: CustomerRequest) -> HttpResponse:
    customer = request.customer
    balances = customer_balances(customer)
    context = {
        "missing_address_parts": missing_address_parts(customer),
        "paces": balance_paces(balances=balances, now=utc_now()),
        "owed": owed_balances(customer=customer, balances=balances),
        "entries": recent_entries(customer=customer, count_max=RECENT_MAX),
        "payer_checks": open_payer_checks(customer),
        "expected_wires": expected_wires(customer, count_max=RECENT_MAX),
        "top_ups": recent_top_ups(customer=customer, count_max=RECENT_MAX),
    }
    return render(request, "payments/dashboard.html", context)

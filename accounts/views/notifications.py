"""What we told the customer: the list behind the bell."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.http import CustomerRequest, customer_required
from accounts.selectors.current_customer import current_customer
from accounts.selectors.notification_page import notification_page
from accounts.services.mark_notifications_read import mark_notifications_read
from commpeak.lib.clock import utc_now
from commpeak.lib.page_key import page_key


@customer_required
@require_safe
def notifications(request: CustomerRequest) -> HttpResponse:
    """Looking changes nothing; where scripts run, the page then posts what it has shown."""
    before = page_key(request.GET.get("before", ""))
    page = notification_page(customer=request.customer, before=before)
    context = {"page": page, "is_first": before is None}
    return render(request, "accounts/notifications.html", context)


@customer_required
@require_POST
def read(request: CustomerRequest) -> HttpResponse:
    """Marks what a page showed (`oldest` to `newest`), or everything, as read.

    htmx gets the bell as it is now.
    """
    marked = mark_notifications_read(
        customer=request.customer,
        now=utc_now(),
        oldest=page_key(request.POST.get("oldest", "")),
        newest=page_key(request.POST.get("newest", "")),
    )
    if request.htmx and (customer := current_customer(request.user)):
        request.customer = customer  # with the number as it is now
        return render(request, "components/bell.html", {"oob": True})
    if marked:
        messages.success(request, _("Everything is marked as read."))
    return redirect("notifications")

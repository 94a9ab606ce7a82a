"""Where mail about each category goes, beside the members' own addresses."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.forms.notifications import AddressCodeForm, NotificationAddressForm
from accounts.http import CustomerRequest, customer_required, proven_again
from accounts.models import Category, NotificationAddress
from accounts.services.add_notification_address import add_notification_address
from accounts.services.confirm_notification_address import confirm_notification_address
from accounts.services.remove_notification_address import remove_notification_address
from accounts.services.resend_address_code import resend_address_code
from accounts.services.set_category_mail import set_category_mail
from commpeak.lib.clock import utc_now
from commpeak.lib.errors import Refused

_SETTINGS = "profile-notifications"


@customer_required
@proven_again
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: CustomerRequest, category: Category) -> HttpResponse:
    """Asks for the address and mails a code to it; the next page asks for the code."""
    form = NotificationAddressForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            address = add_notification_address(
                customer=request.customer,
                category=category,
                email=form.cleaned_data["email"],
                now=utc_now(),
            )
        except Refused as refusal:
            form.add_error("email", refusal.user_text)
        else:
            return redirect("notification-address", address.pk)
    context = {"category": category, "form": form}
    return render(request, "accounts/address_add.html", context)


@customer_required
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: CustomerRequest, address_id: int) -> HttpResponse:
    """Asks for the code that was mailed there."""
    address = _own_address(request, address_id)
    form = AddressCodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        address = confirm_notification_address(
            customer=request.customer,
            address_id=address_id,
            code=form.cleaned_data["code"],
            now=utc_now(),
        )
        form.add_error("code", _wrong_code(address))
    if address.is_verified:
        told = _("Messages now also go to %(email)s.") % {"email": address.email}
        messages.success(request, told)
        return redirect(_SETTINGS)
    return render(request, "accounts/address_confirm.html", {"address": address, "form": form})


@customer_required
@require_POST
def resend(request: CustomerRequest, address_id: int) -> HttpResponse:
    address = _own_address(request, address_id)
    try:
        resend_address_code(customer=request.customer, address_id=address_id, now=utc_now())
    except Refused as refusal:
        messages.warning(request, refusal.user_text)
    else:
        told = _("A new code is on its way to %(email)s. Only the newest one counts.")
        messages.success(request, told % {"email": address.email})
    return redirect("notification-address", address_id)


@customer_required
@require_POST
def remove(request: CustomerRequest, address_id: int) -> HttpResponse:
    address = _own_address(request, address_id)
    remove_notification_address(customer=request.customer, address_id=address_id, now=utc_now())
    told = _("No more messages go to %(email)s.") % {"email": address.email}
    messages.success(request, told)
    return redirect(_SETTINGS)


@customer_required
@require_POST
def category_mail(request: CustomerRequest, category: Category) -> HttpResponse:
    """`mail` is "on" or "off"."""
    is_on = request.POST.get("mail") != "off"
    try:
        set_category_mail(customer=request.customer, category=category, is_on=is_on, now=utc_now())
    except Refused as refusal:
        messages.error(request, refusal.user_text)
    else:
        told = _("This is mailed from now on.") if is_on else _("This is no longer mailed.")
        messages.success(request, told)
    return redirect(_SETTINGS)


def _own_address(request: CustomerRequest, address_id: int) -> NotificationAddress:
    return get_object_or_404(request.customer.notification_addresses, pk=address_id)


def _wrong_code(address: NotificationAddress) -> str:
    if not address.takes_codes(utc_now()):
        return _("This code is not valid any more. Have a new one sent.")
    return ngettext(
        "This is not the code. You have %(count)d more try.",
        "This is not the code. You have %(count)d more tries.",
        address.tries_left,
    ) % {"count": address.tries_left}

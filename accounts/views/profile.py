"""The profile: who the customer is, where they live, and how they log in."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.forms.contact import ContactForm
from accounts.forms.time_zone import TimeZoneForm
from accounts.http import CustomerRequest, customer_required
from accounts.selectors.missing_address_parts import missing_address_parts
from accounts.selectors.terms_agreed_to import terms_agreed_to
from accounts.selectors.ways_to_log_in import ways_to_log_in
from accounts.selectors.written_address import written_address
from accounts.services.save_contact_details import save_contact_details
from accounts.services.set_time_zone import set_time_zone
from commpeak.lib.local_redirect import local_redirect_target

_TOP_UP = "/topup/"


@customer_required
@require_safe
def profile(request: CustomerRequest) -> HttpResponse:
    """Everything we know about the customer."""
    customer = request.customer
    context = {
        "customer": customer,
        "missing": missing_address_parts(customer),
        "address_lines": written_address(customer.address),
        "agreements": terms_agreed_to(customer),
        "login": ways_to_log_in(request.user),
    }
    return render(request, "accounts/profile.html", context)


@customer_required
@require_http_methods(["GET", "HEAD", "POST"])
def profile_time_zone(request: CustomerRequest) -> HttpResponse:
    """A page of its own: the hundreds of zones weigh as much as all the rest of the profile."""
    customer = request.customer
    form = TimeZoneForm(request.POST or None, initial={"time_zone": customer.time_zone})
    if request.method == "POST" and form.is_valid():
        set_time_zone(customer=customer, time_zone=form.cleaned_data["time_zone"])
        messages.success(request, _("Times are now shown in %s.") % customer.time_zone)
        return redirect("profile")
    return render(request, "accounts/time_zone.html", {"form": form})


@customer_required
@require_http_methods(["GET", "HEAD", "POST"])
def profile_address(request: CustomerRequest) -> HttpResponse:
    """Name and address. `next` leads back to where they were asked for."""
    target = local_redirect_target(request, default=reverse("profile"))
    if request.method == "POST" and "change_country" in request.POST:
        form = ContactForm(request.customer, typed=request.POST)
        template = "accounts/_address_fields.html" if request.htmx else "accounts/address.html"
        return render(request, template, _address_context(request, form, target))
    form = ContactForm(request.customer, request.POST or None)
    if request.method == "POST" and form.is_valid():
        save_contact_details(customer=request.customer, details=form.details())
        messages.success(request, _("Your name and address are saved."))
        return redirect(target)
    return render(request, "accounts/address.html", _address_context(request, form, target))


def _address_context(request: CustomerRequest, form: ContactForm, target: str) -> dict[str, object]:
    came_for_credit = target.startswith(_TOP_UP)
    return {
        "form": form,
        "next": target,
        "missing": missing_address_parts(request.customer) if came_for_credit else [],
    }

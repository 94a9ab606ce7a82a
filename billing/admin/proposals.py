"""The page on which staff propose something for a customer: form, preview, confirm."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Customer
from commpeak.lib.audit_log import audit_creation
from commpeak.lib.errors import AppError


def propose_for_customer(
    request: HttpRequest,
    model_admin: ModelAdmin[Any],
    *,
    title: str,
    form_class: Callable[..., Form],
    preview: Callable[[Customer, dict[str, Any]], dict[str, Any]],
    propose: Callable[[Customer, dict[str, Any]], Model],
) -> HttpResponse:
    """GET asks; POST shows `preview` and asks to confirm; POST with "confirmed" proposes.

    The customer is in the address (`?customer=`): the way here is from the customer's page.
    `preview` gives the template's `effect` and such; `propose` calls the service. What is
    confirmed is read from the same form again, so nothing in it is believed twice.
    """
    if not model_admin.has_add_permission(request):
        raise PermissionDenied
    customer_id = request.GET.get("customer", "")
    if not customer_id.isdecimal():
        messages.info(request, _("Open the customer's page and choose it there."))
        return redirect("admin:accounts_customer_changelist")
    customer = get_object_or_404(Customer, pk=customer_id)
    form = form_class(request.POST or None, customer=customer)
    context: dict[str, Any] = {"is_asking": True}
    if request.method == "POST" and form.is_valid():
        if "confirmed" in request.POST:
            return _proposed(request, form, customer, title, propose)
        if "again" not in request.POST:
            context = {"is_asking": False, **preview(customer, form.cleaned_data)}
    page = model_admin.admin_site.each_context(request) | {
        "title": title,
        "customer": customer,
        "form": form,
        "back": _customer_page(customer),
    }
    return render(request, "admin/propose.html", page | context)


def _proposed(
    request: HttpRequest,
    form: Form,
    customer: Customer,
    title: str,
    propose: Callable[[Customer, dict[str, Any]], Model],
) -> HttpResponse:
    """To what was proposed; a refusal is told in its words for the log, on the customer's page."""
    try:
        decision: Any = propose(customer, form.cleaned_data)
    except AppError as error:
        messages.error(request, error.log_text)
        return redirect(_customer_page(customer))
    audit_creation(decision, action=title, reason=form.cleaned_data["reason"])
    if decision.stage == decision.Stage.WAITING:
        messages.warning(request, _("Proposed. It waits for a second person."))
    else:
        messages.success(request, _("Done."))
    names = decision._meta.app_label, decision._meta.model_name
    return redirect(reverse("admin:{}_{}_change".format(*names), args=[decision.pk]))


def _customer_page(customer: Customer) -> str:
    return reverse("admin:accounts_customer_change", args=[customer.pk])

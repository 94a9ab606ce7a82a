"""The notification settings: warnings for each balance, and where mail goes."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.http import CustomerRequest, customer_required
from accounts.selectors.mail_settings import mail_settings
from accounts.selectors.notification_recipients import member_addresses
from billing.forms.alerts import BalanceAlertForm
from billing.models import BalanceAlert
from billing.selectors.balance_paces import balance_paces
from billing.selectors.customer_balances import customer_balances
from billing.services.set_balance_alert import set_balance_alert
from commpeak.lib.clock import utc_now
from commpeak.lib.errors import InvalidInput


@customer_required
@require_http_methods(["GET", "HEAD", "POST"])
def settings_page(request: CustomerRequest) -> HttpResponse:
    """POST saves the warnings of the balance that `purse` names; addresses have their pages."""
    forms = _forms(request)
    sent = next((form for form in forms if form.is_bound), None)
    if sent is not None and sent.is_valid() and _save(request, sent):
        purse = sent.pace.balance.purse.label
        messages.success(request, _("The warnings for %(purse)s are saved.") % {"purse": purse})
        return redirect("profile-notifications")
    context = {
        "forms": forms,
        "categories": mail_settings(request.customer),
        "members": member_addresses(request.customer),
    }
    return render(request, "billing/notification_settings.html", context)


def _forms(request: CustomerRequest) -> list[BalanceAlertForm]:
    balances = customer_balances(request.customer)
    alerts = BalanceAlert.objects.in_bulk([balance.account_id for balance in balances])
    asked = request.POST.get("purse", "") if request.method == "POST" else None
    return [
        BalanceAlertForm(
            pace,
            alerts.get(pace.balance.account_id),
            request.POST if asked == pace.balance.purse else None,
        )
        for pace in balance_paces(balances=balances, now=utc_now())
    ]


def _save(request: CustomerRequest, form: BalanceAlertForm) -> bool:
    data = form.cleaned_data
    try:
        set_balance_alert(
            customer=request.customer,
            purse=form.pace.balance.purse,
            threshold=data["threshold"],
            runway_days=data["runway_days"],
            is_daily=data["is_daily"],
            now=utc_now(),
        )
    except InvalidInput as error:
        form.add_error("threshold", error.user_text)
        return False
    return True

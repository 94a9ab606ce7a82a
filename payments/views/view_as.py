"""Staff stop seeing the portal as a customer does. It begins on the customer's admin page."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from commpeak.lib.audit_log import audited_action
from commpeak.lib.clock import utc_now
from payments.models import CustomerView
from payments.services.stop_customer_view import stop_customer_view
from payments.view_as import SESSION_KEY


@login_required
@require_POST
def stop(request: HttpRequest) -> HttpResponse:
    """Back to the customer's page in the admin; the audit log has it."""
    view_id = request.session.pop(SESSION_KEY, None)
    own = CustomerView.objects.filter(pk=view_id, viewer_id=request.user.pk)
    view = own.select_related("customer").first()
    if view is None:
        return redirect("admin:index")
    with audited_action(view.customer, action=_("Stop the view as customer"), reason="") as acted:
        was_open = stop_customer_view(view_id=view.pk, now=utc_now())
        acted.outcome = _("Stopped.") if was_open else _("It was over already.")
    return redirect("admin:accounts_customer_change", view.customer_id)

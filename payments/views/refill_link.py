"""The pause link of the receipts: works without logging in, and can only pause."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from commpeak.lib.clock import utc_now
from payments.models.refill import AutoRefillRule
from payments.refill_links import rule_of_pause_token
from payments.services.pause_refill import pause_refill


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def pause_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """Mail scanners open links, so looking at it shows a button and only pressing that pauses."""
    rule_id = rule_of_pause_token(token)
    if rule_id is None:
        return render(request, "payments/refill_link_old.html", status=404)
    rule = get_object_or_404(AutoRefillRule, pk=rule_id)
    if request.method == "POST":
        rule = pause_refill(rule_id=rule_id, by_link=True, now=utc_now())
    return render(request, "payments/refill_link.html", {"rule": rule})

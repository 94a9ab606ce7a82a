"""The admin's first page: what needs a human, of what they may see, and whether work goes on."""

from typing import Any

from django.http import HttpRequest

from accounts.selectors.heartbeat import heartbeat
from commpeak.lib.clock import utc_now
from payments.selectors.staff_queue import staff_queue


def admin_home(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Unfold calls this (UNFOLD["DASHBOARD_CALLBACK"]) before it renders the index."""
    may_see = request.user.has_perm
    now = utc_now()
    queues = [queue for queue in staff_queue(now=now) if may_see(queue.permission)]
    return context | {"queues": queues, "heartbeat": heartbeat(now=now)}

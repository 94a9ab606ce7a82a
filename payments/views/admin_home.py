"""The admin's first page shows what needs a human, of what they may see."""

from typing import Any

from django.http import HttpRequest

from commpeak.lib.clock import utc_now
from payments.selectors.staff_queue import staff_queue


def admin_home(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Unfold calls this (UNFOLD["DASHBOARD_CALLBACK"]) before it renders the index."""
    may_see = request.user.has_perm
    queues = [queue for queue in staff_queue(now=utc_now()) if may_see(queue.permission)]
    return context | {"queues": queues}

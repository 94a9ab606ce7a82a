"""Replaying a stored gateway message: first what would change, then a click that does it."""

from __future__ import annotations

from typing import Any

from django.contrib.admin import ModelAdmin
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from commpeak.lib.clock import utc_now
from commpeak.lib.staff_action import staff_action
from payments.models import WebhookEvent
from payments.services.rehearse_webhook import rehearse_webhook
from payments.services.replay_webhook import replay_webhook


def replay_event(
    request: HttpRequest, model_admin: ModelAdmin[Any], object_id: int
) -> HttpResponse:
    """Nothing stays of the dry run; it is made anew each time the page is looked at."""

    def act(reason: str) -> str:
        return _outcome(replay_webhook(event_id=object_id, now=utc_now()))

    def preview() -> dict[str, object]:
        return {"dry_run": rehearse_webhook(event_id=object_id, now=utc_now())}

    return staff_action(
        request,
        model_admin,
        object_id,
        title=_("Replay"),
        explanation=_(
            "The gateway has been asked how this stands now, and the answer was carried out and "
            "taken back again. Replaying asks once more and does it; what is in the books "
            "already is not posted again."
        ),
        act=act,
        template="admin/replay.html",
        preview=preview,
    )


def _outcome(event: WebhookEvent) -> str:
    if event.last_error and event.status != WebhookEvent.Status.PROCESSED:
        return _("Replayed, and not done: %(why)s") % {"why": event.last_error}
    return _("Replayed: %(state)s.") % {"state": event.get_status_display()}

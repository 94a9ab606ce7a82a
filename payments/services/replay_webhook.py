"""Acts on a stored gateway message once more."""

from datetime import datetime

from django.utils.translation import gettext as _

from commpeak.lib.errors import Refused
from payments.models import WebhookEvent
from payments.services.process_webhook import process_webhook


def replay_webhook(*, event_id: int, now: datetime) -> WebhookEvent:
    """Processes it at once, whatever became of it before; the event as it is then.

    The way is that of every message (process_webhook): the gateway is asked, and what it proves
    is posted under the gateway's own ids. So a second call posts nothing. Raises Refused for a
    message that the gateway has called forged. Must not be called inside a transaction.
    """
    events = WebhookEvent.objects.filter(pk=event_id)
    genuine = events.exclude(status=WebhookEvent.Status.FORGED)
    if not genuine.update(status=WebhookEvent.Status.RECEIVED, attempts=0, due_at=now):
        raise Refused(_("The message is not from the gateway, and counts for nothing."))
    process_webhook(event_id=event_id, now=now)
    return events.get()

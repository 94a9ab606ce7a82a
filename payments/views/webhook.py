"""The inbox for gateways' messages: verify, store, answer at once."""

from django.conf import settings
from django.db import Error as DatabaseTrouble
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from commpeak.lib.clock import utc_now
from commpeak.lib.errors import InvalidInput
from commpeak.lib.fault_points import fault_point
from commpeak.lib.logs import log
from commpeak.lib.wake import wake
from payments.gateways.base import ForgedWebhook
from payments.services.receive_webhook import receive_webhook
from payments.tasks import process_webhook_task


@csrf_exempt
@require_POST
def webhook(request: HttpRequest, gateway: str) -> HttpResponse:
    """200 stored (or known), 400 forged or no event, 413 too large, 503 cannot store now.

    Only a committed event is answered 200; anything else makes the gateway send it again.
    """
    body = request.read(settings.WEBHOOK_BYTES_MAX + 1)
    if len(body) > settings.WEBHOOK_BYTES_MAX:
        return HttpResponse(status=413)
    try:
        event = receive_webhook(gateway=gateway, headers=request.headers, body=body, now=utc_now())
    except (ForgedWebhook, InvalidInput) as error:
        log.warning("webhook_refused", gateway=gateway, reason=error.log_text)
        return HttpResponse(status=400)
    except DatabaseTrouble as error:
        log.error("webhook_not_stored", gateway=gateway, reason=type(error).__name__)
        return HttpResponse(status=503)
    fault_point("after_webhook_stored")
    if event:
        wake(process_webhook_task.name, event.pk)
    return HttpResponse(status=200)

"""The portal's addresses, and /bench/insert/: the least that a view which stores can do."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt

from payments.models import WebhookEvent


@csrf_exempt
def bare_insert(request: HttpRequest) -> HttpResponse:
    """One row by the ORM: nothing verified, nobody woken."""
    WebhookEvent.objects.create(
        gateway="bench", event_id=str(uuid.uuid4()), event_type="bench", body=request.read()
    )
    return HttpResponse(status=200)


urlpatterns = [path("bench/insert/", bare_insert), path("", include("commpeak.urls"))]

"""The admin's own journal is off: the audit log has who, why, before and after."""

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from unfold.admin import ModelAdmin

LINK = "text-primary-600 underline dark:text-primary-500"  # in what a page displays
VIEW_AUDIT_LOG = "auditlog.view_logentry"


def may_see_audit_log(request: HttpRequest) -> bool:
    """For UNFOLD["SHOW_HISTORY"]."""
    return request.user.has_perm(VIEW_AUDIT_LOG)


class AuditedAdmin(ModelAdmin):  # type: ignore[misc]
    """Every admin class of ours. "History" leads to the object's entries of the audit log."""

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        kind = ContentType.objects.get_for_model(self.model)
        query = urlencode({"content_type__id__exact": str(kind.pk), "object_pk": object_id})
        return redirect(f"{reverse('admin:auditlog_logentry_changelist')}?{query}")

    def log_addition(self, request: HttpRequest, obj: Model, message: object) -> None:
        return None

    def log_change(self, request: HttpRequest, obj: Model, message: object) -> None:
        return None

    def log_deletions(self, request: HttpRequest, queryset: object) -> None:
        return None

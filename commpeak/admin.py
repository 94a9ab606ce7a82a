"""The audit log for those who may read it. Nothing here can be changed, nor in the database."""

from typing import Any

from auditlog.models import LogEntry
from django.contrib import admin
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from commpeak.lib.audit_log import HIDDEN
from commpeak.lib.audited_admin import LINK
from commpeak.lib.read_only_admin import ReadOnlyAdmin

admin.site.unregister(LogEntry)  # auditlog's own page, in another look
_NOTHING = "–"
_NAMES_MAX = 5
_SHOWN_CHARACTERS_MAX = 2000  # terms have a hundred thousand


@admin.register(LogEntry)
class AuditLogAdmin(ReadOnlyAdmin):
    """Who, when, why, before and after."""

    list_display = ["timestamp", "who", "what", "thing", "reason", "fields_changed"]
    list_filter = ["action", ("content_type", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["content_type"]
    search_fields = [
        "actor_email",
        "object_repr",
        "object_pk__exact",
        "additional_data__reason",
        "additional_data__action",
    ]
    search_help_text = _("Who, about what, or why")
    date_hierarchy = "timestamp"
    ordering = ["-timestamp", "-pk"]
    fields = readonly_fields = [
        *("timestamp", "who", "remote_addr", "what", "thing", "reason", "outcome"),
        *("before_and_after", "cid"),
    ]

    @admin.display(description=_("who"), ordering="actor_email")
    def who(self, entry: LogEntry) -> str:
        return entry.actor_email or gettext("nobody logged in")

    @admin.display(description=_("what"))
    def what(self, entry: LogEntry) -> str:
        return _told(entry, "action") or str(entry.get_action_display())

    @admin.display(description=_("about"))
    def thing(self, entry: LogEntry) -> SafeString | str:
        named = f"{entry.content_type.name}: {entry.object_repr}"
        try:
            kind = entry.content_type
            address = reverse(f"admin:{kind.app_label}_{kind.model}_change", args=[entry.object_pk])
        except NoReverseMatch:  # of a page's part, or of a model that is gone
            return named
        return format_html('<a href="{}" class="{}">{}</a>', address, LINK, named)

    @admin.display(description=_("reason"))
    def reason(self, entry: LogEntry) -> str:
        return _told(entry, "reason") or _NOTHING

    @admin.display(description=_("what they were told"))
    def outcome(self, entry: LogEntry) -> str:
        return _told(entry, "outcome") or _NOTHING

    @admin.display(description=_("fields"))
    def fields_changed(self, entry: LogEntry) -> str:
        """All of them are on the entry's page; a row that was made has dozens."""
        names = list(_changes(entry))
        more = [HIDDEN] if len(names) > _NAMES_MAX else []
        return ", ".join(names[:_NAMES_MAX] + more) or _NOTHING

    @admin.display(description=_("before and after"))
    def before_and_after(self, entry: LogEntry) -> SafeString | str:
        rows = [(name, *_pair(change)) for name, change in _changes(entry).items()]
        return format_html_join("", "<div><b>{}</b>: {} → {}</div>", rows) or _NOTHING

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).defer("serialized_data", "changes_text")


def _changes(entry: LogEntry) -> dict[str, Any]:
    """Of the row's own fields: auditlog also writes rows that refer to it, without saying what."""
    model = entry.content_type.model_class()
    own = {field.name for field in model._meta.get_fields() if field.concrete} if model else set()
    return {name: change for name, change in (entry.changes or {}).items() if name in own}


def _told(entry: LogEntry, name: str) -> str:
    data = entry.additional_data
    return str(data.get(name, "")) if isinstance(data, dict) else ""


def _pair(change: Any) -> tuple[str, str]:
    """Of a field: before and after. Of several rows, such as roles: what went and what came."""
    if isinstance(change, dict):
        rows = ", ".join(map(str, change["objects"]))
        return ("", rows) if change["operation"] == "add" else (rows, "")
    before, after = (_short("" if value == "None" else str(value)) for value in change)
    return before, after


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN_CHARACTERS_MAX else text[:_SHOWN_CHARACTERS_MAX] + HIDDEN

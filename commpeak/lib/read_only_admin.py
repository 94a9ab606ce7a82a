"""Admin pages of what is written by services only: staff look, nothing can be typed over."""

from typing import Any

from django.db.models import Model
from django.http import HttpRequest
from django.urls import URLPattern, path
from unfold.admin import TabularInline

from commpeak.lib.audited_admin import AuditedAdmin


class _NothingChanges:
    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class ReadOnlyAdmin(_NothingChanges, AuditedAdmin):
    """Lists and shows; what staff may do are actions, and each calls a service."""

    show_full_result_count = False  # counting a long table twice a page tells nobody anything
    list_per_page = 50

    def has_act_permission(self, request: HttpRequest, object_id: object = None) -> bool:
        """For actions (`permissions=["act"]`): the right to change the model, given to a person.

        By method, since Unfold looks a permission that is named as text up in the database at
        every start, and before the first `migrate` there is none.
        """
        return request.user.has_perm(f"{self.opts.app_label}.change_{self.opts.model_name}")

    def at(self, route: str, view: Any, name: str) -> URLPattern:
        """One more page for staff, beside the list: for `get_urls`, before the admin's own, whose
        last one answers for all that it does not know."""
        name = f"{self.opts.app_label}_{self.opts.model_name}_{name}"
        page: URLPattern = path(route, self.admin_site.admin_view(view), name=name)
        return page


class ReadOnlyInline(_NothingChanges, TabularInline):  # type: ignore[misc]
    """Rows that belong to what is shown."""

    extra = 0
    show_change_link = False

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        return self.fields

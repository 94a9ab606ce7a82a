"""Bank accounts and expected wires for staff. Part of payments.admin."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.utils.timesince import timesince
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action

from commpeak.lib.audited_admin import AuditedAdmin
from commpeak.lib.clock import utc_now
from commpeak.lib.read_only_admin import ReadOnlyAdmin
from payments.models.wire import BankAccount, WireAnnouncement
from payments.selectors.wire_announcements import current_announcements
from payments.views.wire_proof import proof_response


@admin.register(BankAccount)
class BankAccountAdmin(AuditedAdmin):
    """Which accounts customers send their wires to. Nothing is deleted: wires refer to them."""

    list_display = ["currency", "holder", "bank_name", "iban", "account_number", "is_default"]
    list_filter = ["currency", "is_active", "is_default"]
    ordering = ["currency", "-is_default"]
    fieldsets = [
        (None, {"fields": ["currency", "is_active", "is_default"]}),
        (_("Account"), {"fields": ["holder", "iban", "account_number", "routing_number", "bic"]}),
        (_("Bank"), {"fields": ["bank_name", "bank_address", "country"]}),
        (_("For the payer"), {"fields": ["notes"]}),
    ]

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


class WaitsFilter(admin.SimpleListFilter):
    """The newest word on wires that have not arrived, or only those that are late."""

    title = _("late")
    parameter_name = "late"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("no", _("Not arrived")), ("yes", _("Late"))]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[WireAnnouncement]
    ) -> QuerySet[WireAnnouncement]:
        if self.value() not in {"yes", "no"}:
            return queryset
        waiting = queryset.filter(pk__in=current_announcements().values("pk"))
        if self.value() == "no":
            return waiting
        return waiting.filter(expected_on__lt=utc_now().date())


@admin.register(WireAnnouncement)
class WireAnnouncementAdmin(ReadOnlyAdmin):
    list_display = [
        "payment",
        "customer",
        "payer_name",
        "amount",
        "currency",
        "sent_on",
        "expected_on",
        "age",
        "state",
    ]
    list_filter = [WaitsFilter, "currency"]
    list_select_related = ["payment__top_up__customer"]
    search_fields = [
        "payment__idempotency_key__startswith",
        "payment__top_up__customer__account_number__startswith",
        "payer_name",
    ]
    search_help_text = _("Reference, account number or payer")
    ordering = ["-pk"]
    readonly_fields = ["customer", "age", "state"]
    actions_detail = ["download_proof"]

    @admin.display(description=_("customer"))
    def customer(self, wire: WireAnnouncement) -> str:
        return str(wire.payment.top_up.customer)

    @admin.display(description=_("told"))
    def age(self, wire: WireAnnouncement) -> str:
        return _("%(age)s ago") % {"age": timesince(wire.created_at, utc_now())}

    @admin.display(description=_("stands"))
    def state(self, wire: WireAnnouncement) -> str:
        return wire.payment.get_state_display()

    @action(description=_("Download the proof"), url_path="proof", permissions=["see"])
    def download_proof(self, request: HttpRequest, object_id: int) -> HttpResponseBase:
        """As for the customer: always a download, never shown by the browser."""
        wire = self.get_object(request, str(object_id))
        return proof_response(wire.proof if wire else None)

    def has_see_permission(self, request: HttpRequest, object_id: object = None) -> bool:
        return request.user.has_perm("payments.view_wireannouncement")

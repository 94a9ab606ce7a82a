"""Each day of each gateway beside our books: "0.00", or what differs."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action

from commpeak.lib.clock import utc_now
from commpeak.lib.read_only_admin import ReadOnlyAdmin, ReadOnlyInline
from commpeak.lib.staff_action import staff_action
from commpeak.lib.template_filters import money_text
from payments.models import GatewayDay, GatewayDifference
from payments.services.check_gateway_day import check_gateway_day


class DiffersFilter(admin.SimpleListFilter):
    title = _("differs")
    parameter_name = "differs"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("Yes"))]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[GatewayDay]
    ) -> QuerySet[GatewayDay]:
        return queryset.filter(difference_count__gt=0) if self.value() == "yes" else queryset


class DifferenceInline(ReadOnlyInline):
    model = GatewayDifference
    fields = ["problem", "kind", "object_id", "amount_there", "amount_here", "payment"]


@admin.register(GatewayDay)
class GatewayDayAdmin(ReadOnlyAdmin):
    list_display = [
        "day",
        "gateway",
        "currency",
        "sum_there",
        "sum_here",
        "shown_difference",
        "difference_count",
    ]
    list_filter = ["gateway", "currency", DiffersFilter]
    ordering = ["-day", "gateway", "currency"]
    date_hierarchy = "day"
    fields = [
        "day",
        "gateway",
        "currency",
        "sum_there",
        "sum_here",
        "shown_difference",
        "count_there",
        "checked_at",
    ]
    readonly_fields = ["shown_difference"]
    inlines = [DifferenceInline]
    actions_detail = ["check_again"]

    @admin.display(description=_("difference"))
    def shown_difference(self, row: GatewayDay) -> str:
        return money_text(row.difference)

    @action(description=_("Check again"), url_path="check-again", permissions=["act"])
    def check_again(self, request: HttpRequest, object_id: int) -> HttpResponse:
        def act(reason: str) -> str:
            row = GatewayDay.objects.get(pk=object_id)
            check_gateway_day(gateway=row.gateway, day=row.day, now=utc_now())
            return gettext("Compared anew. What was missing here is being fetched.")

        return staff_action(
            request,
            self,
            object_id,
            title=gettext("Check again"),
            explanation=gettext(
                "The gateway is asked once more what moved on this day. What is missing here is "
                "fetched and booked by a worker; check again a moment later to see it gone."
            ),
            act=act,
        )

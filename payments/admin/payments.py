"""Top-ups, payments and gateway messages for staff: everything to read, little to press."""

import re
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
from payments.admin.refunds import RefundInline, refund_payment
from payments.admin.replay import replay_event
from payments.models import Decline, Payment, PaymentEvent, PaymentFact, TopUp, WebhookEvent
from payments.models.payer import ConfirmedPayer, PayerCheck
from payments.selectors.staff_queue import is_stuck
from payments.services.close_review import close_review
from payments.services.requeue_webhook import requeue_webhook
from payments.services.sync_payment import sync_payment

_SECRETS = re.compile(r'("client_secret"\s*:\s*")[^"]*(")')


class NeedsReviewFilter(admin.SimpleListFilter):
    title = _("needs review")
    parameter_name = "needs_review"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("Yes"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Payment]) -> QuerySet[Payment]:
        return queryset.exclude(needs_review="") if self.value() == "yes" else queryset


class StuckFilter(admin.SimpleListFilter):
    title = _("stuck over 15 minutes")
    parameter_name = "stuck"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("Yes"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Payment]) -> QuerySet[Payment]:
        if self.value() != "yes":
            return queryset
        return queryset.filter(is_stuck(utc_now()))


class PaymentInline(ReadOnlyInline):
    model = Payment
    fields = ["idempotency_key", "gateway_id", "state", "needs_review", "instrument", "created_at"]
    show_change_link = True


class FactInline(ReadOnlyInline):
    model = PaymentFact
    fields = ["kind", "object_id", "amount", "currency", "occurred_at", "created_at", "entry"]


class PayerCheckInline(ReadOnlyInline):
    model = PayerCheck
    fields = ["email", "codes_sent", "sent_at", "expires_at", "tries", "confirmed_at"]


class DeclineInline(ReadOnlyInline):
    model = Decline
    fields = ["code", "kind", "object_id", "created_at"]


class EventInline(ReadOnlyInline):
    model = PaymentEvent
    fields = ["at", "source", "from_state", "to_state", "detail"]


@admin.register(TopUp)
class TopUpAdmin(ReadOnlyAdmin):
    list_display = ["reference", "customer", "purse", "amount", "currency", "method", "created_at"]
    list_filter = ["purse", "method", "currency"]
    list_select_related = ["customer"]
    search_fields = ["reference__startswith", "customer__account_number__startswith"]
    search_help_text = _("Reference or account number")
    ordering = ["-created_at"]
    inlines = [PaymentInline]


@admin.register(Payment)
class PaymentAdmin(ReadOnlyAdmin):
    list_display = [
        "idempotency_key",
        "customer",
        "amount",
        "currency",
        "state",
        "needs_review",
        "instrument",
        "created_at",
    ]
    list_filter = ["state", NeedsReviewFilter, StuckFilter, "gateway"]
    list_select_related = ["top_up__customer"]
    search_fields = ["idempotency_key__startswith", "gateway_id"]
    search_help_text = _("Reference, or the gateway's id of the payment")
    ordering = ["-created_at"]
    inlines = [FactInline, RefundInline, PayerCheckInline, DeclineInline, EventInline]
    actions_detail = ["ask_gateway", "refund", "review"]

    @admin.display(description=_("customer"), ordering="top_up__customer")
    def customer(self, payment: Payment) -> str:
        return str(payment.top_up.customer)

    @action(
        description=_("Ask the gateway again"),
        url_path="ask-gateway",
        permissions=["act"],
    )
    def ask_gateway(self, request: HttpRequest, object_id: int) -> HttpResponse:
        def act(reason: str) -> str:
            sync_payment(payment_id=object_id, source=PaymentEvent.Source.STAFF, now=utc_now())
            return gettext("The payment is now as the gateway has it.")

        return staff_action(
            request,
            self,
            object_id,
            title=gettext("Ask the gateway again"),
            explanation=gettext(
                "The gateway is asked how this payment stands, and what it proves is posted as "
                "always: what was posted before is not posted again."
            ),
            act=act,
        )

    def has_refund_permission(self, request: HttpRequest, object_id: object = None) -> bool:
        return request.user.has_perm("payments.add_refund")

    @action(description=_("Refund"), url_path="refund", permissions=["refund"])
    def refund(self, request: HttpRequest, object_id: int) -> HttpResponse:
        return refund_payment(request, self, object_id)

    @action(
        description=_("Close the review"),
        url_path="close-review",
        permissions=["act"],
    )
    def review(self, request: HttpRequest, object_id: int) -> HttpResponse:
        def act(reason: str) -> str:
            close_review(
                payment_id=object_id, actor=str(request.user), reason=reason, now=utc_now()
            )
            return gettext("The review is closed.")

        return staff_action(
            request,
            self,
            object_id,
            title=gettext("Close the review"),
            explanation=gettext(
                "The payment leaves the list of those to review. Nothing is posted: money that "
                "came instead of what was asked for stays in suspense until it is assigned."
            ),
            act=act,
        )


@admin.register(ConfirmedPayer)
class ConfirmedPayerAdmin(ReadOnlyAdmin):
    list_display = ["email", "customer", "payment", "confirmed_at"]
    list_select_related = ["customer", "payment"]
    search_fields = ["email", "customer__account_number__startswith"]
    search_help_text = _("E-mail address or account number")
    ordering = ["-confirmed_at"]


@admin.register(WebhookEvent)
class WebhookEventAdmin(ReadOnlyAdmin):
    list_display = ["event_type", "event_id", "gateway_id", "status", "attempts", "received_at"]
    list_filter = ["status", "gateway", "event_type"]
    search_fields = ["event_id", "gateway_id"]
    ordering = ["-received_at"]
    exclude = ["body"]
    readonly_fields = ["text"]
    actions_detail = ["replay", "process_again"]

    def has_replay_permission(self, request: HttpRequest, object_id: object = None) -> bool:
        return request.user.has_perm("payments.replay_webhookevent")

    @action(description=_("Replay"), url_path="replay", permissions=["replay"])
    def replay(self, request: HttpRequest, object_id: int) -> HttpResponse:
        return replay_event(request, self, object_id)

    @admin.display(description=_("message as it came"))
    def text(self, event: WebhookEvent) -> str:
        text = bytes(event.body).decode("utf-8", "replace")
        return _SECRETS.sub(r"\1…\2", text)  # S15: it opens the customer's card form

    @action(
        description=_("Process again"),
        url_path="process-again",
        permissions=["act"],
    )
    def process_again(self, request: HttpRequest, object_id: int) -> HttpResponse:
        def act(reason: str) -> str:
            if requeue_webhook(event_id=object_id, now=utc_now()):
                return gettext("A worker takes it up within seconds.")
            return gettext("It had not failed: only failed messages are processed again.")

        return staff_action(
            request,
            self,
            object_id,
            title=gettext("Process again"),
            explanation=gettext(
                "The message goes back to the queue with a fresh round of attempts."
            ),
            act=act,
        )

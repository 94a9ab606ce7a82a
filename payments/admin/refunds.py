"""Refunds for staff: who asked, who decided, what the gateway proved."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin import ModelAdmin
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action

from commpeak.lib.actions_by_stage import ActionsByStage
from commpeak.lib.clock import utc_now
from commpeak.lib.read_only_admin import ReadOnlyInline
from commpeak.lib.staff_action import staff_action
from payments.forms.refund import StaffRefundForm
from payments.models import Payment, Refund, RefundEvent
from payments.refund_states import RefundState
from payments.selectors.refund_words import approval_words, refund_words
from payments.selectors.refundable import refundable
from payments.services.approve_refund import approve_refund
from payments.services.decline_refund import decline_refund
from payments.services.request_refund import request_refund


class RefundEventInline(ReadOnlyInline):
    model = RefundEvent
    fields = ["at", "actor", "from_state", "to_state", "detail"]


class RefundInline(ReadOnlyInline):
    model = Refund
    fk_name = "payment"
    fields = ["reference", "amount", "currency", "state", "asked_by", "created_at"]
    show_change_link = True


@admin.register(Refund)
class RefundAdmin(ActionsByStage):
    list_display = [
        "reference",
        "customer",
        "amount",
        "currency",
        "state",
        "reason",
        "asked_by",
        "created_at",
    ]
    list_filter = ["state", "asked_by", "reason", "payment__gateway"]
    list_select_related = ["payment__top_up__customer"]
    search_fields = [
        "reference__startswith",
        "payment__top_up__reference__startswith",
        "payment__top_up__customer__account_number__startswith",
    ]
    search_help_text = _("Reference of the refund or top-up, or account number")
    ordering = ["-created_at"]
    exclude = ["request_key"]
    inlines = [RefundEventInline]
    actions_detail = ["approve", "decline"]
    stage_field = "state"
    actions_by_stage = {RefundState.REQUESTED: ["approve", "decline"]}

    @admin.display(description=_("customer"))
    def customer(self, refund: Refund) -> str:
        return str(refund.payment.top_up.customer)

    @action(description=_("Approve"), url_path="approve", permissions=["act"])
    def approve(self, request: HttpRequest, object_id: int) -> HttpResponse:
        def act(reason: str) -> str:
            approve_refund(
                refund_id=object_id, actor=str(request.user), reason=reason, now=utc_now()
            )
            return gettext("Approved. A worker gives the money back within seconds.")

        return staff_action(
            request,
            self,
            object_id,
            title=gettext("Approve the refund"),
            explanation=approval_words(_found(self, request, object_id)),
            act=act,
        )

    @action(description=_("Decline"), url_path="decline", permissions=["act"])
    def decline(self, request: HttpRequest, object_id: int) -> HttpResponse:
        def act(reason: str) -> str:
            decline_refund(
                refund_id=object_id, actor=str(request.user), reason=reason, now=utc_now()
            )
            return gettext("Declined. The customer gets your reason by e-mail.")

        return staff_action(
            request,
            self,
            object_id,
            title=gettext("Decline the refund"),
            explanation=gettext(
                "Nothing is given back. The customer reads your reason in an e-mail and on the "
                "refund's page: write it to them."
            ),
            act=act,
        )


def refund_payment(
    request: HttpRequest, model_admin: ModelAdmin[Any], object_id: int
) -> HttpResponse:
    """The action on a payment, by the services of the customer: requested, and approved at once
    by those who may, unless it is so much that another person has to."""
    payment: Payment = _found(model_admin, request, object_id)
    possible = refundable(payment)
    form = StaffRefundForm(request.POST or None, left=possible.left)
    may_approve = request.user.has_perm("payments.change_refund")

    def act(reason: str) -> str:
        refund = request_refund(
            payment_id=payment.pk,
            money=form.cleaned_data["amount"],
            reason=Refund.Reason(form.cleaned_data["why"]),
            comment=reason,
            asked_by=Refund.AskedBy.STAFF,
            asker=str(request.user),
            request_key=form.cleaned_data["request_key"],
            now=utc_now(),
        )
        if not may_approve:
            return gettext("Refund %(reference)s is requested. It waits for an approval.") % {
                "reference": refund.reference
            }
        if refund.needs_second:
            return gettext("Refund %(reference)s waits for a second person to approve it.") % {
                "reference": refund.reference
            }
        if refund.state == RefundState.REQUESTED:  # not so for a second click
            approve_refund(
                refund_id=refund.pk, actor=str(request.user), reason=reason, now=utc_now()
            )
        return gettext("Refund %(reference)s is approved. A worker gives the money back.") % {
            "reference": refund.reference
        }

    return staff_action(
        request,
        model_admin,
        object_id,
        title=gettext("Refund"),
        explanation=refund_words(payment, possible),
        act=act,
        form=form,
    )


def _found(model_admin: ModelAdmin[Any], request: HttpRequest, object_id: int) -> Any:
    found = model_admin.get_object(request, str(object_id))
    if found is None:
        raise Http404
    return found

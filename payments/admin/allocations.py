"""What was decided about wires: the second person's page. Part of payments.admin."""

from __future__ import annotations

from typing import cast

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action

from accounts.models import User
from commpeak.lib.actions_by_stage import ActionsByStage
from commpeak.lib.clock import utc_now
from commpeak.lib.staff_action import staff_action
from commpeak.lib.template_filters import money_text
from payments.forms.wires import MoveForm
from payments.models import Allocation
from payments.services.decide_allocation import decide_allocation
from payments.services.move_allocation import move_allocation
from payments.services.undo_allocation import undo_allocation


@admin.register(Allocation)
class AllocationAdmin(ActionsByStage):
    list_display = ["what", "kind", "stage", "proposed_by", "proposed_at", "decided_by"]
    list_filter = ["stage", "kind", "needs_second", "receipt__bank_account", "receipt__booked_on"]
    list_select_related = ["receipt__line", "top_up__customer", "proposed_by", "decided_by"]
    search_fields = [
        "top_up__reference__startswith",
        "top_up__customer__account_number__startswith",
        "receipt__line__payer_name",
    ]
    search_help_text = _("Top-up, account number or payer")
    ordering = ["-pk"]
    fields = [
        "receipt",
        "effect",
        "stage",
        "needs_second",
        "proposed_by",
        "proposed_at",
        "reason",
        "decided_by",
        "decided_at",
        "decision_reason",
        "undone_by",
        "entry",
        "reversal",
    ]
    readonly_fields = ["effect"]
    actions_detail = ["approve", "decline", "undo", "move"]
    actions_by_stage = {
        Allocation.Stage.WAITING: ["approve", "decline"],
        Allocation.Stage.DONE: ["undo", "move"],
    }

    @admin.display(description=_("what"))
    def what(self, allocation: Allocation) -> str:
        whose = allocation.top_up
        return f"{allocation} {whose.customer}" if whose else str(allocation)

    @admin.display(description=_("effect on the books"))
    def effect(self, allocation: Allocation) -> str:
        return _effect(allocation)

    def has_approve_permission(self, request: HttpRequest, object_id: object = None) -> bool:
        return request.user.has_perm("payments.approve_allocation")

    def has_match_permission(self, request: HttpRequest, object_id: object = None) -> bool:
        return request.user.has_perm("payments.match_receipt")

    @action(description=_("Approve"), url_path="approve", permissions=["approve"])
    def approve(self, request: HttpRequest, object_id: int) -> HttpResponse:
        def act(reason: str) -> str:
            _decide(request, object_id, approve=True, reason=reason)
            return gettext("Approved and posted.")

        return staff_action(
            request,
            self,
            object_id,
            title=gettext("Approve"),
            explanation=_proposal(self._found(request, object_id)),
            act=act,
        )

    @action(description=_("Decline"), url_path="decline", permissions=["approve"])
    def decline(self, request: HttpRequest, object_id: int) -> HttpResponse:
        def act(reason: str) -> str:
            _decide(request, object_id, approve=False, reason=reason)
            return gettext("Declined. The money is free to be matched again.")

        return staff_action(
            request,
            self,
            object_id,
            title=gettext("Decline"),
            explanation=_proposal(self._found(request, object_id))
            + " "
            + gettext("Declining posts nothing: the money stays in suspense."),
            act=act,
        )

    @action(description=_("Undo"), url_path="undo", permissions=["match"])
    def undo(self, request: HttpRequest, object_id: int) -> HttpResponse:
        def act(reason: str) -> str:
            undo_allocation(
                allocation_id=object_id, actor=_person(request), reason=reason, now=utc_now()
            )
            return gettext("Undone. The wire is in suspense again.")

        return staff_action(
            request,
            self,
            object_id,
            title=gettext("Undo"),
            explanation=gettext(
                "The entry is reversed, the wire is in suspense again, and the customer is told. "
                "If the money is spent, the balance goes below zero."
            ),
            act=act,
        )

    @action(description=_("Move to another"), url_path="move", permissions=["match"])
    def move(self, request: HttpRequest, object_id: int) -> HttpResponse:
        form = MoveForm(request.POST or None)

        def act(reason: str) -> str:
            moved = move_allocation(
                allocation_id=object_id,
                whose=form.cleaned_data["whose"],
                rate=form.cleaned_data["rate"],
                actor=_person(request),
                reason=reason,
                request_key=form.cleaned_data["request_key"],
                now=utc_now(),
            )
            if moved.stage == Allocation.Stage.WAITING:
                said = gettext("Undone where it was. A second person has to confirm: %(what)s.")
            else:
                said = gettext("Moved: %(what)s.")
            return said % {"what": moved}

        return staff_action(
            request,
            self,
            object_id,
            title=gettext("Move to another"),
            explanation=gettext(
                "It is undone where it is and credited where it belongs, in one step. Both "
                "customers are told. Above the limit the credit waits for a second person, and "
                "only the first customer is told until then."
            ),
            act=act,
            form=form,
        )

    def _found(self, request: HttpRequest, object_id: object) -> Allocation:
        found = self.get_object(request, str(object_id))
        if found is None:
            raise Http404
        return cast(Allocation, found)


def _person(request: HttpRequest) -> User:
    return cast(User, request.user)


def _decide(request: HttpRequest, allocation_id: int, *, approve: bool, reason: str) -> None:
    decide_allocation(
        allocation_id=allocation_id,
        approve=approve,
        actor=_person(request),
        reason=reason,
        now=utc_now(),
    )


def _proposal(allocation: Allocation) -> str:
    return gettext("%(person)s proposed: %(effect)s Reason: %(reason)s") % {
        "person": allocation.proposed_by,
        "effect": _effect(allocation),
        "reason": allocation.reason or gettext("none given"),
    }


def _effect(allocation: Allocation) -> str:
    out = money_text(allocation.money)
    if allocation.top_up is None or allocation.credited is None:
        return gettext("%(amount)s out of suspense and back to the payer.") % {"amount": out}
    return gettext("%(amount)s out of suspense, %(credited)s onto %(purse)s of %(customer)s.") % {
        "amount": out,
        "credited": money_text(allocation.credited),
        "purse": allocation.top_up.get_purse_display(),
        "customer": allocation.top_up.customer,
    }

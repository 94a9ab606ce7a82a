"""Manual entries and credit limits: proposed from a customer's page, decided here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action

from accounts.customer_links import CUSTOMER_LINKS, CustomerLink
from accounts.models import StaffDecision, User
from billing.admin.decision_previews import entry_preview, limit_preview, limit_words
from billing.admin.proposals import propose_for_customer
from billing.forms.decisions import CreditLimitForm, ManualEntryForm
from billing.models import CreditLimitChange, ManualEntry, Purse
from billing.services.decide_credit_limit import decide_credit_limit
from billing.services.decide_manual_entry import decide_manual_entry
from billing.services.propose_credit_limit import propose_credit_limit
from billing.services.propose_manual_entry import propose_manual_entry
from billing.services.undo_manual_entry import undo_manual_entry
from commpeak.lib.actions_by_stage import ActionsByStage
from commpeak.lib.audited_admin import LINK
from commpeak.lib.clock import utc_now
from commpeak.lib.money import Money
from commpeak.lib.staff_action import staff_action
from commpeak.lib.template_filters import money_text

CUSTOMER_LINKS += [
    CustomerLink(_("Credit or debit"), "admin:billing_manualentry_add", "billing.add_manualentry"),
    CustomerLink(
        _("Change a credit limit"),
        "admin:billing_creditlimitchange_add",
        "billing.add_creditlimitchange",
    ),
]
_WHO = ["stage", "proposed_by", "proposed_at", "reason", "decided_by", "decided_at"]


class DecisionAdmin(ActionsByStage):
    """What manual entries and credit limits have in common."""

    decide_by: Callable[..., object]  # the service that approves or declines
    list_filter = ["stage", "needs_second", "currency"]
    list_select_related = ["account__customer", "account__balance", "proposed_by", "decided_by"]
    search_fields = ["account__customer__account_number__startswith", "reason"]
    search_help_text = _("Account number or reason")
    ordering = ["-proposed_at", "-pk"]
    actions_by_stage = {
        StaffDecision.Stage.WAITING: ["approve", "decline"],
        StaffDecision.Stage.DONE: ["undo"],
    }

    @admin.display(description=_("customer"))
    def customer(self, decision: ManualEntry | CreditLimitChange) -> SafeString:
        customer = decision.account.customer
        address = reverse("admin:accounts_customer_change", args=[decision.account.customer_id])
        return format_html('<a href="{}" class="{}">{}</a>', address, LINK, customer)

    def get_queryset(self, request: HttpRequest) -> Any:
        """Its page as its list."""
        return super().get_queryset(request).select_related(*self.list_select_related)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm(f"billing.add_{self.opts.model_name}")

    def has_decide_permission(self, request: HttpRequest, object_id: object = None) -> bool:
        return request.user.has_perm(f"billing.decide_{self.opts.model_name}")

    def found(self, request: HttpRequest, object_id: object) -> Any:
        decision = self.get_object(request, str(object_id))
        if decision is None:
            raise Http404
        return decision

    def decide(
        self, request: HttpRequest, object_id: int, *, title: str, approve: bool, told: str
    ) -> HttpResponse:
        decision = self.found(request, object_id)

        def act(reason: str) -> str:
            self.decide_by(
                decision_id=object_id,
                approve=approve,
                by=cast(User, request.user),
                reason=reason,
                now=utc_now(),
            )
            return told

        explanation = gettext("%(who)s proposed %(what)s: “%(why)s”.") % {
            "who": decision.proposed_by,
            "what": decision,
            "why": decision.reason,
        }
        if approve:
            explanation = f"{explanation} {self.effect(decision)}"
        return staff_action(request, self, object_id, title=title, explanation=explanation, act=act)

    @admin.display(description=_("effect"))
    def effect(self, decision: Any) -> str:
        raise NotImplementedError

    @action(description=_("Approve"), url_path="approve", permissions=["decide"])
    def approve(self, request: HttpRequest, object_id: int) -> HttpResponse:
        return self.decide(
            request, object_id, title=gettext("Approve"), approve=True, told=gettext("Approved.")
        )

    @action(description=_("Decline"), url_path="decline", permissions=["decide"])
    def decline(self, request: HttpRequest, object_id: int) -> HttpResponse:
        told = gettext("Declined. Nothing was changed.")
        return self.decide(request, object_id, title=gettext("Decline"), approve=False, told=told)


@admin.register(ManualEntry)
class ManualEntryAdmin(DecisionAdmin):
    decide_by = staticmethod(decide_manual_entry)
    list_display = ["__str__", "customer", *_WHO]
    fields = readonly_fields = [
        *("customer", "account", "shown_amount", "effect", "needs_second", *_WHO),
        *("decision_reason", "entry"),
    ]
    actions_detail = ["approve", "decline", "undo"]

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        return propose_for_customer(
            request,
            self,
            title=gettext("Credit or debit"),
            form_class=ManualEntryForm,
            preview=entry_preview,
            propose=lambda customer, typed: propose_manual_entry(
                customer=customer,
                purse=Purse(typed["purse"]),
                money=typed["money"],
                reason=typed["reason"],
                proposed_by=cast(User, request.user),
                request_key=typed["request_key"],
                now=utc_now(),
            ),
        )

    @admin.display(description=_("amount"))
    def shown_amount(self, decision: ManualEntry) -> str:
        return money_text(decision.money)

    @admin.display(description=_("effect"))
    def effect(self, decision: ManualEntry) -> str:
        if decision.stage != ManualEntry.Stage.WAITING:
            return gettext("It is decided; the journal entry tells.")
        balance = decision.account.balance
        before = Money(balance.amount, balance.currency)
        after = before + decision.money
        text = gettext("The balance goes from %(before)s to %(after)s.") % {
            "before": money_text(before),
            "after": money_text(after),
        }
        if decision.amount < 0 and after.amount < -balance.credit_limit:
            return f"{text} {gettext('Its credit limit forbids that now.')}"
        return text

    def has_undo_permission(self, request: HttpRequest, object_id: object = None) -> bool:
        return request.user.has_perm("billing.undo_manualentry")

    @action(description=_("Undo"), url_path="undo", permissions=["undo"])
    def undo(self, request: HttpRequest, object_id: int) -> HttpResponse:
        def act(reason: str) -> str:
            posted = undo_manual_entry(
                decision_id=object_id, by=cast(User, request.user), reason=reason, now=utc_now()
            )
            return gettext("Undone by entry %(id)d.") % {"id": posted.entry_id}

        return staff_action(
            request,
            self,
            object_id,
            title=gettext("Undo"),
            explanation=gettext(
                "A reversal is posted, with your reason as its memo, which the customer reads. "
                "The balance may go negative by it."
            ),
            act=act,
        )


@admin.register(CreditLimitChange)
class CreditLimitChangeAdmin(DecisionAdmin):
    decide_by = staticmethod(decide_credit_limit)
    list_display = ["__str__", "customer", *_WHO]
    fields = readonly_fields = [
        *("customer", "account", "shown_before", "shown_after", "effect", "needs_second", *_WHO),
        "decision_reason",
    ]
    actions_detail = ["approve", "decline"]

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        return propose_for_customer(
            request,
            self,
            title=gettext("Change a credit limit"),
            form_class=CreditLimitForm,
            preview=limit_preview,
            propose=lambda customer, typed: propose_credit_limit(
                customer=customer,
                purse=Purse(typed["purse"]),
                limit=typed["amount"],
                reason=typed["reason"],
                proposed_by=cast(User, request.user),
                request_key=typed["request_key"],
                now=utc_now(),
            ),
        )

    @admin.display(description=_("limit before"))
    def shown_before(self, change: CreditLimitChange) -> str:
        return money_text(change.limit_before)

    @admin.display(description=_("new limit"))
    def shown_after(self, change: CreditLimitChange) -> str:
        return money_text(change.limit_after)

    @admin.display(description=_("effect"))
    def effect(self, change: CreditLimitChange) -> str:
        if change.stage != CreditLimitChange.Stage.WAITING:
            return gettext("It is decided.")
        return limit_words(change.account.balance, change.limit_after)

"""The ledger for staff: everything to read, one thing to do, nothing to type over. And promo
codes, which staff make."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action

from billing.forms.promo_codes import PromoCodeForm
from billing.models import (
    JournalEntry,
    LedgerAccount,
    Posting,
    PromoCode,
    PromoEntry,
    PromoRedemption,
    RaisedAlert,
)
from billing.selectors.account_balance import account_balance
from billing.selectors.promo_terms import promo_terms
from billing.services.reverse_entry import reverse_entry
from commpeak.lib.audited_admin import AuditedAdmin
from commpeak.lib.clock import utc_now
from commpeak.lib.read_only_admin import ReadOnlyAdmin, ReadOnlyInline
from commpeak.lib.staff_action import staff_action


class PostingInline(ReadOnlyInline):
    model = Posting
    fields = ["line", "account", "amount", "currency", "balance_after"]
    ordering = ["line"]


@admin.register(JournalEntry)
class JournalEntryAdmin(ReadOnlyAdmin):
    list_display = ["id", "kind", "source", "memo", "occurred_at", "actor", "forced"]
    list_display_links = ["id", "source"]
    list_filter = ["kind", "forced"]
    search_fields = ["source__startswith", "postings__account__code__startswith"]
    search_help_text = _("Source, or the beginning of a ledger account's code")
    ordering = ["-id"]
    exclude = ["request_hash"]
    inlines = [PostingInline]
    actions_detail = ["reverse"]

    def has_reverse_permission(self, request: HttpRequest, object_id: object = None) -> bool:
        return request.user.has_perm("billing.reverse_journalentry")

    @action(description=_("Reverse"), url_path="reverse", permissions=["reverse"])
    def reverse(self, request: HttpRequest, object_id: int) -> HttpResponse:
        def act(reason: str) -> str:
            posted = reverse_entry(
                entry_id=object_id, actor=str(request.user), reason=reason, now=utc_now()
            )
            if posted.is_replay:
                return gettext("It was reversed before, by entry %(id)d.") % {"id": posted.entry_id}
            return gettext("Reversed by entry %(id)d.") % {"id": posted.entry_id}

        return staff_action(
            request,
            self,
            object_id,
            title=gettext("Reverse"),
            explanation=gettext(
                "A new entry undoes this one line by line, with your reason as its memo, which "
                "the customer sees. This entry stays. The balance may go negative by it. What "
                "staff did with a wire or by hand is undone on its own page."
            ),
            act=act,
        )


@admin.register(LedgerAccount)
class LedgerAccountAdmin(ReadOnlyAdmin):
    list_display = ["code", "kind", "currency", "customer", "purse"]
    list_filter = ["kind", "currency", "purse"]
    list_select_related = ["customer"]
    search_fields = ["code__startswith", "customer__account_number__startswith"]
    search_help_text = _("Code or account number")
    ordering = ["code"]
    fields = ["code", "kind", "currency", "customer", "purse", "holds", "credit_limit"]
    readonly_fields = ["holds", "credit_limit"]

    @admin.display(description=_("holds now"))
    def holds(self, account: LedgerAccount) -> str:
        return str(account_balance(account))

    @admin.display(description=_("credit limit"))
    def credit_limit(self, account: LedgerAccount) -> str:
        balance = getattr(account, "balance", None)
        return f"{balance.credit_limit:f} {account.currency}" if balance else "–"


@admin.register(PromoCode)
class PromoCodeAdmin(AuditedAdmin):
    """Made and changed here. Once used, a code keeps its terms: end it or switch it off, and
    make another. Used or not, it is never deleted."""

    form = PromoCodeForm
    list_display = ["code", "terms", "currency", "purse", "uses", "starts_at", "ends_at", "on"]
    list_filter = ["is_active", "currency", "purse"]
    search_fields = ["code__startswith"]
    search_help_text = _("Code")
    ordering = ["-created_at"]
    fieldsets = [
        (None, {"fields": ["code", "is_active", "uses"]}),
        (_("Bonus"), {"fields": ["currency", "percent", "bonus_max", "fixed", "bonus_valid_days"]}),
        (_("For which top-ups"), {"fields": ["purse", "top_up_min", "first_top_up_only"]}),
        (_("When"), {"fields": ["starts_at", "ends_at"]}),
        (_("How often"), {"fields": ["uses_max", "uses_per_customer_max"]}),
        (_("Made"), {"fields": ["created_by", "created_at"]}),
    ]
    always_readonly = ("uses", "created_by", "created_at")
    # the same list as in migrations/promo.sql
    terms_of_a_used_code = (
        *("code", "percent", "fixed", "bonus_max", "currency", "top_up_min", "purse"),
        *("first_top_up_only", "bonus_valid_days", "starts_at"),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: PromoCode | None = None) -> Any:
        if obj is not None and obj.redemptions.exists():
            return [*self.always_readonly, *self.terms_of_a_used_code]
        return self.always_readonly

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: PromoCode, form: Any, change: bool) -> None:
        """Only what was changed: the count of uses may have moved since the page was opened."""
        if change:
            obj.save(update_fields=form.changed_data)
        else:
            obj.created_by_id = request.user.pk
            obj.save()

    @admin.display(description=_("terms"))
    def terms(self, promo: PromoCode) -> str:
        return promo_terms(promo)

    @admin.display(description=_("uses so far"))
    def uses(self, promo: PromoCode) -> str:
        if promo.uses_max is None:
            return str(promo.uses_count)
        return gettext("%(uses)d of %(most)d") % {"uses": promo.uses_count, "most": promo.uses_max}

    @admin.display(description=_("switched on"), boolean=True)
    def on(self, promo: PromoCode) -> bool:
        return promo.is_active


class PromoEntryInline(ReadOnlyInline):
    model = PromoEntry
    fields = ["entry", "bonus", "money", "created_at"]


@admin.register(PromoRedemption)
class PromoRedemptionAdmin(ReadOnlyAdmin):
    list_display = ["source", "promo", "customer", "purse", "amount", "currency", "state"]
    list_display_links = ["source"]
    list_filter = ["state", "currency", "purse"]
    list_select_related = ["promo", "customer"]
    search_fields = [
        "source__startswith",
        "promo__code__startswith",
        "customer__account_number__startswith",
    ]
    search_help_text = _("Top-up, code or account number")
    ordering = ["-reserved_at"]
    inlines = [PromoEntryInline]


@admin.register(RaisedAlert)
class RaisedAlertAdmin(ReadOnlyAdmin):
    """When customers were warned of a low balance, and when it was up again."""

    list_display = ["balance_code", "kind", "raised_at", "told_count", "told_at", "cleared_at"]
    list_filter = ["kind", ("cleared_at", admin.EmptyFieldListFilter)]
    list_select_related = ["balance__account"]
    search_fields = ["balance__account__code__startswith"]
    search_help_text = _("Beginning of a ledger account's code")
    ordering = ["-pk"]

    @admin.display(description=_("balance"))
    def balance_code(self, alert: RaisedAlert) -> str:
        return alert.balance.account.code

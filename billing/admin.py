"""The ledger for staff: everything to read, one thing to do, nothing to type over."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action

from billing.models import JournalEntry, LedgerAccount, Posting
from billing.selectors.account_balance import account_balance
from billing.services.reverse_entry import reverse_entry
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
                "the customer sees. This entry stays. The balance may go negative by it."
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

"""Automatic refills for staff: all to read, nothing to press. Customers pause and change them."""

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from commpeak.lib.read_only_admin import ReadOnlyAdmin, ReadOnlyInline
from payments.models.refill import AutoRefillRule, RefillAttempt, RefillNote, SavedCard
from payments.refill_texts import note_text


class AttemptInline(ReadOnlyInline):
    model = RefillAttempt
    fields = ["local_day", "n", "day_max", "amount", "state", "reason", "top_up", "created_at"]
    ordering = ["-pk"]
    max_num = 0


@admin.register(AutoRefillRule)
class AutoRefillRuleAdmin(ReadOnlyAdmin):
    list_display = [
        "customer",
        "purse",
        "state",
        "deposit",
        "threshold",
        "refills_per_day_max",
        "currency",
        "declines_in_a_row",
        "not_before",
    ]
    list_filter = ["state", "purse", "paused_reason"]
    list_select_related = ["customer"]
    search_fields = ["customer__account_number__startswith"]
    search_help_text = _("Account number")
    inlines = [AttemptInline]


@admin.register(RefillAttempt)
class RefillAttemptAdmin(ReadOnlyAdmin):
    list_display = [
        "top_up",
        "rule",
        "local_day",
        "n",
        "day_max",
        "amount",
        "currency",
        "state",
        "reason",
        "created_at",
    ]
    list_filter = ["state"]
    list_select_related = ["top_up", "rule"]
    search_fields = [
        "top_up__reference__startswith",
        "rule__customer__account_number__startswith",
    ]
    search_help_text = _("Reference or account number")
    ordering = ["-created_at"]


@admin.register(RefillNote)
class RefillNoteAdmin(ReadOnlyAdmin):
    """The history as the customer reads it."""

    list_display = ["at", "rule", "code", "sentence", "times", "last_at"]
    list_filter = ["code"]
    list_select_related = ["rule"]
    search_fields = ["rule__customer__account_number__startswith"]
    search_help_text = _("Account number")
    ordering = ["-pk"]

    @admin.display(description=_("what the customer reads"))
    def sentence(self, note: RefillNote) -> str:
        return note_text(note.code, note.facts, note.rule.currency)


@admin.register(SavedCard)
class SavedCardAdmin(ReadOnlyAdmin):
    list_display = ["__str__", "customer", "expires", "position", "refused_at", "removed_at"]
    list_select_related = ["customer"]
    search_fields = ["customer__account_number__startswith", "gateway_id"]
    search_help_text = _("Account number, or the gateway's id of the card")
    exclude: Any = ["fingerprint"]
    ordering = ["-pk"]

"""Sections of the customer page about people: members, what we told them, notes of staff."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import CharField, DateTimeField, F, Value
from django.utils.translation import gettext as _

from accounts.models import Customer, Membership
from accounts.models.mail import shown_to_staff
from commpeak.lib.template_filters import time_text
from payments.selectors.support.section import ROWS_MAX, Cell, Section, all_of, change_page

_TOLD_MAX = 2 * ROWS_MAX  # each event is a line under the bell and a mail


def members(customer: Customer, now: datetime) -> Section:
    """One query."""
    rows = customer.memberships.select_related("user").order_by("pk")
    return Section(
        key="members",
        title=_("Members"),
        headers=[_("E-mail"), _("Role"), _("Last login")],
        rows=[_member_row(member) for member in rows],
        nothing=_("Nobody can log in for this customer."),
        links=[all_of(customer, "accounts_user", _("Their logins"))],
    )


def _member_row(member: Membership) -> list[Cell]:
    user = member.user
    last = time_text(user.last_login) if user.last_login else _("Never")
    return [
        Cell(user.email, change_page("accounts_user", user.pk)),
        Cell(member.get_role_display()),
        Cell(last) if user.is_active else Cell(_("May not log in"), tone="warn"),
    ]


def told(customer: Customer, now: datetime) -> Section:
    """Mails with how far they came, and what stands under the bell. One query."""
    rows = _mails(customer).union(_bell(customer), all=True).order_by("-at", "way", "-pk")
    return Section(
        key="told",
        title=_("What we told"),
        headers=[_("When"), _("What"), _("Where"), _("State")],
        rows=[_told_row(row) for row in rows[:_TOLD_MAX]],
        nothing=_("Nothing was told yet."),
        links=[
            all_of(customer, "accounts_outgoingemail", _("All e-mails")),
            all_of(customer, "accounts_notification", _("All notifications")),
        ],
    )


def _mails(customer: Customer) -> Any:  # rows of two models are united
    newest = customer.emails.order_by("-created_at")
    return newest.values(
        "pk",
        "key",
        "due_at",
        way=F("to"),
        what=F("subject"),
        at=F("created_at"),
        done_at=F("sent_at"),
    )[:_TOLD_MAX]


def _bell(customer: Customer) -> Any:
    newest = customer.notifications.order_by("-pk")
    never = Value(None, output_field=DateTimeField())
    return newest.values(
        "pk",
        "key",
        due_at=never,
        way=Value("", output_field=CharField()),
        what=F("title"),
        at=F("created_at"),
        done_at=F("read_at"),
    )[:_TOLD_MAX]


def _told_row(row: dict[str, Any]) -> list[Cell]:
    model = "accounts_outgoingemail" if row["way"] else "accounts_notification"
    what = shown_to_staff(row["what"], row["key"])
    return [
        Cell(time_text(row["at"])),
        Cell(what, change_page(model, row["pk"])),
        Cell(row["way"] or _("Bell")),
        _mail_state(row) if row["way"] else _bell_state(row),
    ]


def _bell_state(row: dict[str, Any]) -> Cell:
    return Cell(_("Read") if row["done_at"] else _("Not read yet"))


def _mail_state(row: dict[str, Any]) -> Cell:
    if row["done_at"]:
        return Cell(_("Sent"), tone="good")
    return Cell(_("Being sent"), tone="wait") if row["due_at"] else Cell(_("Given up"), tone="bad")


def notes(customer: Customer, now: datetime) -> Section:
    """Newest first. One query."""
    rows = customer.notes.select_related("author").order_by("-pk")[:ROWS_MAX]
    return Section(
        key="notes",
        title=_("Notes of staff"),
        headers=[_("When"), _("By"), _("Note")],
        rows=[[Cell(time_text(n.created_at)), Cell(n.author.email), Cell(n.text)] for n in rows],
        nothing=_("No notes yet."),
        links=[all_of(customer, "accounts_customernote", _("All notes"))],
    )

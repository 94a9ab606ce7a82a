"""The tie-out: statements against the books. Part of payments.admin."""

from __future__ import annotations

import csv
from datetime import date
from urllib.parse import urlencode

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe
from unfold.widgets import UnfoldAdminTextInputWidget

from commpeak.lib.clock import utc_now
from commpeak.lib.csv_cells import inert_cell
from payments.models import Allocation
from payments.selectors.tie_out import SuspenseAge, TieOut, suspense_by_age, tie_out
from payments.statements.base import LineKind


class _DayInput(UnfoldAdminTextInputWidget):  # type: ignore[misc]
    input_type = "date"


class PeriodForm(forms.Form):
    first_day = forms.DateField(label=_("From"), widget=_DayInput)
    last_day = forms.DateField(label=_("To"), widget=_DayInput)

    def clean_last_day(self) -> date:
        first, last = self.cleaned_data.get("first_day"), self.cleaned_data["last_day"]
        if first and last < first:
            raise forms.ValidationError(_("The period ends before it begins."))
        return last  # type: ignore[no-any-return]


@require_safe
def tie_out_view(request: HttpRequest) -> HttpResponse:
    """By booking day; without a period, the month so far. `format=csv` gives the same as a file."""
    if not request.user.has_perm("payments.view_receipt"):
        raise PermissionDenied
    today = utc_now().date()
    initial = {"first_day": today.replace(day=1), "last_day": today}
    form = PeriodForm(request.GET if "first_day" in request.GET else initial)
    days = form.cleaned_data if form.is_valid() else initial
    rows = tie_out(first_day=days["first_day"], last_day=days["last_day"])
    if request.GET.get("format") == "csv":
        return _as_csv(rows, days["first_day"], days["last_day"])
    context = {
        "title": gettext("Tie-out"),
        "form": form,
        "days": days,
        "rows": [{"sums": row, "links": _links(row, days)} for row in rows],
        "ages": [{"age": age, "link": _age_link(age)} for age in suspense_by_age(today=today)],
        "csv": "?" + urlencode(days | {"format": "csv"}),
    }
    return render(request, "admin/wires/tie_out.html", admin.site.each_context(request) | context)


def _links(row: TieOut, days: dict[str, date]) -> dict[str, str]:
    """Each figure leads to the lines that it adds up."""
    account = row.bank_account.pk
    allocations = _list(
        "allocation",
        receipt__bank_account__id__exact=account,
        receipt__booked_on__gte=days["first_day"],
        receipt__booked_on__lte=days["last_day"],
    )
    of_receipts = {
        "bank_account__id__exact": account,
        "booked_on__gte": days["first_day"],
        "booked_on__lte": days["last_day"],
    }
    return {
        "credits": _list(
            "statementline",
            kind__exact=LineKind.CREDIT.value,
            is_known__exact=0,
            statement__bank_account__id__exact=account,
            booked_on__gte=days["first_day"],
            booked_on__lte=days["last_day"],
        ),
        "credited": f"{allocations}&kind__exact={Allocation.Kind.CREDIT}&stage__exact=done",
        "returned": f"{allocations}&kind__exact={Allocation.Kind.RETURN}&stage__exact=done",
        "waiting": f"{allocations}&stage__exact={Allocation.Stage.WAITING}",
        "suspense": _list("receipt", stands="undone", **of_receipts),
    }


def _age_link(age: SuspenseAge) -> str:
    days = {"booked_on__gte": age.since, "booked_on__lt": age.until}
    given = {name: day for name, day in days.items() if day}
    return _list("receipt", stands="open", currency__exact=age.currency, **given)


def _list(model: str, **query: object) -> str:
    return f"{reverse(f'admin:payments_{model}_changelist')}?{urlencode(query)}"


def _as_csv(rows: list[TieOut], first_day: date, last_day: date) -> HttpResponse:
    response = HttpResponse(
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="tie-out-{first_day}-{last_day}.csv"'
        },
    )
    writer = csv.writer(response)
    writer.writerow(
        [
            gettext("Bank account"),
            gettext("Currency"),
            gettext("Credits"),
            gettext("On statements"),
            gettext("Credited to customers"),
            gettext("Sent back"),
            gettext("In suspense"),
            gettext("Difference"),
        ]
    )
    for row in rows:
        sums = (row.credits, row.credited, row.returned, row.suspense, row.difference)
        writer.writerow(
            [inert_cell(str(row.bank_account)), row.currency, row.count]
            + [str(one).split()[0] for one in sums]
        )
    return response

"""Wires received: the list, one wire on a page, and matching many at once. Part of payments.admin.

match ─→ preview ─→ confirm      many, the sure ones ticked
wire  ─→ credit ─→ preview ─→ confirm      one, or a part of it
"""

from __future__ import annotations

from typing import Any, cast

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from unfold.decorators import action

from accounts.models import User
from commpeak.lib.audit_log import audit_creation
from commpeak.lib.clock import utc_now
from commpeak.lib.errors import AppError, InvalidInput
from commpeak.lib.money import total
from commpeak.lib.read_only_admin import ReadOnlyAdmin
from commpeak.lib.staff_action import REASON_CHARACTERS_MAX, staff_action
from payments.admin.tie_out import tie_out_view
from payments.forms.wires import (
    CreditForm,
    NoteForm,
    ReturnForm,
    orders_of_ticked,
    read_orders,
    written_order,
)
from payments.models import Allocation, Receipt
from payments.selectors.credit_previews import CreditPreview, credit_previews
from payments.selectors.match_rows import match_rows
from payments.selectors.whose import CreditOrder
from payments.services.credit_wire import credit_wire
from payments.services.return_receipt import return_receipt
from payments.services.write_receipt_note import write_receipt_note

ROWS_PER_PAGE = 50


class OpenFilter(admin.SimpleListFilter):
    title = _("stands")
    parameter_name = "stands"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("open", _("In suspense")),
            ("undone", _("In suspense, or held for a second person")),
            ("out", _("Given out")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Receipt]) -> QuerySet[Receipt]:
        waiting = Allocation.objects.filter(receipt=OuterRef("pk"), stage=Allocation.Stage.WAITING)
        wanted = {
            "open": Q(open_amount__gt=0),
            "undone": Q(open_amount__gt=0) | Exists(waiting),
            "out": Q(open_amount=0) & ~Exists(waiting),
        }.get(self.value() or "")
        return queryset if wanted is None else queryset.filter(wanted)


@admin.register(Receipt)
class ReceiptAdmin(ReadOnlyAdmin):
    list_display = ["booked_on", "payer", "amount", "open_amount", "currency", "text"]
    list_filter = [OpenFilter, "currency", "bank_account"]
    list_select_related = ["line", "bank_account"]
    search_fields = ["line__payer_name", "line__text", "line__reference", "line__payer_account"]
    search_help_text = _("Payer, text, reference or the payer's account")
    ordering = ["-booked_on", "-pk"]
    date_hierarchy = "booked_on"
    actions_list = ["match_wires", "tie_out"]

    @admin.display(description=_("payer"), ordering="line__payer_name")
    def payer(self, receipt: Receipt) -> str:
        return receipt.line.payer_name or gettext("not named")

    @admin.display(description=_("text"))
    def text(self, receipt: Receipt) -> str:
        return (receipt.line.reference or receipt.line.text)[:60]

    @action(description=_("Match wires"), url_path="match-wires", permissions=["see"])
    def match_wires(self, request: HttpRequest) -> HttpResponse:
        return redirect("admin:payments_receipt_match")

    @action(description=_("Tie-out"), url_path="to-tie-out", permissions=["see"])
    def tie_out(self, request: HttpRequest) -> HttpResponse:
        return redirect("admin:payments_tie_out")

    def has_see_permission(self, request: HttpRequest, object_id: object = None) -> bool:
        return bool(self.has_view_permission(request))

    def has_match_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("payments.match_receipt"))

    def has_return_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("payments.return_receipt"))

    def get_urls(self) -> list[URLPattern]:
        return [
            self.at("match/", self.match_view, "match"),
            self.at("confirm/", require_POST(self.confirm_view), "confirm"),
            self.at("<int:object_id>/credit/", self.credit_view, "credit"),
            self.at("<int:object_id>/return/", self.return_view, "return"),
            self.at("<int:object_id>/note/", require_POST(self.note_view), "note"),
            path("tie-out/", self.admin_site.admin_view(tie_out_view), name="payments_tie_out"),
            *super().get_urls(),
        ]

    # --- many at once -------------------------------------------------------------------------

    def match_view(self, request: HttpRequest) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        if request.method == "POST":
            self._must_match(request)
            return self._preview_ticked(request)
        receipts = _open_receipts()
        page = Paginator(receipts, ROWS_PER_PAGE).get_page(request.GET.get("page"))
        return self._page(
            request,
            "admin/wires/match.html",
            title=gettext("Match wires"),
            page=page,
            rows=match_rows(list(page.object_list)),
            count=page.paginator.count,
            allowed=self.has_match_permission(request),
        )

    def _preview_ticked(self, request: HttpRequest) -> HttpResponse:
        ticked = [int(pk) for pk in request.POST.getlist("tick")[:ROWS_PER_PAGE] if pk.isdecimal()]
        chosen = {pk: request.POST.get(f"whose-{pk}", "") for pk in ticked}
        back = reverse("admin:payments_receipt_match")
        if not ticked:
            messages.warning(request, gettext("Tick the wires that you want to credit."))
            return redirect(back)
        try:
            orders = orders_of_ticked(list(_open_receipts().filter(pk__in=ticked)), chosen)
        except InvalidInput as error:
            messages.error(request, error.user_text)
            return redirect(back)
        return self._preview(request, orders, back)

    def _preview(self, request: HttpRequest, orders: list[CreditOrder], back: str) -> HttpResponse:
        previews = credit_previews(orders)
        good = [one for one in previews if not one.problem]
        return self._page(
            request,
            "admin/wires/preview.html",
            title=gettext("Preview"),
            previews=previews,
            totals=_totals(good),
            written=[written_order(one.order) for one in good],
            back=back,
        )

    def confirm_view(self, request: HttpRequest) -> HttpResponse:
        """Each credit stands alone, with its line in the audit log: one that is refused stops no
        other."""
        self._must_match(request)
        done: list[Allocation] = []
        try:
            orders = read_orders(request.POST.getlist("order"))
        except InvalidInput as error:
            messages.error(request, error.user_text)
            return redirect("admin:payments_receipt_match")
        reason = request.POST.get("reason", "")[:REASON_CHARACTERS_MAX]
        for order in orders:
            try:
                done.append(_credit(order, _person(request), reason))
            except AppError as error:
                messages.error(request, f"{order.whose.text}, {order.money}: {error.log_text}")
        _tell(request, done)
        if len(orders) == 1:
            return redirect("admin:payments_receipt_change", orders[0].receipt_id)
        return redirect("admin:payments_receipt_match")

    # --- one wire -----------------------------------------------------------------------------

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        receipt = self._receipt(request, object_id)
        allocations = receipt.allocations.select_related(
            "top_up__customer", "receipt", "proposed_by", "decided_by", "undone_by", "reversal"
        )
        return self._page(
            request,
            "admin/wires/receipt.html",
            title=str(receipt),
            receipt=receipt,
            line=receipt.line,
            row=match_rows([receipt])[0] if receipt.open_amount else None,
            allocations=allocations.order_by("pk"),
            notes=receipt.notes.select_related("author").order_by("-pk"),
            note_form=NoteForm(),
            may={
                "match": self.has_match_permission(request),
                "return": self.has_return_permission(request),
            },
        )

    def credit_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        self._must_match(request)
        receipt = self._receipt(request, object_id)
        back = reverse("admin:payments_receipt_change", args=[receipt.pk])
        initial = {"whose": request.GET.get("whose", "")}
        form = CreditForm(request.POST or None, receipt=receipt, initial=initial)
        if form.is_valid():
            return self._preview(request, [form.order], back)
        return self._page(
            request,
            "admin/wires/credit.html",
            title=gettext("Credit or split"),
            receipt=receipt,
            form=form,
            back=back,
        )

    def return_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        if not self.has_return_permission(request):
            raise PermissionDenied
        form = ReturnForm(request.POST or None, receipt=self._receipt(request, object_id))

        def act(reason: str) -> str:
            allocation = return_receipt(
                receipt_id=object_id,
                money=form.cleaned_data["amount"],
                return_reference=form.cleaned_data["return_reference"],
                actor=_person(request),
                reason=reason,
                request_key=form.cleaned_data["request_key"],
                now=utc_now(),
            )
            if allocation.stage == Allocation.Stage.WAITING:
                return gettext("A second person has to confirm that it goes back.")
            return gettext("Recorded: the money is out of suspense and out of our bank.")

        return staff_action(
            request,
            self,
            object_id,
            title=gettext("Send back"),
            explanation=gettext(
                "The wire, or a part of it, belongs to no customer of ours and goes back to its "
                "payer. Make the transfer at the bank; this records it in the books."
            ),
            act=act,
            form=form,
        )

    def note_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        self._must_match(request)
        receipt = self._receipt(request, object_id)
        try:
            note = write_receipt_note(
                receipt_id=receipt.pk,
                author=_person(request),
                text=request.POST.get("text", ""),
                now=utc_now(),
            )
            audit_creation(note, action=gettext("Add a note"), reason="")
        except InvalidInput as error:
            messages.error(request, error.user_text)
        return redirect("admin:payments_receipt_change", receipt.pk)

    # --- shared -------------------------------------------------------------------------------

    def _receipt(self, request: HttpRequest, object_id: object) -> Receipt:
        receipts = Receipt.objects.select_related(
            "line__statement__upload", "line__statement__bank_account", "bank_account"
        )
        found = receipts.filter(pk=str(object_id)).first() if str(object_id).isdecimal() else None
        if found is None:
            raise Http404
        return found

    def _must_match(self, request: HttpRequest) -> None:
        if not self.has_match_permission(request):
            raise PermissionDenied

    def _page(self, request: HttpRequest, template: str, **context: Any) -> HttpResponse:
        return render(request, template, self.admin_site.each_context(request) | context)


def _open_receipts() -> QuerySet[Receipt]:
    receipts = Receipt.objects.filter(open_amount__gt=0).select_related("line", "bank_account")
    return receipts.order_by("booked_on", "pk")


@transaction.atomic
def _credit(order: CreditOrder, actor: User, reason: str) -> Allocation:
    allocation = credit_wire(order=order, actor=actor, reason=reason, now=utc_now())
    audit_creation(allocation, action=gettext("Credit a wire"), reason=reason)
    return allocation


def _person(request: HttpRequest) -> User:
    return cast(User, request.user)  # the admin lets nobody else in


def _totals(previews: list[CreditPreview]) -> list[Any]:
    currencies = sorted({one.order.money.currency for one in previews})
    return [
        total((p.order.money for p in previews if p.order.money.currency == currency), currency)
        for currency in currencies
    ]


def _tell(request: HttpRequest, done: list[Allocation]) -> None:
    posted = sum(one.stage == Allocation.Stage.DONE for one in done)
    if posted:
        messages.success(
            request,
            ngettext("%(count)d wire is credited.", "%(count)d wires are credited.", posted)
            % {"count": posted},
        )
    if waiting := len(done) - posted:
        messages.info(
            request,
            ngettext(
                "%(count)d credit waits for a second person.",
                "%(count)d credits wait for a second person.",
                waiting,
            )
            % {"count": waiting},
        )

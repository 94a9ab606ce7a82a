"""The customer on one screen: the change page of Customer, which accounts cannot make itself.

Accounts must not import payments, and the page is mostly about money. So the class is taken
over here, as a subclass: who a customer is and how that is edited stays in accounts.admin, and
this adds a page. (A registry of sections in accounts, filled from here, would be the same code
with a detour; the page would still have to be explained by what payments knows.)
"""

from typing import Any, cast

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from unfold.decorators import action

from accounts.admin import CustomerAdmin
from accounts.customer_links import links_for
from accounts.forms.customer_note import CustomerNoteForm
from accounts.models import Customer, User
from accounts.selectors.written_address import written_address
from accounts.services.add_customer_note import add_customer_note
from commpeak.lib.audit_log import audited_action
from commpeak.lib.clock import utc_now
from commpeak.lib.read_only_admin import ReadOnlyAdmin
from commpeak.lib.staff_action import staff_action
from payments.models import CustomerView
from payments.selectors.open_customer_view import MAY_VIEW
from payments.selectors.support.customer_page import customer_page
from payments.services.start_customer_view import start_customer_view
from payments.view_as import SESSION_KEY

admin.site.unregister(Customer)


@admin.register(Customer)
class SupportedCustomerAdmin(CustomerAdmin):
    """The "change" page shows everything; name and address are edited one click further."""

    actions_detail = [*CustomerAdmin.actions_detail, "view_as"]

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        own = [
            path("<path:object_id>/edit/", view(self.edit), name="accounts_customer_edit"),
            path("<path:object_id>/note/", view(self.note), name="accounts_customer_note"),
        ]
        return own + list(super().get_urls())

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """What is posted here is the form of `edit`, as Django's own links expect."""
        if request.method == "POST":
            return self.edit(request, object_id, form_url, extra_context)
        typed = CustomerNoteForm(initial={"text": request.GET.get("note", "")})
        return self._page(request, self._found(request, object_id), typed)

    def edit(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        if not self.has_change_permission(request):
            raise PermissionDenied
        return cast(HttpResponse, super().change_view(request, object_id, form_url, extra_context))

    def note(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Adds a note; what cannot be kept is said on the page, with what was typed."""
        if not request.user.has_perm("accounts.add_customernote"):
            raise PermissionDenied
        customer = self._found(request, object_id)
        page = reverse("admin:accounts_customer_change", args=[customer.pk])
        if request.method != "POST":
            return redirect(page)
        form = CustomerNoteForm(request.POST)
        if not form.is_valid():
            return self._page(request, customer, form)
        text = form.cleaned_data["text"]
        author, title = cast(User, request.user), _("Add a note")
        with audited_action(customer, action=title, reason="") as acted:
            add_customer_note(customer=customer, author=author, text=text, now=utc_now())
            acted.outcome = _("The note is kept.")
        return redirect(page)

    def has_view_as_permission(self, request: HttpRequest, object_id: object = None) -> bool:
        return request.user.has_perm(MAY_VIEW)

    @action(description=_lazy("View as customer"), url_path="view-as", permissions=["view_as"])
    def view_as(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Leads into the portal; the way back is the banner's."""
        started: list[CustomerView] = []

        def act(reason: str) -> str:
            view = start_customer_view(
                viewer=cast(User, request.user),
                customer=self._found(request, object_id),
                reason=reason,
                now=utc_now(),
            )
            request.session[SESSION_KEY] = view.pk
            started.append(view)
            return _("Stop it by the button on top; it ends by itself after 30 minutes.")

        answer = staff_action(
            request,
            self,
            object_id,
            title=_("View as customer"),
            explanation=_(
                "You see the portal as this customer does, and can change nothing there. It is "
                "kept who looked, when and why. Your login stays your own."
            ),
            act=act,
        )
        return redirect("dashboard") if started else answer

    def _found(self, request: HttpRequest, object_id: str) -> Customer:
        if not self.has_view_permission(request):
            raise PermissionDenied
        customer: Customer | None = self.get_object(request, unquote(object_id))
        if customer is None:
            raise Http404
        return customer

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("address")

    def _page(
        self, request: HttpRequest, customer: Customer, form: CustomerNoteForm
    ) -> HttpResponse:
        allowed = self.get_actions_detail(request, customer.pk)
        context = self.admin_site.each_context(request) | {
            "title": customer,
            "opts": self.opts,
            "original": customer,
            "customer_links": links_for(request, customer),
            "address_lines": _address_lines(customer),
            "page": customer_page(
                customer=customer, reader=cast(User, request.user), now=utc_now()
            ),
            "note_form": form if request.user.has_perm("accounts.add_customernote") else None,
            "may_edit": self.has_change_permission(request, customer),
            "actions_detail": self._get_actions_navigation(
                self.actions_detail, allowed, str(customer.pk)
            ),
        }
        return TemplateResponse(request, "admin/customer/page.html", context)


def _address_lines(customer: Customer) -> list[str]:
    """None for a customer made by an import, who has not been to the profile yet."""
    address = getattr(customer, "address", None)
    return written_address(address) if address else []


@admin.register(CustomerView)
class CustomerViewAdmin(ReadOnlyAdmin):
    """Who looked as which customer, and why."""

    list_display = ["customer", "viewer", "reason", "started_at", "ended_at", "ends_at"]
    list_select_related = ["customer", "viewer"]
    search_fields = ["customer__account_number__startswith", "viewer__email"]
    search_help_text = _lazy("Account number, or who looked")
    ordering = ["-pk"]

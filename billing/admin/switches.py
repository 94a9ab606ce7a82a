"""Switches and their tokens: made here, shown once, revoked here."""

from typing import Any, cast

from django import forms
from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from accounts.models import User
from billing.models import Switch, SwitchToken
from billing.services.issue_switch_token import issue_switch_token
from billing.services.revoke_switch_token import revoke_switch_token
from commpeak.lib.audited_admin import AuditedAdmin
from commpeak.lib.clock import utc_now
from commpeak.lib.read_only_admin import ReadOnlyAdmin, ReadOnlyInline
from commpeak.lib.staff_action import staff_action

_TOKEN_FIELDS = ["shown", "scopes", "created_at", "created_by", "last_used_at", "revoked_at"]


class ScopesForm(forms.Form):
    scopes = forms.MultipleChoiceField(
        label=_("It may"),
        choices=SwitchToken.Scope.choices,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
    )


class TokenInline(ReadOnlyInline):
    model = SwitchToken
    fields = ["page", *_TOKEN_FIELDS[1:]]
    ordering = ["-id"]
    hide_title = True

    @admin.display(description=_("begins with"))
    def page(self, token: SwitchToken) -> str:
        """Leads to where it is revoked."""
        address = reverse("admin:billing_switchtoken_change", args=[token.pk])
        return format_html('<a href="{}" class="text-primary-600 underline">{}</a>', address, token)


@admin.register(Switch)
class SwitchAdmin(AuditedAdmin):
    list_display = ["name", "created_at"]
    search_fields = ["name__istartswith"]
    ordering = ["name"]
    fields = ["name", "created_at"]
    readonly_fields = ["created_at"]
    inlines = [TokenInline]
    actions_detail = ["issue_token"]

    def has_delete_permission(self, request: HttpRequest, obj: Switch | None = None) -> bool:
        return False

    def has_issue_permission(self, request: HttpRequest, object_id: object = None) -> bool:
        return request.user.has_perm("billing.add_switchtoken")

    @action(description=_("Issue a token"), url_path="issue-token", permissions=["issue"])
    def issue_token(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """The token is in this answer and nowhere else: not in the session, not in a message."""
        switch = self.get_object(request, str(object_id))
        if switch is None:
            raise Http404
        typed = request.POST if request.method == "POST" else None  # empty when nothing is ticked
        form = ScopesForm(typed, initial={"scopes": SwitchToken.Scope.values})
        context = self._page(request, switch) | {"form": form}
        if form.is_valid():
            context["secret"] = self._issue(request, switch, form.cleaned_data["scopes"])
        return render(request, "admin/issue_token.html", context)

    def _issue(self, request: HttpRequest, switch: Switch, chosen: list[str]) -> str:
        scopes = [SwitchToken.Scope(scope) for scope in chosen]
        by = cast(User, request.user)  # the permission was asked for before
        return issue_switch_token(switch=switch, scopes=scopes, created_by=by)

    def _page(self, request: HttpRequest, switch: Switch) -> dict[str, Any]:
        site: dict[str, Any] = self.admin_site.each_context(request)
        return site | {
            "title": gettext("Issue a token"),
            "switch": switch,
            "back": reverse("admin:billing_switch_change", args=[switch.pk]),
        }


@admin.register(SwitchToken)
class SwitchTokenAdmin(ReadOnlyAdmin):
    list_display = ["shown", "switch", "scopes", "last_used_at", "revoked_at"]
    list_filter = ["switch", ("revoked_at", admin.EmptyFieldListFilter)]
    list_select_related = ["switch"]
    ordering = ["-id"]
    fields = readonly_fields = ["switch", *_TOKEN_FIELDS]
    actions_detail = ["revoke"]

    @action(description=_("Revoke"), url_path="revoke", permissions=["act"])
    def revoke(self, request: HttpRequest, object_id: int) -> HttpResponse:
        def act(_reason: str) -> str:
            if revoke_switch_token(token_id=object_id, now=utc_now()):
                return gettext("Revoked. The next request with it is refused.")
            return gettext("It had been revoked before.")

        return staff_action(
            request,
            self,
            object_id,
            title=gettext("Revoke"),
            explanation=gettext(
                "The switch can no longer report usage or read balances with this token. "
                "Issue another one first if it is still at work: both are good meanwhile."
            ),
            act=act,
        )

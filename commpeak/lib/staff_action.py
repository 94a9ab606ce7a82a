"""What staff press in the admin: say what will happen, ask why, then call one service."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextareaWidget

from commpeak.lib.audit_log import audited_action
from commpeak.lib.errors import AppError

REASON_CHARACTERS_MAX = 200


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        max_length=REASON_CHARACTERS_MAX,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
        help_text=_("Kept in the audit log, with your name."),
    )


def staff_action(
    request: HttpRequest,
    model_admin: ModelAdmin[Any],
    object_id: object,
    *,
    title: str,
    explanation: str,
    act: Callable[[str], str],
    form: ReasonForm | None = None,
    template: str = "admin/staff_action.html",
    preview: Callable[[], Mapping[str, object]] = dict,
) -> HttpResponse:
    """GET shows `explanation` and asks for the reason; POST calls `act(reason)`.

    `form` asks for more than a reason; `act` finds the rest in its `cleaned_data`. `template`
    shows more than words, with what `preview` gives it; that is not asked when acting.

    `act` returns what to tell; an AppError it raises is told in its words for the log, since
    staff are to know. Who, when, what and why stay in the audit log. The link
    that leads here changes nothing by itself. Raises Http404 when there is no such object.
    """
    subject = model_admin.get_object(request, str(object_id))
    if subject is None:
        raise Http404
    form = form or ReasonForm(request.POST or None)
    names = subject._meta.app_label, subject._meta.model_name
    back = reverse("admin:{}_{}_change".format(*names), args=[subject.pk])
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        with audited_action(subject, action=title, reason=reason) as acted:
            try:
                acted.outcome = act(reason)
                messages.success(request, acted.outcome)
            except AppError as error:
                acted.outcome = error.log_text
                messages.error(request, acted.outcome)
        return redirect(back)
    context = model_admin.admin_site.each_context(request) | {
        "title": title,
        "explanation": explanation,
        "back": back,
        "form": form,
    }
    return render(request, template, {**context, **preview()})

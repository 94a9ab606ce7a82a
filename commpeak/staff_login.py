"""How staff come in: the admin's own form, then the second factor as for customers."""

from typing import Any

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from django.contrib import admin
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _


class StaffLoginView(LoginView):
    """Stands where the admin's own login was, with its form and look, guarded by django-axes.

    What follows a right password is django-allauth's: it asks for the second factor if the
    person has one, and for a mailed code if their address was never confirmed.
    """

    template_name = "admin/login.html"

    def get_form_class(self) -> type[AuthenticationForm]:
        return admin.site.login_form or AuthenticationForm

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if admin.site.has_permission(request):
            return redirect("admin:index")
        return super().get(request, *args, **kwargs)

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        user = form.get_user()
        login = Login(user=user, redirect_url=self.get_success_url())
        answer: HttpResponse = perform_password_login(self.request, {"email": user.email}, login)
        return answer

    def get_default_redirect_url(self) -> str:
        return reverse("admin:index")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {
            **admin.site.each_context(self.request),
            **super().get_context_data(**kwargs),
            "title": _("Log in"),
            "app_path": self.request.get_full_path(),
        }


def staff_login(request: HttpRequest) -> HttpResponseBase:
    return StaffLoginView.as_view()(request)

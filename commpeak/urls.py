"""Every address of the portal. The paths are scripted against by others: they stay."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from billing.api import site as api
from commpeak.favicon import favicon
from commpeak.health import healthz, readyz
from commpeak.staff_login import staff_login

urlpatterns = [
    path("", include("payments.urls")),
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("admin/login/", staff_login),  # before the admin's own
    path("admin/", admin.site.urls),
    # the e-mail address is what a customer signed up with; it does not change (mission, 2)
    path("accounts/email/", RedirectView.as_view(pattern_name="profile", permanent=False)),
    path("accounts/", include("allauth.urls")),
    path("", include("accounts.urls")),
    path("", include("billing.urls")),
    path("api/v1/", api.urls),
    path("", include("commpeak.styleguide")),
    path("favicon.ico", favicon, name="favicon"),
]

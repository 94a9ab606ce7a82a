"""Every address of the portal. The paths are scripted against by others: they stay."""

from django.contrib import admin
from django.urls import include, path

from commpeak.health import healthz, readyz

urlpatterns = [
    path("", include("payments.urls")),
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("admin/", admin.site.urls),
    path("accounts/", include("allauth.urls")),
    path("", include("commpeak.styleguide")),
]

"""Every address of the portal. The paths are scripted against by others: they stay."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("payments.urls")),
    path("admin/", admin.site.urls),
    path("accounts/", include("allauth.urls")),
    path("", include("commpeak.styleguide")),
]

"""Addresses of the statements and alerts. Others script against these paths: they stay."""

from django.urls import path

import billing.converters  # noqa: F401 - registers <purse:…>
from billing.views import notifications, statement

urlpatterns = [
    path("statement/<purse:purse>/", statement.statement, name="statement"),
    path("statement/<purse:purse>/csv/", statement.statement_csv, name="statement-csv"),
    path("profile/notifications/", notifications.settings_page, name="profile-notifications"),
]

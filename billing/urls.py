"""Addresses of the statements and alerts. Others script against these paths: they stay."""

from django.urls import path, register_converter

from billing.converters import PurseConverter
from billing.views import notifications, statement

register_converter(PurseConverter, "purse")

urlpatterns = [
    path("statement/<purse:purse>/", statement.statement, name="statement"),
    path("statement/<purse:purse>/csv/", statement.statement_csv, name="statement-csv"),
    path("profile/notifications/", notifications.settings_page, name="profile-notifications"),
]

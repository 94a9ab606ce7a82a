"""Addresses of the statements. Others script against /statement/<purse>/: it stays."""

from django.urls import path, register_converter

from billing import views
from billing.converters import PurseConverter

register_converter(PurseConverter, "purse")

urlpatterns = [
    path("statement/<purse:purse>/", views.statement, name="statement"),
    path("statement/<purse:purse>/csv/", views.statement_csv, name="statement-csv"),
]

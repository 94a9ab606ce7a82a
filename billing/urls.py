"""Addresses of the statements. Others script against /statement/<purse>/: it stays."""

from django.urls import path

import billing.converters  # noqa: F401 - registers <purse:…>
from billing import views

urlpatterns = [
    path("statement/<purse:purse>/", views.statement, name="statement"),
    path("statement/<purse:purse>/csv/", views.statement_csv, name="statement-csv"),
]

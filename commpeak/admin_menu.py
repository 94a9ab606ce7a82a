"""The admin's menu: a day's work first, then every list that the person may see."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

# name, address, icon, and the right that the page asks for
_WORK = [
    (_("What needs a human"), "admin:index", "inbox", None),
    (_("Match wires"), "admin:payments_receipt_match", "join_inner", "payments.view_receipt"),
    (
        _("Statement files"),
        "admin:payments_statementupload_changelist",
        "upload_file",
        "payments.view_statementupload",
    ),
    (_("Tie-out"), "admin:payments_tie_out", "balance", "payments.view_receipt"),
    (_("Find a payment"), "admin-find-payment", "search", "payments.view_payment"),
]


def admin_menu(request: HttpRequest) -> list[dict[str, Any]]:
    """For UNFOLD["SIDEBAR"]. Pages outside of any list would else be found by nobody."""
    may = request.user.has_perm
    work = [
        {"title": title, "link": reverse_lazy(name), "icon": icon}
        for title, name, icon, right in _WORK
        if right is None or may(right)
    ]
    lists = [
        {
            "title": app["name"],
            "separator": True,
            "items": [
                {"title": model["name"], "link": model["admin_url"]}
                for model in app["models"]
                if model["admin_url"]
            ],
        }
        for app in admin.site.get_app_list(request)
    ]
    return [{"title": _("Work"), "items": work}, *lists]

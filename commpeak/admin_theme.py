"""How the admin looks and what frames its pages: for UNFOLD.

It wears the portal's colours: the shades are those of static/css/tokens.css.
"""

from django.templatetags.static import static
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

ADMIN_THEME = {
    "DASHBOARD_CALLBACK": "payments.views.admin_home.admin_home",
    "STYLES": [lambda request: static("css/admin.css")],
    "SIDEBAR": {"navigation": "commpeak.admin_menu.admin_menu"},
    "SITE_TITLE": _("CommPeak billing"),
    "SITE_HEADER": _("CommPeak billing"),
    "SITE_SUBHEADER": _("Administration"),
    "SITE_URL": "/",
    "SITE_ICON": lambda request: static("img/logo.svg"),
    "SITE_FAVICONS": [
        {
            "rel": "icon",
            "type": "image/svg+xml",
            "href": lambda request: static("img/favicon.svg"),
        },
    ],
    "BORDER_RADIUS": "8px",
    "SHOW_VIEW_ON_SITE": False,
    "SHOW_HISTORY": "commpeak.lib.audited_admin.may_see_audit_log",
    # the menu under one's name, on every page
    "ACCOUNT": {
        "navigation": [
            {"title": _("Find a payment"), "link": reverse_lazy("admin-find-payment")},
            {"title": _("Change password"), "link": reverse_lazy("admin:password_change")},
        ],
    },
    "COLORS": {
        "base": {
            "50": "#f5f7f5",
            "100": "#eef2ef",
            "200": "#e0e6e2",
            "300": "#c5cec9",
            "400": "#8f9d97",
            "500": "#5d6b65",
            "600": "#47564f",
            "700": "#2f3c36",
            "800": "#1d2723",
            "900": "#161e1b",
            "950": "#0e1412",
        },
        "primary": {
            "50": "#eff9f5",
            "100": "#e3f2ec",
            "200": "#bfe3d5",
            "300": "#8fe3c2",
            "400": "#56cca2",
            "500": "#1f9a73",
            "600": "#0a6a4f",
            "700": "#07533e",
            "800": "#14332a",
            "900": "#0f2720",
            "950": "#05231a",
        },
    },
}

"""The look in one page: every component, for screenshots and accessibility checks.

Only with DEBUG. It needs no database: the customer and the balances are made up here.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext_lazy as _

from commpeak.lib.money import Money
from commpeak.lib.widgets import AffixedInput, AmountInput, CardRadios, RowRadios

CHOSEN = {"purse": "voice", "method": "card", "amount": "50"}
QUICK_AMOUNTS = [Money(Decimal(amount), "USD") for amount in (20, 50, 100, 250)]


class StyleguideForm(forms.Form):
    """One of each input; bound to mistakes it shows what those look like."""

    purse = forms.ChoiceField(
        label=_("Which balance?"),
        choices=[("voice", _("Voice")), ("sms", _("SMS"))],
        widget=CardRadios(hints={"voice": "184.22 USD", "sms": "12.40 EUR"}),
    )
    method = forms.ChoiceField(
        label=_("Payment type"),
        choices=[("card", _("Credit card")), ("wire", _("Wire transfer"))],
        widget=RowRadios(hints={"card": "now", "wire": "1–2 days"}),
    )
    amount = forms.CharField(
        label=_("Amount"),
        help_text=_("From 10.00 to 5,000.00 USD"),
        widget=AmountInput(currency="USD", quick_amounts=QUICK_AMOUNTS),
    )
    company = forms.CharField(label=_("Company name"), help_text=_("As on your invoices"))
    site = forms.CharField(label=_("Web site"), required=False, widget=AffixedInput(before="www."))
    country = forms.ChoiceField(label=_("Country"), choices=[("UA", "Ukraine"), ("DE", "Germany")])
    notes = forms.CharField(label=_("Notes"), required=False, widget=forms.Textarea)
    agree = forms.BooleanField(label=_("I have read the terms"), help_text=_("Version 3, May"))


@dataclass(frozen=True)
class _Purse:
    value: str
    label: str

    def __str__(self) -> str:
        return self.value


VOICE = _Purse("voice", "Voice")
SMS = _Purse("sms", "SMS")


def styleguide(request: HttpRequest) -> HttpResponse:
    """`?panel=1` is what the side panel loads."""
    if not settings.DEBUG:
        raise Http404
    if request.GET.get("panel"):
        form = StyleguideForm(initial=CHOSEN, prefix="panel")
        return render(request, "styleguide/_panel.html", {"form": form})
    return render(request, "styleguide/page.html", _context())


def _context() -> dict[str, Any]:
    return {
        "user": SimpleNamespace(is_authenticated=True, email="ada@example.com", is_staff=True),
        "header_balances": [_balance(VOICE, "184.2215", "USD"), _balance(SMS, "12.40", "EUR")],
        "form": StyleguideForm(initial=CHOSEN),
        "wrong_form": StyleguideForm({"amount": "1e400", "purse": "voice"}, prefix="wrong"),
        "rows": _rows(),
        "total": Money(Decimal("60.00"), "USD"),
        "paid": Money(Decimal("50.00"), "USD"),
        "debt": Money(Decimal("-1234.5"), "USD"),
    }


def _balance(purse: _Purse, amount: str, currency: str) -> SimpleNamespace:
    money = Money(Decimal(amount), currency)
    limit = Money(Decimal("25.00"), currency)
    promo = Money(Decimal("10.00"), currency)
    return SimpleNamespace(
        purse=purse, total=money, promo=promo, credit_limit=limit, available=money + limit
    )


def _rows() -> list[dict[str, Any]]:
    facts = [
        ("14:02", "Calls, 312 min", "-4.1180", "184.2215"),
        ("13:40", "Automatic refill · Visa 4242", "50.00", "188.3395"),
        ("13:40", "Promo SPRING10", "10.00", "138.3395"),
        ("12:00", "Calls, 96 min", "-1.2290", "128.3395"),
    ]
    return [
        {
            "occurred_at": datetime.fromisoformat(f"2026-05-03T{when}+00:00"),
            "kind": what,
            "amount": Money(Decimal(amount), "USD"),
            "balance_after": Money(Decimal(balance), "USD"),
        }
        for when, what, amount, balance in facts
    ]


urlpatterns = [path("styleguide/", styleguide, name="styleguide")]

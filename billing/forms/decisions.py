"""What staff type to credit or debit a balance, or to change its credit limit."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from accounts.models import Customer
from billing.models import Purse
from billing.selectors.customer_account import customer_account
from commpeak.lib.money import Money
from commpeak.lib.staff_action import ReasonForm

AMOUNT_CHARACTERS_MAX = 20


class _PurseForm(ReasonForm):
    """An amount in the currency of the chosen balance of `customer`."""

    purse = forms.ChoiceField(
        label=_("Balance"), choices=Purse.choices, widget=UnfoldAdminSelectWidget
    )
    amount = forms.CharField(
        label=_("Amount"),
        max_length=AMOUNT_CHARACTERS_MAX,
        widget=UnfoldAdminTextInputWidget(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    request_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def __init__(self, *args: Any, customer: Customer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.customer = customer

    def clean(self) -> dict[str, Any]:
        """`amount` becomes Money."""
        typed = super().clean() or self.cleaned_data
        if "purse" in typed and "amount" in typed:
            account = customer_account(customer=self.customer, purse=Purse(typed["purse"]))
            try:
                typed["amount"] = Money.parse(typed["amount"], account.currency)
            except ValueError:
                self.add_error(
                    "amount",
                    ValidationError(
                        _("Enter an amount in %(currency)s, such as 50.00."),
                        params={"currency": account.currency},
                    ),
                )
        return typed


class ManualEntryForm(_PurseForm):
    """`cleaned_data["money"]` is signed: positive is a credit."""

    direction = forms.ChoiceField(
        label=_("Credit or debit"),
        choices=[
            ("credit", _("Credit: the customer has more")),
            ("debit", _("Debit: the customer has less")),
        ],
        widget=UnfoldAdminSelectWidget,
    )
    field_order = ("purse", "direction", "amount", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = _("The customer reads it on the statement.")

    def clean(self) -> dict[str, Any]:
        typed = super().clean()
        if isinstance(amount := typed.get("amount"), Money):
            if not amount:
                self.add_error("amount", _("The amount must be more than 0."))
            typed["money"] = -amount if typed.get("direction") == "debit" else amount
        return typed


class CreditLimitForm(_PurseForm):
    """`cleaned_data["amount"]` is the new limit."""

    field_order = ("purse", "amount", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount"].label = _("New credit limit")
        self.fields["amount"].help_text = _("How far below zero the balance may go.")

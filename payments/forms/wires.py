"""What staff type about wires in the admin."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from commpeak.lib.errors import InvalidInput
from commpeak.lib.money import Money
from commpeak.lib.staff_action import ReasonForm
from payments.forms.refund import AmountField
from payments.models import Receipt
from payments.models.receipts import NOTE_LENGTH, RATE_PLACES
from payments.selectors.whose import CreditOrder, Whose, whose_are, whose_is

ORDERS_MAX = 100  # ticked on one page
ORDER_CHARACTERS_MAX = 300
RATE_MAX = 10**6


class CreditForm(forms.Form):
    """One wire, or a part of it, for one balance. `order` is what it says once it is valid."""

    whose = forms.CharField(
        label=_("Top-up or customer"),
        max_length=60,
        widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "off"}),
        help_text=_("T-…, RF…, or an account number with “Voice” or “SMS” after it."),
    )
    amount = AmountField(
        label=_("Amount of the wire"),
        widget=UnfoldAdminTextInputWidget(attrs={"inputmode": "decimal"}),
        help_text=_("Less than all of it splits the wire: the rest stays in suspense."),
    )
    rate = forms.DecimalField(
        label=_("The bank's rate"),
        required=False,
        min_value=Decimal(1).scaleb(-RATE_PLACES),
        max_value=RATE_MAX,
        decimal_places=RATE_PLACES,
        widget=UnfoldAdminTextInputWidget(attrs={"inputmode": "decimal"}),
        help_text=_("Only where the balance has another currency: how much of it for 1 received."),
    )
    request_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)

    def __init__(self, *args: Any, receipt: Receipt, **options: Any) -> None:
        super().__init__(*args, **options)
        self._receipt = receipt
        amount = self.fields["amount"]
        assert isinstance(amount, AmountField)  # noqa: S101
        amount.currency = receipt.currency
        amount.initial = str(receipt.open_money).split()[0]

    def clean_whose(self) -> Whose:
        try:
            return whose_is(self.cleaned_data["whose"])
        except InvalidInput as error:
            raise ValidationError(error.user_text) from error

    @property
    def order(self) -> CreditOrder:
        given = self.cleaned_data
        return CreditOrder(
            self._receipt.pk, given["whose"], given["amount"], given["rate"], given["request_key"]
        )


class ReturnForm(ReasonForm):
    """A wire goes back to its payer."""

    amount = AmountField(
        label=_("Amount to send back"),
        widget=UnfoldAdminTextInputWidget(attrs={"inputmode": "decimal"}),
    )
    return_reference = forms.CharField(
        label=_("The bank's reference of the transfer"),
        max_length=100,
        widget=UnfoldAdminTextInputWidget(),
        help_text=_("Make the transfer at the bank first; this only records it."),
    )
    request_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)

    def __init__(self, *args: Any, receipt: Receipt, **options: Any) -> None:
        super().__init__(*args, **options)
        amount = self.fields["amount"]
        assert isinstance(amount, AmountField)  # noqa: S101
        amount.currency = receipt.currency
        amount.initial = str(receipt.open_money).split()[0]


class NoteForm(forms.Form):
    text = forms.CharField(
        label=_("Note"),
        max_length=NOTE_LENGTH,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
        help_text=_("Stays with the wire, with your name. The wire stays in suspense."),
    )


class MoveForm(ReasonForm):
    """Credited to the wrong balance: which one is right?"""

    whose = forms.CharField(
        label=_("Top-up or customer it belongs to"),
        max_length=60,
        widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "off"}),
        help_text=_("T-…, RF…, or an account number with “Voice” or “SMS” after it."),
    )
    rate = forms.DecimalField(
        label=_("The bank's rate"),
        required=False,
        min_value=Decimal(1).scaleb(-RATE_PLACES),
        max_value=RATE_MAX,
        decimal_places=RATE_PLACES,
        widget=UnfoldAdminTextInputWidget(attrs={"inputmode": "decimal"}),
        help_text=_("Only where that balance has another currency than the wire."),
    )
    request_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)

    def clean_whose(self) -> Whose:
        try:
            return whose_is(self.cleaned_data["whose"])
        except InvalidInput as error:
            raise ValidationError(error.user_text) from error


def orders_of_ticked(receipts: Sequence[Receipt], chosen: dict[int, str]) -> list[CreditOrder]:
    """All that is left of each receipt, for whom `chosen` says; each with a key of its own.

    Raises InvalidInput for a choice that names nobody.
    """
    found = whose_are(set(chosen.values()))
    orders = []
    for receipt in receipts:
        whose = found[chosen[receipt.pk]]
        if isinstance(whose, InvalidInput):
            raise whose
        orders.append(CreditOrder(receipt.pk, whose, receipt.open_money, None, uuid4()))
    return orders


def written_order(order: CreditOrder) -> str:
    """For a hidden field of the page that asks for confirmation; read_orders reads it."""
    return json.dumps(
        [
            order.receipt_id,
            order.whose.text,
            f"{order.money.amount:f}",
            order.money.currency,
            None if order.rate is None else f"{order.rate:f}",
            str(order.request_key),
        ]
    )


def read_orders(written: Iterable[str]) -> list[CreditOrder]:
    """What written_order wrote. Raises InvalidInput for anything else: the page was edited, and
    the services check all of it again anyway."""
    try:
        rows = [json.loads(text[:ORDER_CHARACTERS_MAX]) for text in written]
        found = whose_are({str(row[1]) for row in rows})
        return [_order(row, found) for row in rows[:ORDERS_MAX]]
    except (ValueError, TypeError, LookupError, ArithmeticError) as error:
        raise InvalidInput(gettext("This page is out of date. Go back and start again.")) from error


def _order(row: list[Any], found: dict[str, Whose | InvalidInput]) -> CreditOrder:
    receipt_id, text, amount, currency, rate, key = row
    whose = found[text]
    if isinstance(whose, InvalidInput):
        raise whose
    money = Money.parse(amount, currency)
    return CreditOrder(int(receipt_id), whose, money, Decimal(rate) if rate else None, UUID(key))

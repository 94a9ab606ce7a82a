"""What is asked of those who want money given back: customers, and staff in the admin."""

from __future__ import annotations

import uuid
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from accounts.forms.fields import LineField
from commpeak.lib.money import Money
from commpeak.lib.staff_action import ReasonForm
from commpeak.lib.template_filters import money_text
from commpeak.lib.widgets import AmountInput, RowRadios
from payments.forms.top_up import AMOUNT_CHARACTERS_MAX, amount_hint
from payments.models import Refund
from payments.models.refunds import COMMENT_CHARACTERS_MAX


class AmountField(forms.CharField):
    """An amount in `currency`, which the form sets. Cleans to Money."""

    default_error_messages = {
        "required": _("Enter the amount to give back."),
        "not_positive": _("The amount must be more than 0."),
    }
    currency = "XXX"

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=AMOUNT_CHARACTERS_MAX, **options)

    def clean(self, value: Any) -> Money:
        text = super().clean(value)
        try:
            money = Money.parse(text, self.currency)
        except ValueError as error:
            raise ValidationError(amount_hint(self.currency), code="not_plain") from error
        if not money:
            raise ValidationError(self.error_messages["not_positive"], code="not_positive")
        return money


class RefundForm(forms.Form):
    """A customer asks for `most` or less of one top-up. `cleaned_data["amount"]` is Money."""

    reason = forms.ChoiceField(
        label=_("Why?"), choices=Refund.Reason.choices, widget=RowRadios, initial="wrong_amount"
    )
    amount = AmountField(label=_("Amount to give back"), widget=AmountInput)
    comment = LineField(
        label=_("In your words"),
        max_length=COMMENT_CHARACTERS_MAX,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What should our staff know?"),
    )
    request_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def __init__(self, *args: Any, most: Money, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        amount = cast(AmountField, self.fields["amount"])
        amount.currency = cast(AmountInput, amount.widget).currency = most.currency
        amount.initial = _as_typed(most)
        amount.help_text = _("At most %(amount)s") % {"amount": money_text(most)}


class StaffRefundForm(ReasonForm):
    """Staff give money back; the reason is told to the customer."""

    amount = AmountField(label=_("Amount"), widget=UnfoldAdminTextInputWidget)
    why = forms.ChoiceField(
        label=_("Kind"), choices=Refund.Reason.choices, widget=UnfoldAdminSelectWidget
    )
    request_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    field_order = ("amount", "why", "reason")

    def __init__(self, *args: Any, left: Money, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        amount = cast(AmountField, self.fields["amount"])
        amount.currency = left.currency
        amount.initial = _as_typed(left)
        amount.help_text = _("In %(currency)s") % {"currency": left.currency}


def _as_typed(money: Money) -> str:
    """In the currency's own places: "20.00"."""
    return str(money).removesuffix(f" {money.currency}")

"""What a customer types to add credit. Forms check shape and speak kindly; they do not write."""

import uuid
from collections.abc import Iterable, Sequence
from typing import Any, cast

from babel.numbers import get_currency_name
from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.models import Customer
from billing.models import Purse
from billing.selectors.customer_balances import CustomerBalance
from commpeak.lib.active_locale import active_locale
from commpeak.lib.currencies import places
from commpeak.lib.money import Money
from commpeak.lib.template_filters import money_text
from commpeak.lib.widgets import AmountInput, CardRadios, RowRadios
from payments.gateways.base import Gateway
from payments.selectors.top_up_currency import top_up_currency
from payments.selectors.top_up_offer import TopUpOffer

AMOUNT_CHARACTERS_MAX = 20
PROMO_CHARACTERS_MAX = 40  # longer than any code, so that a code copied with spaces fits


class TopUpForm(forms.Form):
    """Steps of the panel in the article's order: balance, promo code, payment type, one-time,
    amount.

    After is_valid() `cleaned_data["money"]` is the amount in the chosen balance's currency.
    """

    purse = forms.ChoiceField(label=_("Balance"), choices=Purse.choices, widget=CardRadios)
    promo_code = forms.CharField(
        label=_("Promo code"),
        required=False,
        max_length=PROMO_CHARACTERS_MAX,
        error_messages={"max_length": _("No promo code is that long.")},
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
                "aria-describedby": "id_promo_code_error promo-answer",
                "data-enter-presses": "apply-code",
                "required": False,  # "Add promo code" says that it is optional
            }
        ),
    )
    method = forms.ChoiceField(label=_("Payment type"), widget=RowRadios)
    frequency = forms.ChoiceField(
        label=_("How often"),
        choices=[("once", _("One-time payment")), ("refill", _("Automatic credit refill"))],
        initial="once",
        widget=RowRadios(
            hints={"once": _("nothing is charged later"), "refill": _("by card only")}
        ),
    )
    amount = forms.CharField(
        label=_("Amount"),
        max_length=AMOUNT_CHARACTERS_MAX,
        error_messages={
            "required": _("Enter the amount to add."),
            "max_length": _("This amount is too long."),
        },
        widget=AmountInput(attrs={"autocomplete": "transaction-amount"}),
    )
    request_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def __init__(
        self,
        *args: Any,
        customer: Customer,
        offer: TopUpOffer,
        gateways: Sequence[Gateway],
        balances: Iterable[CustomerBalance],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.customer = customer
        self._show_balances(balances)
        self._show_methods(gateways)
        self._show_offer(offer)

    def _show_balances(self, balances: Iterable[CustomerBalance]) -> None:
        purse = cast(CardRadios, self.fields["purse"].widget)
        purse.hints = {balance.purse.value: money_text(balance.total) for balance in balances}

    def _show_methods(self, gateways: Sequence[Gateway]) -> None:
        """The first one is chosen beforehand."""
        method = cast(forms.ChoiceField, self.fields["method"])
        words = {gateway.code: gateway.profile.words for gateway in gateways}
        method.choices = [(code, said.name) for code, said in words.items()]
        method.initial = next(iter(words), None)
        cast(RowRadios, method.widget).hints = {code: said.speed for code, said in words.items()}

    def _show_offer(self, offer: TopUpOffer) -> None:
        field = self.fields["amount"]
        field.help_text = _offer_text(offer)
        widget = cast(AmountInput, field.widget)
        widget.currency, widget.quick_amounts = offer.currency, offer.quick_amounts

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("frequency") == "refill":  # with a card the view leads to its own page
            self.add_error("frequency", _("Automatic credit refill works with a card only."))
        currency = self._currency(data)
        if currency and "amount" in data:
            data["money"] = self._money(data["amount"], currency)
        return data

    def _currency(self, data: dict[str, Any]) -> str | None:
        return top_up_currency(self.customer, Purse(data["purse"])) if "purse" in data else None

    def _money(self, text: str, currency: str) -> Money | None:
        try:
            money = Money.parse(text, currency)
        except ValueError:
            self.add_error("amount", amount_hint(currency))
            return None
        if not money:
            self.add_error("amount", _("The amount must be more than 0."))
        return money


def _offer_text(offer: TopUpOffer) -> str:
    if not offer.is_possible:
        return str(offer.ceiling)
    return _("From %(smallest)s to %(largest)s") % {
        "smallest": money_text(offer.smallest),
        "largest": money_text(offer.ceiling.most),
    }


def amount_hint(currency: str) -> str:
    example = "50" if places(currency) == 0 else "50." + "0" * places(currency)
    return _(
        "Write the amount in plain digits with a point before the decimals, for example "
        "%(example)s."
    ) % {"example": example}


class SmsCurrencyForm(forms.Form):
    """The currency of the SMS balance, chosen once."""

    currency = forms.ChoiceField(label=_("Currency of your SMS balance"), widget=RowRadios)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast(forms.ChoiceField, self.fields["currency"])
        field.choices = [(currency, currency) for currency in settings.CURRENCIES]
        cast(RowRadios, field.widget).hints = {
            currency: get_currency_name(currency, locale=active_locale())
            for currency in settings.CURRENCIES
        }

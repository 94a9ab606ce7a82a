"""What a customer types for automatic refill. Forms check shape and speak kindly."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Customer
from billing.models import Purse
from billing.selectors.daily_average import WINDOW_DAYS
from commpeak.lib.money import Money
from commpeak.lib.widgets import AmountInput, RowRadios
from payments.forms.top_up import AMOUNT_CHARACTERS_MAX, amount_hint
from payments.models.refill import SavedCard
from payments.refill_numbers import PER_DAY_MAX, RefillNumbers, problems_of
from payments.selectors.pace_threshold import pace_threshold
from payments.selectors.refill_limits import refill_limits
from payments.selectors.top_up_limits import is_offered

NEW_CARD = "new"
DAYS_LEFT_MAX = 30
_AMOUNTS = ("deposit", "threshold", "monthly_max")


class RefillForm(forms.Form):
    """The three numbers, what may bound them further, and the card.

    After is_valid() `numbers` are those, and `card` the saved card or None for another one.
    """

    deposit = forms.CharField(
        label=_("Deposit amount"),
        max_length=AMOUNT_CHARACTERS_MAX,
        help_text=_("What one payment adds to the balance."),
        widget=AmountInput,
    )
    threshold = forms.CharField(
        label=_("Threshold"),
        max_length=AMOUNT_CHARACTERS_MAX,
        error_messages={"required": _("Enter a threshold, or days left instead of it.")},
        help_text=_("When the balance falls under this, we charge your card."),
        widget=AmountInput,
    )
    per_day_max = forms.IntegerField(
        label=_("Maximum payments per day"),
        initial=3,
        help_text=_("Never more than this from midnight to midnight in your time zone."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    days_left = forms.IntegerField(
        label=_("Days left instead of an amount"),
        required=False,
        min_value=1,
        max_value=DAYS_LEFT_MAX,
        help_text=_("Leave the threshold empty: it then follows your average use a day."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    monthly_max = forms.CharField(
        label=_("Maximum per month"),
        max_length=AMOUNT_CHARACTERS_MAX,
        required=False,
        help_text=_("In one calendar month all refills together never cost more."),
        widget=AmountInput,
    )
    card = forms.ChoiceField(label=_("Card"), widget=RowRadios)

    def __init__(
        self,
        *args: Any,
        customer: Customer,
        purse: Purse,
        currency: str,
        cards: Sequence[SavedCard],
        now: datetime,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.customer, self.purse, self.currency, self.now = customer, purse, currency, now
        self.cards = {str(card.pk): card for card in cards}
        self.numbers: RefillNumbers | None = None
        for name in _AMOUNTS:
            cast(AmountInput, self.fields[name].widget).currency = currency
        card = cast(forms.ChoiceField, self.fields["card"])
        card.choices = [*((pk, str(card)) for pk, card in self.cards.items()), self._other_card()]
        card.initial = next(iter(self.cards), NEW_CARD)

    def _other_card(self) -> tuple[str, Any]:
        return NEW_CARD, _("Another card") if self.cards else _("A new card")

    @property
    def card_chosen(self) -> SavedCard | None:
        return self.cards.get(self.cleaned_data["card"])

    def clean_per_day_max(self) -> int:
        per_day_max: int = self.cleaned_data["per_day_max"]
        if not 1 <= per_day_max <= PER_DAY_MAX:
            text = _("Enter a whole number from 1 to %(most)s.") % {"most": PER_DAY_MAX}
            raise forms.ValidationError(text)
        return per_day_max

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("days_left") and not self["threshold"].value():
            self.errors.pop("threshold", None)  # it follows the pace, so it may be empty
        for name in _AMOUNTS:
            if text := data.get(name):
                data[name] = self._money(name, text)
        if not self.errors:
            data["threshold"] = self._threshold(data)
        if not self.errors:
            self._take_numbers(data)
        return data

    def _money(self, name: str, text: str) -> Money | None:
        try:
            return Money.parse(text, self.currency)
        except ValueError:
            self.add_error(name, amount_hint(self.currency))
            return None

    def _threshold(self, data: dict[str, Any]) -> Money | None:
        """The amount, or what the days are worth at the customer's pace."""
        days, typed = data.get("days_left"), data.get("threshold")
        if days is None:
            return cast(Money, typed)
        if typed:
            self.add_error("threshold", _("Enter a threshold, or days left instead of it."))
            return None
        paced = pace_threshold(
            customer=self.customer,
            purse=self.purse,
            days=days,
            now=self.now,
        )
        if paced is None:
            text = _("No whole day of use in the last %(days)s days: there is no pace to go by.")
            self.add_error("days_left", text % {"days": WINDOW_DAYS})
        return paced

    def _take_numbers(self, data: dict[str, Any]) -> None:
        if not is_offered(self.currency):
            text = _("Payments in %(currency)s are not offered any more.")
            self.add_error(None, text % {"currency": self.currency})
            return
        numbers = RefillNumbers(
            deposit=data["deposit"],
            threshold=data["threshold"],
            per_day_max=data["per_day_max"],
            monthly_max=data["monthly_max"] if data["monthly_max"] != "" else None,
            days_left=data["days_left"],
        )
        for problem in problems_of(numbers, refill_limits(self.currency)):
            self.add_error(problem.field, problem.text)
        self.numbers = numbers

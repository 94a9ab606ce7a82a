"""What a customer wants to be warned of, for one balance."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from billing.models import BalanceAlert, Purse
from billing.selectors.balance_paces import RECOMMENDED_DAYS, BalancePace
from commpeak.lib.money import Money
from commpeak.lib.template_filters import money_text
from commpeak.lib.widgets import AmountInput

AMOUNT_CHARACTERS_MAX = 20
QUICK_DAYS = (RECOMMENDED_DAYS, 7, 14)
RUNWAY_CHOICES = (1, 2, 3, 5, 7, 14, 30)


class BalanceAlertForm(forms.Form):
    """After is_valid() `cleaned_data["threshold"]` is Money or None, `runway_days` int or None.

    Bound with `data` when that was sent for this balance. Ids carry the purse, since a page
    shows two of these.
    """

    threshold = forms.CharField(
        label=gettext_lazy("Warn me below"),
        required=False,
        max_length=AMOUNT_CHARACTERS_MAX,
        error_messages={"max_length": gettext_lazy("This amount is too long.")},
        widget=AmountInput(),
    )
    runway_days = forms.TypedChoiceField(
        label=gettext_lazy("Warn me when it lasts only"),
        required=False,
        coerce=int,
        empty_value=None,
    )
    is_daily = forms.BooleanField(
        label=gettext_lazy("Remind me every day until it is topped up"), required=False
    )
    purse = forms.ChoiceField(choices=Purse.choices, widget=forms.HiddenInput)

    def __init__(
        self, pace: BalancePace, alert: BalanceAlert | None, data: Any | None = None
    ) -> None:
        super().__init__(data, initial=_initial(pace, alert), auto_id=f"id_{pace.balance.purse}_%s")
        self.pace = pace
        self._show_amount()
        days = cast(forms.TypedChoiceField, self.fields["runway_days"])
        days.choices = [("", _("no warning")), *((n, _days(n)) for n in RUNWAY_CHOICES)]
        days.help_text = _pace_text(pace)

    def _show_amount(self) -> None:
        field, recommended = self.fields["threshold"], self.pace.recommended_threshold
        widget = cast(AmountInput, field.widget)
        widget.currency = self.pace.balance.money.currency
        if recommended:
            widget.quick_amounts = _quick_amounts(self.pace)
            field.help_text = _("We recommend %(amount)s: about three days at your pace.") % {
                "amount": money_text(recommended)
            }
        else:
            field.help_text = _("Leave it empty for no warning.")

    def clean_threshold(self) -> Money | None:
        text = str(self.cleaned_data["threshold"]).strip()
        if not text:
            return None
        try:
            return Money.parse(text, self.pace.balance.money.currency)
        except ValueError as error:
            raise forms.ValidationError(
                _("Write the amount in plain digits, for example 20.00, or leave it empty.")
            ) from error


def _quick_amounts(pace: BalancePace) -> list[Money]:
    """The recommended figure first; for a small use several days come to the same."""
    amounts = (pace.use_of_days(days) for days in QUICK_DAYS)
    return list(dict.fromkeys(amount for amount in amounts if amount is not None))


def _initial(pace: BalancePace, alert: BalanceAlert | None) -> dict[str, Any]:
    initial: dict[str, Any] = {"purse": pace.balance.purse.value}
    if alert is not None:
        initial |= {"runway_days": alert.runway_days, "is_daily": alert.is_daily}
        if alert.threshold is not None:
            typed = Money(alert.threshold, pace.balance.money.currency)
            initial["threshold"] = str(typed).partition(" ")[0]
    return initial


def _days(count: int) -> str:
    return ngettext("%(count)d more day", "%(count)d more days", count) % {"count": count}


def _pace_text(pace: BalancePace) -> str:
    if pace.average is None:
        return _("Your pace is known after the first day with calls or messages.")
    return _("At your pace, which is %(amount)s a day.") % {"amount": money_text(pace.average)}

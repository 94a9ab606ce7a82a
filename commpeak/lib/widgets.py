"""Form inputs in the portal's look that Django does not have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django import forms

from commpeak.lib.money import Money

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class OptionRadios(forms.RadioSelect):
    """Radios whose options may carry a hint, by value: {"voice": "184.22 USD"}."""

    template_name = "forms/widgets/options.html"
    look = "rows"

    def __init__(
        self,
        attrs: dict[str, Any] | None = None,
        choices: Any = (),
        hints: Mapping[str, StrOrPromise] | None = None,
    ) -> None:
        super().__init__(attrs, choices)
        self.hints = dict(hints or {})

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"]["look"] = self.look
        return context

    def create_option(
        self, name: str, value: Any, label: Any, *args: Any, **kwargs: Any
    ) -> dict[str, Any]:
        option = super().create_option(name, value, label, *args, **kwargs)
        option["hint"] = self.hints.get(str(value), "")
        if option["hint"] and "id" in option["attrs"]:
            option["attrs"]["aria-describedby"] = f"{option['attrs']['id']}_hint"
        return option


class RowRadios(OptionRadios):
    """One under the other, the hint at the end of the row: payment types."""

    look = "rows"


class CardRadios(OptionRadios):
    """Side by side, the hint under the name: Voice or SMS."""

    look = "pick"


class AffixedInput(forms.TextInput):
    """A text input with `before` or `after` shown in its box and read out with it."""

    template_name = "forms/widgets/affixed.html"

    def __init__(
        self, attrs: dict[str, Any] | None = None, *, before: str = "", after: str = ""
    ) -> None:
        super().__init__(attrs)
        self.before = before
        self.after = after

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"].update(before=self.before, after=self.after)
        return context


class AmountInput(AffixedInput):
    """An amount in `currency`, with round sums to pick from.

    The field stays a plain text, so that what was typed can be shown again as it was.
    """

    template_name = "forms/widgets/amount.html"

    def __init__(
        self,
        attrs: dict[str, Any] | None = None,
        *,
        currency: str = "",
        quick_amounts: Sequence[Money] = (),
    ) -> None:
        super().__init__({"inputmode": "decimal", "autocomplete": "off", **(attrs or {})})
        self.currency = currency
        self.quick_amounts = quick_amounts

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        self.after = self.currency
        context = super().get_context(name, value, attrs)
        context["widget"]["quick_amounts"] = [
            _quick_amount(quick, typed=context["widget"]["value"]) for quick in self.quick_amounts
        ]
        return context


def _quick_amount(money: Money, *, typed: str | None) -> dict[str, Any]:
    """Labelled without cents, as round sums have none; filled in as the customer would type it."""
    value = f"{money.amount:f}"
    return {"value": value, "label": value, "is_picked": typed == value}


class LongSelect(forms.Select):
    """A select with hundreds of options, each written as short as HTML allows."""

    template_name = "forms/widgets/long_select.html"

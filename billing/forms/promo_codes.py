"""What staff type about promo codes."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from unfold.widgets import UnfoldAdminSelectWidget

from billing.models import PromoCode
from billing.selectors.find_promo import normalised_code
from commpeak.lib.money import Money

_AMOUNTS = ("fixed", "bonus_max", "top_up_min")


class PromoCodeForm(forms.ModelForm):  # type: ignore[type-arg]
    """Terms of a code that was used are not in it; the database holds them too."""

    class Meta:
        model = PromoCode
        fields = "__all__"  # noqa: DJ007 - the admin chooses them

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "currency" in self.fields:
            choices = [(currency, currency) for currency in settings.CURRENCIES]
            self.fields["currency"] = forms.ChoiceField(
                label=self.fields["currency"].label,
                help_text=self.fields["currency"].help_text,
                choices=choices,
                widget=UnfoldAdminSelectWidget,
            )

    def clean_code(self) -> str:
        return normalised_code(self.cleaned_data["code"])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for name in _AMOUNTS:
            self._check_places(name, data)
        if data.get("fixed") is not None and data.get("bonus_max") is not None:
            self.add_error("bonus_max", _("A fixed bonus needs no cap."))
        most = data.get("uses_max")
        if most is not None and most < self.instance.uses_count:
            self.add_error("uses_max", _("It has been used more often than that already."))
        return data

    def _check_places(self, name: str, data: dict[str, Any]) -> None:
        amount, currency = data.get(name), data.get("currency")
        if amount is None or not currency:
            return
        if not Money(amount, currency).is_payable:
            self.add_error(
                name, _("%(currency)s has no such small units.") % {"currency": currency}
            )

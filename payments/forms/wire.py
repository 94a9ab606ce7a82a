"""What a customer tells us of a wire that is sent. Part of payments.forms."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, cast

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from accounts.forms.fields import LineField
from accounts.models import Customer
from commpeak.lib.documents import Document, read_document, too_large_text
from commpeak.lib.errors import InvalidInput
from commpeak.lib.money import Money
from payments.models import TopUp
from payments.models.wire import PAYER_LENGTH, WireAnnouncement

# a wire may be dated tomorrow where it is sent off in the evening; older ones need our staff
SENT_IN_FUTURE_MAX = timedelta(days=1)
SENT_AGO_MAX = timedelta(days=60)
_AMOUNT_CHARACTERS_MAX = 20
_PROOF_HINT = _("The bank's receipt as PDF, PNG or JPEG, at most 5 MB. It helps us to find it.")


class WireForm(forms.Form):
    """Filled in with what was told before, else with what was asked for.

    After is_valid() `cleaned_data` has `payer_name`, `money`, `sent_on` and `proof`, a Document
    or None. `today` is the customer's. The file stands last: see LimitedUploadHandler.
    """

    payer_name = LineField(
        label=_("First and last name, or company name"),
        max_length=PAYER_LENGTH,
        help_text=_("As it stands on the bank account that you pay from."),
        error_messages={"required": _("Enter the name that the wire comes from.")},
        widget=forms.TextInput({"autocomplete": "name"}),
    )
    amount = forms.CharField(
        label=_("Total amount"),
        max_length=_AMOUNT_CHARACTERS_MAX,
        error_messages={
            "required": _("Enter the amount that you have sent."),
            "max_length": _("This amount is too long."),
        },
        widget=forms.TextInput({"inputmode": "decimal", "autocomplete": "off"}),
    )
    currency = forms.ChoiceField(label=_("Currency"))
    sent_on = forms.DateField(
        label=_("Date initiated"),
        help_text=_("The day on which you gave it to your bank."),
        error_messages={
            "required": _("Enter the day on which you sent it."),
            "invalid": _("Write the day like 2026-05-31."),
        },
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
    )
    proof = forms.FileField(
        label=_("Proof of the transfer"),
        required=False,
        help_text=_PROOF_HINT,
        allow_empty_file=True,  # said in our words by read_document
        widget=forms.FileInput({"accept": ".pdf,.png,.jpg,.jpeg"}),
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        files: MultiValueDict[str, UploadedFile[Any]] | None = None,
        *,
        top_up: TopUp,
        said: WireAnnouncement | None,
        today: date,
        too_large: bool = False,
    ) -> None:
        super().__init__(data, files, initial=_initial(top_up, said, today))
        self._today, self._too_large = today, too_large
        currency = cast(forms.ChoiceField, self.fields["currency"])
        currency.choices = [(code, code) for code in settings.CURRENCIES]
        dates = {"min": today - SENT_AGO_MAX, "max": today + SENT_IN_FUTURE_MAX}
        self.fields["sent_on"].widget.attrs |= {name: f"{day}" for name, day in dates.items()}

    def clean_sent_on(self) -> date:
        day: date = self.cleaned_data["sent_on"]
        if day > self._today + SENT_IN_FUTURE_MAX:
            raise forms.ValidationError(_("This day has not come yet."))
        if day < self._today - SENT_AGO_MAX:
            raise forms.ValidationError(
                _("This is more than 60 days ago. Please write to us instead.")
            )
        return day

    def clean_proof(self) -> Document | None:
        if self._too_large:
            raise forms.ValidationError(too_large_text())
        upload: UploadedFile[Any] | None = self.cleaned_data.get("proof")
        if upload is None:
            return None
        try:
            return read_document(upload.read(), upload.name or "")
        except InvalidInput as error:
            raise forms.ValidationError(error.user_text) from error

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "amount" in data and "currency" in data:
            data["money"] = self._money(data["amount"], data["currency"])
        return data

    def _money(self, text: str, currency: str) -> Money | None:
        try:
            money = Money.parse(text, currency)
        except ValueError:
            self.add_error("amount", _("Write the amount in plain digits, for example 50.00."))
            return None
        if not money:
            self.add_error("amount", _("The amount must be more than 0."))
        return money


def _initial(top_up: TopUp, said: WireAnnouncement | None, today: date) -> dict[str, object]:
    if said:
        money, name, day = said.money, said.payer_name, said.sent_on
    else:
        money, name, day = top_up.money, _name(top_up.customer), today
    return {
        "payer_name": name,
        "amount": str(money).split()[0],
        "currency": money.currency,
        "sent_on": day,
    }


def _name(customer: Customer) -> str:
    return customer.display_name or customer.name

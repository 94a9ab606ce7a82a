"""The form for a customer's name, VAT id and address. Its address part follows the country."""

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.forms import BoundField
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.address_rules import (
    ADDRESS_PARTS,
    AddressPart,
    InvalidAddress,
    address_parts,
    country_codes,
    normalised,
    part_label,
)
from accounts.countries import country_choices, country_name, country_of_time_zone
from accounts.forms.fields import LineField, LinesField
from accounts.models import Address, Customer
from accounts.services.save_contact_details import ContactDetails
from accounts.vat_ids import normalised_vat_id
from commpeak.lib.errors import InvalidInput

_NAME_PARTS = ("kind", "name", "company_name", "vat_id")
_AUTOCOMPLETE = {
    "street_address": "street-address",
    "city_area": "address-level3",
    "city": "address-level2",
    "country_area": "address-level1",
    "postal_code": "postal-code",
}
# When these change, htmx fetches the fields that follow from them; without scripts the button
# "Change country" does.
_REDRAWS_ADDRESS = {
    "hx-post": reverse_lazy("profile-address"),
    "hx-target": "#address-fields",
    "hx-include": "closest form",
    "hx-vals": '{"change_country": "1"}',
}
_LENGTH_MAX = {field.name: getattr(field, "max_length", 0) for field in Address._meta.fields}
# not marked optional: which of the two names is needed depends on the kind
_NEEDED_BY_KIND = {"required": False}


class ContactForm(forms.Form):
    """Bound with `data`, or unbound with `typed` shown as it stands (after a country change)."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Who pays?"),
        choices=Customer.Kind.choices,
        widget=forms.RadioSelect,
    )
    name = LineField(
        label=gettext_lazy("First and last name"),
        max_length=120,
        required=False,
        widget=forms.TextInput({"autocomplete": "name"} | _NEEDED_BY_KIND),
    )
    company_name = LineField(
        label=gettext_lazy("Company name"),
        max_length=120,
        required=False,
        widget=forms.TextInput({"autocomplete": "organization"} | _NEEDED_BY_KIND),
    )
    vat_id = LineField(
        label=gettext_lazy("VAT id"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("If you have one. It is printed on your invoices."),
    )
    country_code = forms.ChoiceField(
        label=gettext_lazy("Country"),
        choices=lambda: [("", gettext_lazy("Choose a country")), *country_choices()],
        error_messages={"required": gettext_lazy("Choose a country.")},
        widget=forms.Select({"autocomplete": "country"} | _REDRAWS_ADDRESS),
    )

    def __init__(
        self,
        customer: Customer,
        data: Mapping[str, Any] | None = None,
        typed: Mapping[str, Any] | None = None,
    ) -> None:
        initial = _initial(customer) | (dict(typed.items()) if typed else {})
        super().__init__(data, initial=initial)
        source = data if data is not None else initial
        address = {name: str(source.get(name, "")) for name in ADDRESS_PARTS}
        self._parts = _parts(address)
        for part in self._parts:
            self.fields[part.name] = _field(part)

    @property
    def address_fields(self) -> Iterator[BoundField]:
        """The fields that change with the country, in its order."""
        return (self[part.name] for part in self._parts)

    def details(self) -> ContactDetails:
        """What to save; only of a form that is valid."""
        names = {name: self.cleaned_data[name] for name in _NAME_PARTS}
        return ContactDetails(**names, address=self._typed_address())

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        self._check_name()
        self._check_vat_id()
        self._check_address()
        return cleaned

    def _check_name(self) -> None:
        is_company = self.cleaned_data.get("kind") == Customer.Kind.COMPANY
        needed = "company_name" if is_company else "name"
        if not self.cleaned_data.get(needed) and needed not in self.errors:
            text = _("Enter the company's name.") if is_company else _("Enter your name.")
            self.add_error(needed, text)

    def _check_vat_id(self) -> None:
        if "vat_id" not in self.cleaned_data:
            return
        country = self.cleaned_data.get("country_code", "")
        try:
            self.cleaned_data["vat_id"] = normalised_vat_id(self.cleaned_data["vat_id"], country)
        except InvalidInput as error:
            self.add_error("vat_id", error.user_text)

    def _check_address(self) -> None:
        if not self.cleaned_data.get("country_code"):
            return
        try:
            normalised(self._typed_address())
        except InvalidAddress as error:
            for name, problem in error.problems.items():
                if name in self.fields and name not in self.errors:
                    self.add_error(name, self._problem_text(name, problem))

    def _problem_text(self, name: str, problem: str) -> str:
        country = self.cleaned_data["country_code"]
        facts = {"part": part_label(name, country), "country": country_name(country)}
        if problem == "required":
            return _("%(part)s is missing.") % facts
        example = next((part.example for part in self._parts if part.name == name), "")
        if example:
            text = _("%(part)s does not look right for %(country)s. An example: %(example)s")
            return text % (facts | {"example": example})
        return _("%(part)s does not fit the rest of this address in %(country)s.") % facts

    def _typed_address(self) -> dict[str, str]:
        return {name: self.cleaned_data.get(name, "") for name in ADDRESS_PARTS}


def _initial(customer: Customer) -> dict[str, Any]:
    names = {name: getattr(customer, name) for name in _NAME_PARTS}
    address = {name: getattr(customer.address, name) for name in ADDRESS_PARTS}
    address["country_code"] = address["country_code"] or country_of_time_zone(customer.time_zone)
    return names | address


def _parts(address: Mapping[str, str]) -> list[AddressPart]:
    """The general form (street, city) until a country is chosen that we know."""
    if address["country_code"] not in country_codes():
        return []
    return address_parts(address)


def _field(part: AddressPart) -> forms.Field:
    """Not required here: the rules say what is missing, in the country's words."""
    attrs: dict[str, Any] = {"autocomplete": _AUTOCOMPLETE.get(part.name, "off")}
    if part.is_required:
        attrs["required"] = "required"
    if part.decides_others:
        attrs |= _REDRAWS_ADDRESS
    if part.choices:
        choices = [("", _("Choose")), *part.choices]
        select = forms.Select(attrs)
        return forms.ChoiceField(label=part.label, choices=choices, required=False, widget=select)
    field = LinesField if part.name == "street_address" else LineField
    widget = (
        forms.Textarea(attrs | {"rows": "2"}) if field is LinesField else forms.TextInput(attrs)
    )
    return field(label=part.label, max_length=_LENGTH_MAX[part.name], required=False, widget=widget)

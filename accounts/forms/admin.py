"""What staff type about customers is held to the same rules as what customers type."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from accounts.address_rules import ADDRESS_PARTS, InvalidAddress, normalised
from accounts.forms.fields import LineField
from accounts.models import Address, Customer
from accounts.time_zones import is_time_zone
from accounts.vat_ids import normalised_vat_id
from commpeak.lib.errors import InvalidInput


class CustomerAdminForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Customer
        fields = ["kind", "name", "company_name", "vat_id", "time_zone"]
        field_classes = {"name": LineField, "company_name": LineField, "vat_id": LineField}

    def clean_vat_id(self) -> str:
        address = getattr(self.instance, "address", None)
        country = address.country_code if address else ""
        try:
            return normalised_vat_id(self.cleaned_data["vat_id"], country)
        except InvalidInput as error:
            raise forms.ValidationError(error.user_text) from error

    def clean_time_zone(self) -> str:
        name = str(self.cleaned_data["time_zone"])
        if not is_time_zone(name):
            raise forms.ValidationError(_("Not a time zone. An example: Europe/Kyiv"))
        return name


class AddressAdminForm(forms.ModelForm):  # type: ignore[type-arg]
    """An address is either empty or what its country accepts."""

    class Meta:
        model = Address
        fields = list(ADDRESS_PARTS)
        field_classes = dict.fromkeys(set(ADDRESS_PARTS) - {"street_address"}, LineField)

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or self.cleaned_data
        if not any(typed.get(name) for name in ADDRESS_PARTS):
            return typed
        try:
            return typed | normalised({name: typed.get(name, "") for name in ADDRESS_PARTS})
        except InvalidAddress as error:
            for name, problem in error.problems.items():
                missing = problem == "required"
                self.add_error(name, _("Missing.") if missing else _("Does not fit the country."))
        return typed

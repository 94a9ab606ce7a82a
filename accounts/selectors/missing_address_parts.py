"""What is still missing before a customer may add credit."""

from django.utils.translation import gettext as _

from accounts.address_rules import ADDRESS_PARTS, InvalidAddress, normalised, part_label
from accounts.models import Address, Customer

# Nothing else can be asked for until the country is known; these are said meanwhile.
_PARTS_OF_MOST_COUNTRIES = ("country_code", "street_address", "city")


def missing_address_parts(customer: Customer) -> list[str]:
    """Translated labels of what is missing or not valid, in the order of the form.

    An empty list means complete: a name, and an address that its country's rules accept. This
    is the one place that decides it; top-up asks here (article: complete the address in the
    profile before topping up). One query when `customer.address` is not loaded yet.
    """
    name = [] if customer.display_name else [_name_label(customer)]
    return name + _parts_not_valid(customer.address)


def _name_label(customer: Customer) -> str:
    is_company = customer.kind == Customer.Kind.COMPANY
    return _("Company name") if is_company else _("First and last name")


def _parts_not_valid(address: Address) -> list[str]:
    if not address.country_code:
        return [part_label(name, "") for name in _PARTS_OF_MOST_COUNTRIES]
    try:
        normalised({name: getattr(address, name) for name in ADDRESS_PARTS})
    except InvalidAddress as error:
        names = [name for name in ADDRESS_PARTS if name in error.problems]
        return [part_label(name, address.country_code) for name in names]
    return []

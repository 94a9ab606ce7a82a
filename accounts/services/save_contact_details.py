"""Writes a customer's name, VAT id and address."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction

from accounts.address_rules import normalised
from accounts.models import Address, Customer


@dataclass(frozen=True, slots=True)
class ContactDetails:
    """Everything invoices are written to. `address` maps `address_rules.ADDRESS_PARTS`."""

    kind: str
    name: str
    company_name: str
    vat_id: str
    address: Mapping[str, str]


def save_contact_details(*, customer: Customer, details: ContactDetails) -> None:
    """Replaces name and address as one; `customer` carries the new values afterwards.

    Raises InvalidAddress, with nothing written, when the country's rules refuse the address.
    A second call with the same details changes nothing.
    """
    parts = normalised(details.address)
    with transaction.atomic():
        for name in ("kind", "name", "company_name", "vat_id"):
            setattr(customer, name, getattr(details, name))
        customer.save(update_fields=["kind", "name", "company_name", "vat_id"])
        customer.address, _created = Address.objects.update_or_create(
            customer=customer, defaults=parts
        )

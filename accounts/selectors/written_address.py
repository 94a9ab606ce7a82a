"""An address as it is written on an envelope in its country."""

from accounts.address_rules import ADDRESS_PARTS, InvalidAddress, address_lines
from accounts.countries import country_name
from accounts.models import Address


def written_address(address: Address) -> list[str]:
    """Its lines in the country's order, the country last; what there is of an unfinished one."""
    parts = {name: getattr(address, name) for name in ADDRESS_PARTS}
    try:
        lines = address_lines(parts)
    except InvalidAddress:
        return []
    return [*lines, country_name(address.country_code)]

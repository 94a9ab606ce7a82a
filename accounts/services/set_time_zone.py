"""Changes the time zone a customer's times are shown in."""

from django.utils.translation import gettext as _

from accounts.models import Customer
from accounts.time_zones import is_time_zone
from commpeak.lib.errors import InvalidInput


def set_time_zone(*, customer: Customer, time_zone: str) -> None:
    """`time_zone` is an IANA name. Raises InvalidInput for a name that is not offered."""
    if not is_time_zone(time_zone):
        raise InvalidInput(_("Choose one of the time zones."), f"no zone: {time_zone[:80]!r}")
    customer.time_zone = time_zone
    customer.save(update_fields=["time_zone"])

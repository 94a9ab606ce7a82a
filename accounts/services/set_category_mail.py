"""Turns the mail about a category off and on."""

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import MAY_BE_SILENT, Category, Customer, SilentCategory
from commpeak.lib.errors import Refused


def set_category_mail(
    *, customer: Customer, category: Category, is_on: bool, now: datetime
) -> None:
    """Off: nothing about `category` is mailed to anybody; the bell goes on telling it.

    A second call changes nothing. Raises Refused for categories that are always mailed.
    """
    if is_on:
        SilentCategory.objects.filter(customer=customer, category=category).delete()
        return
    if category not in MAY_BE_SILENT:
        raise Refused(_("Mail about this is always sent."), f"{category} may not be silent")
    SilentCategory.objects.get_or_create(
        customer=customer, category=category, defaults={"since": now}
    )

"""Keeps that somebody agreed to a version of terms."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Customer, TermsAcceptance, TermsVersion, User
from accounts.selectors.current_terms import current_terms
from commpeak.lib.errors import Conflict


@transaction.atomic
def agree_to_terms(
    *,
    customer: Customer,
    user: User,
    version: TermsVersion,
    ip_address: str | None,
    now: datetime,
) -> TermsAcceptance:
    """The agreement with time, address and the hash of the text.

    A second call (a double click, another tab, another member) finds the first agreement.
    Raises Conflict when `version` is not the one that holds: another was published while this
    one was being read, and nobody agrees to what was not shown.
    """
    if version != current_terms(version.slug):
        raise Conflict(
            _("These terms have changed meanwhile."), f"{version} does not hold any more"
        )
    agreement, _is_new = TermsAcceptance.objects.get_or_create(
        customer=customer,
        version=version,
        defaults={
            "user": user,
            "accepted_at": now,
            "ip_address": ip_address,
            "text_hash": version.text_hash,
        },
    )
    return agreement

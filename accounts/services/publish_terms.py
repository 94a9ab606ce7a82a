"""A draft of terms becomes the version that holds."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import TermsVersion
from accounts.selectors.current_terms import current_terms
from commpeak.lib.errors import Refused


@transaction.atomic
def publish_terms(*, version_id: int, now: datetime) -> TermsVersion:
    """Gives the draft the next number; every customer is asked to agree again.

    A second call changes nothing. Raises Refused for words that hold already: asking everybody
    again for the same text is a mistake. Two drafts published at once wait for each other.
    """
    version = TermsVersion.objects.get(pk=version_id)
    list(TermsVersion.objects.select_for_update().filter(slug=version.slug).order_by("pk"))
    version.refresh_from_db()
    if version.published_at:
        return version
    newest = current_terms(version.slug)
    if newest and newest.text == version.text:
        raise Refused(_("Version %(number)d says the same.") % {"number": newest.number})
    version.number = (newest.number or 0) + 1 if newest else 1
    version.published_at = now
    version.save(update_fields=["number", "published_at"])
    return version

"""The signed link in each refill's e-mail that pauses the rule without logging in."""

from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.urls import reverse

_SALT = "refill-pause"
PAUSE_LINK_WORKS_FOR = timedelta(days=60)


def pause_link(*, rule_id: int) -> str:
    """The whole address. Whoever has it can pause this one rule, and nothing else."""
    path = reverse("refill-pause-link", args=[signing.dumps(rule_id, salt=_SALT)])
    return f"{settings.SITE_URL}{path}"


def rule_of_pause_token(token: str) -> int | None:
    """None for one that is not ours, was changed, or is too old."""
    try:
        rule_id = signing.loads(token, salt=_SALT, max_age=PAUSE_LINK_WORKS_FOR)
    except signing.BadSignature:
        return None
    return rule_id if isinstance(rule_id, int) else None

"""Money that is seen and not certain yet, in the customer's words."""

from django.utils.translation import gettext as _

from payments.gateways.base import Waiting


def seen_text(waiting: Waiting | None) -> str:
    """ "0.0003 BTC of 0.0007 BTC received. 2 of 6 confirmations.", as far as the gateway tells."""
    if waiting is None or not waiting.received:
        return ""
    parts = [_received(waiting)]
    if waiting.confirmations_needed and waiting.confirmations is not None:
        parts.append(_confirmed(waiting.confirmations, waiting.confirmations_needed))
    return " ".join(parts)


def _received(waiting: Waiting) -> str:
    if not waiting.required:
        return _("%(received)s received.") % {"received": waiting.received}
    facts = {"received": waiting.received, "required": waiting.required}
    return _("%(received)s of %(required)s received.") % facts


def _confirmed(count: int, needed: int) -> str:
    facts = {"count": min(count, needed), "needed": needed}
    return _("%(count)d of %(needed)d confirmations.") % facts

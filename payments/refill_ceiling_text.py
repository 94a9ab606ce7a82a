"""What the ceiling of a new customer means for the numbers of a refill, in plain words."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from commpeak.lib.money import Money
from commpeak.lib.template_filters import money_text
from payments.refill_numbers import RefillNumbers


def ceiling_text(numbers: RefillNumbers, *, ceiling: Money | None, days: int) -> str:
    """`ceiling` is the most within 24 hours, None for one who is not new; `days` is how old the
    first payment must be. "" when it never holds this refill back."""
    if ceiling is None or numbers.day_money_max <= ceiling:
        return ""
    told = {"most": money_text(ceiling), "deposit": money_text(numbers.deposit)}
    if numbers.deposit > ceiling:
        text = _(
            "%(rule)s Your deposit of %(deposit)s is more than that, so until then nothing would "
            "be charged. Go back and choose a deposit of at most %(most)s."
        )
    else:
        text = _("%(rule)s What you add yourself counts too, and a refill above it waits.")
    return text % (told | {"rule": _rule(ceiling, days)})


def _rule(ceiling: Money, days: int) -> str:
    text = ngettext(
        "New customers can add at most %(most)s within 24 hours, until their first payment is "
        "%(days)s day old.",
        "New customers can add at most %(most)s within 24 hours, until their first payment is "
        "%(days)s days old.",
        days,
    )
    return text % {"most": money_text(ceiling), "days": days}

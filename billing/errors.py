"""What the ledger refuses, as errors of the product.

    Refused
    ├── OverCreditLimit     a debit would leave the balance under its credit limit
    └── PromoRefused        a promo code cannot be used for this top-up; says why
        └── UnknownPromoCode    there is no such code; counted as a guess
    Conflict
    ├── SourceReused        the source already stands for an entry with another body
    └── AlreadyReversed     the entry has its reversal, under another source

Whatever else the database refuses (an unbalanced entry, a wrong currency) is a mistake in our
code and stays django.db.IntegrityError, which carries the constraint's name.
"""

from django.db import Error
from django.utils.translation import gettext as _

from commpeak.lib.errors import AppError, Conflict, Refused


class OverCreditLimit(Refused):
    """The balance and its credit limit do not cover the debit; nothing was posted."""


class PromoRefused(Refused):
    """No bonus was given or promised; the customer may top up without the code."""


class UnknownPromoCode(PromoRefused):
    """Said in the same words whether nobody made the code or staff switched it off."""


class SourceReused(Conflict):
    """The first entry stands; nothing was posted."""


class AlreadyReversed(Conflict):
    """The first reversal stands; nothing was posted."""


def broken_constraint(error: Error) -> str:
    """The name of the constraint that a database error carries; empty when it has none."""
    return getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) or ""


def ledger_error(constraint: str, log_text: str) -> AppError | None:
    """The product's error for a broken constraint, or None when it is our own mistake."""
    match constraint:
        case "balance_stays_within_its_credit_limit":
            return OverCreditLimit(_("The balance does not cover this amount."), log_text)
        case "promo_credit_is_never_negative":
            return OverCreditLimit(_("The promo credit has been spent."), log_text)
        case "source_stands_for_one_body":
            return SourceReused(_("This was already recorded with other figures."), log_text)
        case "entry_is_reversed_once" | "reversals_are_not_reversed":
            return AlreadyReversed(_("This entry was already reversed."), log_text)
    return None

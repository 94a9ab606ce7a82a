"""What each code means, for the people who run the switch. The codes stay, the words may change."""

from django.utils.translation import gettext as _

from billing.usage import Refusal


def event_words(code: str) -> str:
    """The sentence for the code of an event that was not charged."""
    return _refusals().get(code) or _shapes()[code]


def _refusals() -> dict[str, str]:
    return {
        Refusal.UNKNOWN_ACCOUNT: _("There is no customer with this account number."),
        Refusal.WRONG_CURRENCY: _("This balance is kept in another currency."),
        Refusal.AMOUNT_NOT_POSITIVE: _("The amount must be above zero."),
        Refusal.IN_THE_FUTURE: _(
            "It has not happened yet, by our clock. Check time and time zone."
        ),
        Refusal.TOO_OLD: _("It happened too long ago to be charged now."),
        Refusal.INSUFFICIENT_BALANCE: _("The balance does not cover this amount."),
        Refusal.ID_REUSED: _(
            "This id was charged before with other facts. That charge stays; a new event needs a "
            "new id."
        ),
    }


def _shapes() -> dict[str, str]:
    return {
        "invalid_event": _("An event is an object with the fields of the documentation."),
        "unknown_field": _("There is a field that this version does not know."),
        "invalid_id": _("id: 1 to 100 letters, digits and signs of ASCII, without spaces."),
        "invalid_account_number": _("account_number: eight digits, as a text."),
        "invalid_purse": _("purse: voice or sms."),
        "invalid_amount": _('amount: a plain decimal number as a text, such as "0.0125".'),
        "amount_not_text": _(
            'amount: a text such as "0.0125". Numbers are refused, since many programs round them.'
        ),
        "amount_too_fine": _("amount: at most 6 decimal places. Nothing is rounded here."),
        "amount_too_large": _("amount: below 1,000,000 for one event."),
        "invalid_currency": _("currency: three capital letters."),
        "invalid_occurred_at": _(
            "occurred_at: date and time with a time zone, such as 2026-03-02T12:00:00Z."
        ),
        "invalid_description": _(
            "description: at most 200 characters on one line, without control characters."
        ),
        "invalid_quantity": _("quantity: a whole number from 1 to 1,000,000,000."),
        "invalid_forced": _("forced: true or false."),
    }

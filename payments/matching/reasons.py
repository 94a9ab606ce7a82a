"""Why a wire may be somebody's, and what speaks against it, in words for staff."""

from datetime import date

from babel.dates import format_date
from django.utils.translation import gettext as _

from commpeak.lib.active_locale import active_locale
from commpeak.lib.money import Money
from commpeak.lib.template_filters import money_text
from payments.gateways.wire.reference import WireReference, grouped, make_reference
from payments.matching.base import ExpectedTopUp
from payments.matching.near import NearNumber, Slip


def reference_of_top_up(reference: WireReference, top_up: ExpectedTopUp) -> str:
    words = _("reference %(reference)s equals top-up %(name)s")
    return words % {"reference": reference_text(reference), "name": top_up.name}


def reference_of_customer(reference: WireReference) -> str:
    words = _("reference %(reference)s names customer %(number)s")
    return words % {"reference": reference_text(reference), "number": reference.account_number}


def wrong_check_digits(account_number: str) -> str:
    words = _("account number %(number)s in a reference whose check digits do not fit")
    return words % {"number": account_number}


def top_up_named(top_up: ExpectedTopUp) -> str:
    return _("top-up %(name)s is named in the text") % {"name": top_up.name}


def account_number_in_text(number: str) -> str:
    return _("account number %(number)s in the text") % {"number": number}


def account_number_in_reference(number: str) -> str:
    return _("account number %(number)s as the reference") % {"number": number}


def account_number_in_end_to_end_id(number: str) -> str:
    return _("account number %(number)s in the end-to-end id") % {"number": number}


def account_number_by_chance(number: str) -> str:
    return _("account number %(number)s is in the text, perhaps by chance") % {"number": number}


def near(found: NearNumber) -> str:
    words = {
        Slip.WRONG: _("one digit differs: %(written)s ↔ %(meant)s"),
        Slip.SWAPPED: _("two digits are swapped: %(written)s ↔ %(meant)s"),
        Slip.MISSING: _("one digit is missing: %(written)s ↔ %(meant)s"),
        Slip.ADDED: _("one digit too many: %(written)s ↔ %(meant)s"),
    }[found.slip]
    return words % {"written": found.written, "meant": found.meant}


def as_announced(sent_on: date) -> str:
    return _("name and amount as announced on %(day)s") % {"day": _day(sent_on)}


def amount_announced(sent_on: date, payer_name: str) -> str:
    words = _("amount as announced on %(day)s by %(payer)s")
    return words % {"day": _day(sent_on), "payer": payer_name}


def announced_name(top_up: ExpectedTopUp) -> str:
    return _("payer as announced for top-up %(name)s") % {"name": top_up.name}


def same_payer(last_on: date) -> str:
    return _("same payer account as on %(day)s") % {"day": _day(last_on)}


def customers_name(name: str) -> str:
    return _("the payer's name is the customer's: %(name)s") % {"name": name}


def like_customers_name(name: str) -> str:
    return _("the payer's name has the customer's in it: %(name)s") % {"name": name}


def name_of_other_form(name: str) -> str:
    return _("the payer's name is like %(name)s, of another legal form") % {"name": name}


def amount_equals(top_up: ExpectedTopUp) -> str:
    return _("amount equals open top-up %(name)s") % {"name": top_up.name}


def amount_differs(*, asked: Money, came: Money) -> str:
    words = _("amount differs: %(asked)s asked, %(came)s came")
    return words % {"asked": money_text(asked), "came": money_text(came)}


def is_over(top_up: ExpectedTopUp) -> str:
    words = (
        _("top-up %(name)s is already paid")
        if top_up.is_paid
        else _("top-up %(name)s is no longer open")
    )
    return words % {"name": top_up.name}


def no_such_top_up(reference: WireReference) -> str:
    return _("the customer has no top-up number %(number)s") % {"number": reference.number}


def several_of_the_amount(count: int) -> str:
    return _("%(count)s open top-ups have this amount") % {"count": count}


def balance_not_told() -> str:
    return _("two balances: the text does not say Voice or SMS")


def no_such_balance(purse: str) -> str:
    return _("the customer has no %(balance)s balance") % {"balance": _balance(purse)}


def other_currency(*, came: str, purse: str, kept: str) -> str:
    words = _("%(came)s came, the %(balance)s balance is in %(kept)s: the bank's rate is needed")
    return words % {"came": came, "balance": _balance(purse), "kept": kept}


def other_balance_named(purse: str) -> str:
    return _("the text says %(balance)s") % {"balance": _balance(purse)}


def other_customer_named(number: str) -> str:
    return _("the text names customer %(number)s as well") % {"number": number}


def other_top_up_named(name: str) -> str:
    return _("the text names top-up %(name)s as well") % {"name": name}


def other_customers_payer(number: str) -> str:
    return _("the payer is known from customer %(number)s") % {"number": number}


def text_too_long() -> str:
    return _("the text is too long to be read to its end")


def reference_text(reference: WireReference) -> str:
    return grouped(
        make_reference(
            account_number=reference.account_number,
            purse=reference.purse,
            number=reference.number,
        )
    )


def _balance(purse: str) -> str:
    return {"voice": _("Voice"), "sms": _("SMS")}[purse]


def _day(day: date) -> str:
    return format_date(day, locale=active_locale())

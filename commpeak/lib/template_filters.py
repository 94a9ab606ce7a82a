"""How money and time look, in one place. Built into every template, no `{% load %}` needed.

    {{ balance|money }}         50.00 USD       the currency's own places
    {{ amount|money_exact }}    4.1180 …        as many places as it has, up to six
    {{ balance|money_text }}    50.00 USD       plain text, for a button's name or a title
    {{ balance|amount }}        50.00           without the currency
    {{ posting|signed }}        +50.00          exact, for a column of what came and went
    {{ posting|amount_exact }}  4.1180          exact, for a column of what was left
    {% money_figure balance "money--big" %}     a figure for cards and the header
    {{ instant|local_time }}    Nov 23, 2026, 13:56    in the customer's time zone
    {{ instant|local_date }}    Nov 23, 2026
    {{ day|calendar_day }}      Nov 23, 2026    a date, which has no time zone

Digits, separators and the order of a date follow the language in use (Babel's CLDR data);
the currency code always follows the number. What is shown in a page is isolated by <bdi>, so
that it reads the same within right-to-left text.
"""

from datetime import date, datetime
from decimal import ROUND_FLOOR, Decimal

from babel.dates import format_date, format_datetime, format_skeleton, get_datetime_format
from babel.numbers import format_decimal, get_decimal_symbol, get_plus_sign_symbol
from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from commpeak.lib.active_locale import active_locale
from commpeak.lib.currencies import LEDGER_PLACES, places
from commpeak.lib.money import Money

register = template.Library()

MINUS = "−"  # as wide as +, and no line break after it


@register.filter
def money(value: Money) -> SafeString:
    """In the currency's own places, rounded down: never more is shown than there is."""
    return _isolated(money_text(value))


@register.filter
def money_exact(value: Money) -> SafeString:
    """Nothing rounded: at least the currency's own places, at most the ledger's six."""
    number = _number(value.amount, places(value.currency), LEDGER_PLACES)
    return _isolated(f"{number} {value.currency}")


@register.filter
def money_text(value: Money) -> str:
    return f"{amount(value)} {value.currency}"


@register.filter
def amount(value: Money) -> str:
    decimals = places(value.currency)
    rounded = value.amount.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_FLOOR)
    return _number(rounded, decimals, decimals)


@register.filter
def amount_exact(value: Money) -> SafeString:
    return _isolated(_number(value.amount, places(value.currency), LEDGER_PLACES))


@register.filter
def signed(value: Money) -> SafeString:
    plus = get_plus_sign_symbol(active_locale()) if value.amount > 0 else ""
    return _isolated(plus + _number(value.amount, places(value.currency), LEDGER_PLACES))


@register.inclusion_tag("components/money.html")
def money_figure(value: Money, classes: str = "") -> dict[str, str | bool]:
    """Rounded down like `money`, with its cents apart, for the style sheet to make smaller."""
    point = get_decimal_symbol(active_locale())
    whole, found_point, fraction = amount(value).partition(point)
    return {
        "whole": whole,
        "fraction": found_point + fraction,
        "currency": value.currency,
        "exact": f"{_number(value.amount, places(value.currency), LEDGER_PLACES)} {value.currency}",
        "classes": classes,
        "is_negative": value.amount < 0,
    }


@register.filter
def local_time(value: datetime) -> SafeString:
    """Day and minute in the active time zone (the customer's), inside <time>."""
    return _time_element(value, time_text(value))


@register.filter
def local_date(value: datetime) -> SafeString:
    """The day it was in the active time zone, inside <time>."""
    return _time_element(value, day_text(value))


def time_text(value: datetime) -> str:
    """Without the element, for texts: Nov 23, 2026, 14:30."""
    local, locale = timezone.localtime(value), active_locale()
    pattern = str(get_datetime_format("medium", locale=locale))
    time = format_skeleton("Hm", local, tzinfo=local.tzinfo, locale=locale)
    day = format_date(local, locale=locale)
    return pattern.replace("{0}", time).replace("{1}", day)


@register.filter
def calendar_day(value: date) -> SafeString:
    return format_html(
        '<time datetime="{}">{}</time>',
        value.isoformat(),
        written_day(value),
    )


def written_day(value: date) -> str:
    """calendar_day without the element, for texts: Nov 23, 2026."""
    return format_date(value, locale=active_locale())


def day_text(value: datetime) -> str:
    """Without the element, for texts: Nov 23, 2026."""
    return format_date(timezone.localtime(value), locale=active_locale())


def _number(number: Decimal, places_min: int, places_max: int) -> str:
    fraction = "." + "0" * places_min + "#" * (places_max - places_min) if places_max else ""
    text = format_decimal(number, format=f"#,##0{fraction}", locale=active_locale())
    return text.replace("-", MINUS)


def _isolated(text: str) -> SafeString:
    return format_html('<bdi class="num">{}</bdi>', text)


def _time_element(value: datetime, text: str) -> SafeString:
    full = format_datetime(timezone.localtime(value), "full", locale=active_locale())
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', value.isoformat(timespec="seconds"), full, text
    )

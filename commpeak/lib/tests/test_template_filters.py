"""How amounts and times are written."""

from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.template import Context, Template
from django.utils import timezone, translation

from commpeak.lib.money import Money


def shown(source: str, language: str = "en", **context: object) -> str:
    with translation.override(language):
        return Template(source).render(Context(context))


@pytest.mark.parametrize(
    ("amount", "currency", "expected"),
    [
        ("50", "USD", "50.00 USD"),
        ("1234567.5", "EUR", "1,234,567.50 EUR"),
        ("5000", "JPY", "5,000 JPY"),
        ("1.5", "KWD", "1.500 KWD"),
        ("-3.25", "USD", "−3.25 USD"),
        ("184.229999", "USD", "184.22 USD"),
        ("-0.001", "USD", "−0.01 USD"),
    ],
)
def test_money_has_its_currency_s_own_places_and_never_shows_more_than_there_is(
    amount, currency, expected
):
    money = Money(Decimal(amount), currency)
    assert shown("{{ m|money }}", m=money) == f'<bdi class="num">{expected}</bdi>'
    assert shown("{{ m|money_text }}", m=money) == expected


@pytest.mark.parametrize(
    ("amount", "expected"),
    [("4.118", "4.118 USD"), ("4", "4.00 USD"), ("-0.000001", "−0.000001 USD")],
)
def test_exact_money_rounds_nothing(amount, expected):
    money = Money(Decimal(amount), "USD")
    assert shown("{{ m|money_exact }}", m=money) == f'<bdi class="num">{expected}</bdi>'


def test_numbers_follow_the_language():
    money = Money(Decimal("1234.5"), "EUR")
    assert shown("{{ m|money_text }}", "de", m=money) == "1.234,50 EUR"
    assert shown("{{ m|amount }}", "fr", m=money) == "1\u202f234,50"


def test_times_are_shown_in_the_active_time_zone():
    instant = datetime(2026, 11, 23, 22, 30, tzinfo=UTC)
    with timezone.override(ZoneInfo("Europe/Kyiv")):
        time = shown("{{ t|local_time }}", t=instant)
        day = shown("{{ t|local_date }}", t=instant)
    assert ">Nov 24, 2026, 00:30</time>" in time
    assert 'datetime="2026-11-23T22:30:00+00:00"' in time
    assert ">Nov 24, 2026</time>" in day

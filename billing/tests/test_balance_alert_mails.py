"""What the mails about a low balance say when little, or nothing, is left."""

import pytest

from accounts.email_text import EmailText, email_text
from billing.tests.builders import usd


def mail(template: str, available: str, *, days: int = 0, has_limit: bool = False) -> EmailText:
    context = {
        "purse": "Voice",
        "balance": usd(available),
        "available": usd(available),
        "has_credit_limit": has_limit,
        "threshold": usd("10"),
        "average": usd("2"),
        "days_left": days,
        "path": "/topup/",
    }
    return email_text(template=template, context=context)


@pytest.mark.parametrize("available", ["0", "-3"])
def test_nothing_left_is_said_so(available):
    told = mail("balance_runway", available)
    assert told.subject == "Nothing left on your Voice balance"
    assert "There is nothing left to spend on your Voice balance." in told.text
    assert "can still spend" not in told.text


def test_less_than_a_day_left_is_no_nought_of_days():
    assert mail("balance_runway", "1").subject == "Less than a day left on your Voice balance"
    told = mail("balance_threshold", "1").text
    assert "At your pace of 2.00 USD a day that lasts less than a day." in told


@pytest.mark.parametrize("has_limit", [False, True])
def test_below_the_threshold_with_nothing_to_spend_no_days_are_counted(has_limit):
    told = mail("balance_threshold", "-3", has_limit=has_limit).text
    assert "Your Voice balance is −3.00 USD, which is below the 10.00 USD you chose." in told
    assert "There is nothing left to spend: calls and messages stop" in told
    assert "At your pace" not in told


def test_whole_days_are_told_as_they_are():
    assert "that lasts about 2 days." in mail("balance_threshold", "5", days=2).text

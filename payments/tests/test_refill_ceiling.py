"""What the review says of the ceiling of a new customer."""

import pytest
from django.test import Client

from payments.refill_ceiling_text import ceiling_text
from payments.refill_numbers import RefillNumbers
from payments.tests.builders import make_customer, usd
from payments.tests.refill_builders import numbers
from payments.tests.test_refill_pages import NEW, form, log_in, text_of

LIMIT = (
    "New customers can add at most 500.00 USD within 24 hours, until their first payment is 30 "
    "days old. "
)
CANNOT = (
    LIMIT + "Your deposit of 600.00 USD is more than that, so until then nothing would be charged. "
    "Go back and choose a deposit of at most 500.00 USD."
)
WAITS = LIMIT + "What you add yourself counts too, and a refill above it waits."


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        (numbers("600", "20", 1), CANNOT),
        (numbers("200", "20", 3), WAITS),
        (numbers("500", "20", 1), ""),
        (numbers("50", "20", 3), ""),
    ],
)
def test_what_a_new_customer_s_ceiling_means_is_said(chosen: RefillNumbers, said: str):
    assert ceiling_text(chosen, ceiling=usd("500"), days=30) == said


def test_who_is_not_new_has_no_ceiling():
    assert ceiling_text(numbers("600", "20", 3), ceiling=None, days=30) == ""


@pytest.mark.django_db
def test_the_review_says_that_a_deposit_cannot_be_charged_yet(client: Client):
    page = log_in(client, make_customer())
    review = text_of(page.post(NEW, form(deposit="600")))
    assert CANNOT in review
    assert "The first refill is paid right on the next page" not in review


@pytest.mark.django_db
def test_the_review_says_that_a_deposit_within_the_ceiling_is_charged_at_once(client: Client):
    page = log_in(client, make_customer())
    review = text_of(page.post(NEW, form(deposit="200")))
    assert WAITS in review
    assert "The first refill is paid right on the next page" in review

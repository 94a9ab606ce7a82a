"""The brake on trying out stolen cards (S9) where cards are saved without paying."""

from datetime import timedelta

import pytest

from accounts.models import CountedTry
from billing.tests.builders import top_up
from commpeak.lib.clock import utc_now
from commpeak.lib.errors import Refused
from payments.models.refill import CardSetup
from payments.selectors.declines import DECLINES_PER_PAYMENT_MAX
from payments.selectors.open_refills import due_card_setups
from payments.services.check_card_setup_throttle import PER_DAY_MAX, PER_HOUR_MAX
from payments.services.finish_card_setup import finish_card_setup
from payments.services.show_card_setup import show_card_setup
from payments.services.start_card_setup import start_card_setup
from payments.tests.builders import make_customer, usd
from payments.tests.refill_builders import PAYS, make_saved_card, turn_on
from payments.tests.test_refill_pages import log_in, text_of
from payments.tests.test_start_top_up import start as start_top_up
from sandbox.testing import Sandbox

pytestmark = pytest.mark.django_db
REFUSED = "4000000000000002"
ADD = "/profile/cards/add/"


def begin(customer, *, now=None, ip_address=None) -> CardSetup:
    return start_card_setup(
        customer=customer, rule=None, ip_address=ip_address, now=now or utc_now()
    )


def try_cards(card: Sandbox, setup: CardSetup, times: int) -> None:
    """As whoever has the form's secret can, with or without our page."""
    form = show_card_setup(setup=setup, now=utc_now()).form
    for _ in range(times):
        card.pay(form.client_secret, REFUSED)


def test_a_customer_saves_so_many_cards_an_hour_and_a_day(card: Sandbox):
    customer, now = make_customer(), utc_now()
    for _ in range(PER_HOUR_MAX):
        begin(customer, now=now)
    with pytest.raises(Refused, match="try again in an hour"):
        begin(customer, now=now)
    later = now + timedelta(minutes=61)
    for n in range(PER_DAY_MAX - PER_HOUR_MAX):
        begin(customer, now=later + timedelta(hours=n))
    with pytest.raises(Refused, match="try again tomorrow"):
        begin(customer, now=now + timedelta(hours=23))


def test_an_address_saves_so_many_whoever_asks(card: Sandbox, monkeypatch):
    """An IPv6 neighbour has the same network."""
    monkeypatch.setattr("payments.services.check_card_setup_throttle.PER_ADDRESS_MAX", 2)
    for _ in range(2):
        begin(make_customer(), ip_address="2001:db8::7")
    with pytest.raises(Refused, match="try again in an hour"):
        begin(make_customer(), ip_address="2001:db8::ffff:1")
    begin(make_customer(), ip_address="2001:db8:0:1::7")


def test_a_card_for_a_refill_counts_from_where_it_was_agreed_to(card: Sandbox):
    customer = make_customer()
    top_up(customer, "100.00")
    turn_on(customer, None)
    counted = CountedTry.objects.get()
    assert (counted.what, counted.ip_address) == ("card_setup", "192.0.2.7")


def test_the_page_says_that_it_was_too_often(client, card: Sandbox):
    customer = make_customer()
    page = log_in(client, customer)
    for _ in range(PER_HOUR_MAX):
        page.post(ADD)
    told = text_of(page.post(ADD, follow=True))
    assert "Too many tries to save a card. Nothing was charged" in told
    assert CardSetup.objects.count() == PER_HOUR_MAX


def test_a_setup_ends_after_too_many_refused_cards(client, card: Sandbox):
    customer = make_customer()
    page = log_in(client, customer)
    setup = begin(customer)
    secret = show_card_setup(setup=setup, now=utc_now()).form.client_secret
    try_cards(card, setup, DECLINES_PER_PAYMENT_MAX)
    told = text_of(page.get(f"{ADD}{setup.pk}/"))
    assert "Too many cards were refused." in told
    assert "data-card-form" not in told
    assert card.pay(secret, PAYS)["error"]["code"] == "setup_intent_unexpected_state"


def test_one_refusal_less_leaves_it_open(card: Sandbox):
    setup = begin(make_customer())
    try_cards(card, setup, DECLINES_PER_PAYMENT_MAX - 1)
    shown = show_card_setup(setup=setup, now=utc_now())
    assert (shown.is_ended, len(shown.refused)) == (False, DECLINES_PER_PAYMENT_MAX - 1)
    assert shown.form is not None


def test_the_sweep_ends_it_too_and_asks_no_more(card: Sandbox):
    setup = begin(make_customer())
    try_cards(card, setup, DECLINES_PER_PAYMENT_MAX)
    later = utc_now() + timedelta(minutes=3)
    assert finish_card_setup(setup_id=setup.pk, now=later).is_ended
    assert due_card_setups(now=later + timedelta(days=2)) == []


def test_refused_cards_are_counted_once_and_stop_setups_and_payments(card: Sandbox):
    customer = make_customer()
    for _ in range(2):
        setup = begin(customer)
        try_cards(card, setup, DECLINES_PER_PAYMENT_MAX)
        for _look in range(2):
            finish_card_setup(setup_id=setup.pk, now=utc_now())
    assert CountedTry.objects.filter(what="card_refused").count() == 10
    with pytest.raises(Refused, match="Too many tries to save a card"):
        begin(customer)
    with pytest.raises(Refused, match="Too many payment attempts"):
        start_top_up(customer, usd("50.00"))


def test_a_card_that_is_good_after_refused_ones_is_saved(card: Sandbox):
    customer = make_customer()
    setup = begin(customer)
    try_cards(card, setup, DECLINES_PER_PAYMENT_MAX - 1)
    card.pay(show_card_setup(setup=setup, now=utc_now()).form.client_secret, PAYS)
    assert finish_card_setup(setup_id=setup.pk, now=utc_now()).card is not None
    assert CountedTry.objects.filter(what="card_refused").count() == DECLINES_PER_PAYMENT_MAX - 1
    assert make_saved_card(card, customer).last_four == "4242"


def test_a_setup_that_nobody_looks_at_any_more_saves_no_card(card: Sandbox):
    setup = begin(make_customer())
    secret = show_card_setup(setup=setup, now=utc_now()).form.client_secret
    assert finish_card_setup(setup_id=setup.pk, now=utc_now() + timedelta(hours=25)).is_ended
    assert card.pay(secret, PAYS)["error"]["code"] == "setup_intent_unexpected_state"
    assert due_card_setups(now=utc_now() + timedelta(days=2)) == []

"""Profile → Automatic refill, cards, and the pause link: what a customer meets."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.cache import cache
from django.test import Client

from accounts.models import OutgoingEmail
from accounts.tests.builders import PASSWORD
from billing.models import EntryKind, Purse
from billing.selectors.customer_account import customer_account
from billing.services.post_entry import Line, post_entry
from billing.tests.builders import revenue, spend, top_up
from commpeak.lib.clock import utc_now
from payments.models import TopUp
from payments.models.refill import AutoRefillRule, CardSetup, SavedCard
from payments.refill_links import pause_link
from payments.services.resume_refill import resume_refill
from payments.services.sync_payment import sync_payment
from payments.tests.builders import POLL, balance_of, client_secret_of, make_customer, usd
from payments.tests.refill_builders import (
    ALWAYS_ASKS,
    DECLINES_LATER,
    PAYS_TOO,
    attempts_of,
    codes_of,
    daytime_zone,
    mails_to,
    make_refillable,
    make_rule,
    make_saved_card,
    refill,
    spend_down,
)
from sandbox.testing import Sandbox

pytestmark = pytest.mark.django_db
NEW = "/profile/refill/voice/new/"


@pytest.fixture
def customer():
    return make_refillable()


def log_in(client: Client, customer) -> Client:
    """And has just proven once more who they are: cards and numbers ask for it (S14)."""
    cache.clear()  # so many log in here that the brake on passwords would hold
    form = {"login": customer.members.get().email, "password": PASSWORD}
    assert client.post("/accounts/login/", form).status_code == 302
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client


@pytest.fixture
def page(client, customer):
    return log_in(client, customer)


def form(**changes) -> dict[str, str]:
    return {
        "deposit": "50",
        "threshold": "20",
        "per_day_max": "3",
        "days_left": "",
        "monthly_max": "",
        "card": "new",
    } | changes


def text_of(response) -> str:
    return response.content.decode()


def test_the_panel_leads_to_the_numbers_and_keeps_the_amount(page):
    asked = {"purse": "voice", "method": "card", "frequency": "refill", "amount": "75"}
    assert page.post("/topup/", asked).url == f"{NEW}?amount=75"
    assert 'value="75"' in text_of(page.get(f"{NEW}?amount=75"))
    assert not TopUp.objects.exists()


def test_refill_is_offered_for_cards_only(page):
    asked = {"purse": "voice", "method": "none", "frequency": "refill", "amount": "75"}
    assert "works with a card only" in text_of(page.post("/topup/", asked))
    assert not TopUp.objects.exists()


def test_the_review_says_what_is_agreed_to_and_what_a_day_can_cost(page):
    review = text_of(page.post(NEW, form()))
    assert "Whenever my Voice balance falls under 20.00 USD" in review
    assert "at most 3 times a day, and never more than 150.00 USD a day" in review
    assert "Turn on automatic refill" in review
    assert not AutoRefillRule.objects.exists()


def test_the_rehearsal_tells_what_the_last_30_days_would_have_cost(page, customer):
    top_up(customer, "175.00")
    account = customer_account(customer=customer, purse=Purse.VOICE)
    for days in (20, 15, 10, 5):
        post_entry(
            source=f"usage:{days}",
            kind=EntryKind.USAGE,
            lines=[Line(account.pk, -usd("50")), Line(revenue(), usd("50"))],
            occurred_at=utc_now() - timedelta(days=days),
            actor="switch",
        )
    review = text_of(page.post(NEW, form()))
    assert "Over your last 30 days this would have charged 4 times" in review
    assert "never take more than" in review


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"deposit": ""}, "This field is required"),
        ({"deposit": "0"}, "The deposit must be from 10.00 USD to 5,000.00 USD."),
        ({"deposit": "-5"}, "Write the amount in plain digits"),
        ({"deposit": "6000"}, "The deposit must be from"),
        ({"threshold": "0"}, "The threshold must be above 0"),
        ({"threshold": "-5"}, "Write the amount in plain digits"),
        ({"threshold": "5000.01"}, "must be above 0 and at most 5,000.00 USD."),
        ({"threshold": "120", "monthly_max": "50"}, "and at most 50.00 USD a month"),
        ({"threshold": ""}, "Enter a threshold, or days left instead of it."),
        ({"days_left": "3"}, "Enter a threshold, or days left instead of it."),
        ({"threshold": "", "days_left": "3"}, "no pace to go by"),
        ({"threshold": "400"}, "The smallest deposit that would is 133.34 USD."),
        ({"per_day_max": "0"}, "Enter a whole number from 1 to 20."),
        ({"per_day_max": "1000"}, "Enter a whole number from 1 to 20."),
        ({"per_day_max": "1.5"}, "Enter a whole number."),
        ({"monthly_max": "0"}, "must allow at least one deposit"),
        ({"card": "999"}, "not one of the available choices"),
    ],
)
def test_numbers_that_cannot_work_are_told_in_words(page, changes, said):
    """M9"""
    response = page.post(NEW, form(**changes) | {"agree": "yes"})
    assert said in text_of(response)
    assert not AutoRefillRule.objects.exists()


def test_a_new_card_is_saved_first_and_the_rule_is_on_when_it_is(page, card: Sandbox, customer):
    response = page.post(NEW, form(agree="yes"))
    setup = CardSetup.objects.get()
    assert response.url == f"/profile/cards/add/{setup.pk}/"
    rule = AutoRefillRule.objects.get()
    assert (rule.state, str(rule.consent_address)) == ("setting_up", "127.0.0.1")
    secret = page.get(response.url).context["card_form"].client_secret
    card.pay(secret, ALWAYS_ASKS)
    card.approve_3ds(setup.gateway_id)
    assert page.get(f"{response.url}done/").url == "/profile/refill/"
    rule.refresh_from_db()
    assert (rule.state, str(rule.card)) == ("active", "Visa 3184")
    overview = text_of(page.get("/profile/refill/"))
    assert f"0 of 3 used today, resets 00:00 {daytime_zone()}" in overview


def test_a_balance_that_is_low_already_is_paid_first(page, card: Sandbox, customer):
    """The first payment keeps the card, uses a slot, and turns the rule on when it is paid."""
    spend(customer, "15")
    review = text_of(page.post(NEW, form()))
    assert "Your balance is under this threshold already" in review
    response = page.post(NEW, form(agree="yes"))
    top_up_asked = TopUp.objects.get()
    assert response.url == f"/topup/{top_up_asked.reference}/pay/"
    again = page.post(NEW, form(agree="yes"))
    assert (again.url, TopUp.objects.count()) == (response.url, 1)
    pay_page = text_of(page.get(response.url))
    assert "Pay 50.00 USD" in pay_page
    assert "is saved for the next refills" in pay_page
    payment = top_up_asked.payments.get()
    card.pay(client_secret_of(payment), PAYS_TOO)
    sync_payment(payment_id=payment.pk, source=POLL, now=utc_now())
    rule = AutoRefillRule.objects.get()
    assert (rule.state, attempts_of(rule)) == ("active", [("done", Decimal(50))])
    assert str(SavedCard.objects.get()) == "Mastercard 4444"
    assert balance_of(customer) == usd("60.00")
    spend_down(rule, "50")
    refill(rule)
    assert balance_of(customer) == usd("60.00")


def test_a_first_payment_that_is_given_up_leaves_refill_off(page, card: Sandbox, customer):
    spend(customer, "15")
    pay = page.post(NEW, form(agree="yes")).url
    page.post(pay)
    page.post(pay.replace("/pay/", "/cancel/"))
    assert AutoRefillRule.objects.get().state == "disabled"
    assert not SavedCard.objects.exists()


def test_a_saved_card_turns_it_on_at_once(page, card: Sandbox, customer):
    saved = make_saved_card(card, customer)
    response = page.post(NEW, form(card=str(saved.pk), agree="yes"))
    assert response.url == "/profile/refill/"
    assert AutoRefillRule.objects.get().state == "active"
    assert mails_to(customer)[-1] == "Automatic refill of Voice is on"


def test_a_one_time_payment_touches_no_rule_and_saves_no_card(page, card: Sandbox, customer):
    asked = {"purse": "voice", "method": "card", "frequency": "once", "amount": "50"}
    page.post("/topup/", asked | {"request_key": "0e3c5a52-97a6-4d5c-9a43-7a1a0a7a0001"})
    payment = TopUp.objects.get().payments.get()
    card.pay(client_secret_of(payment))
    sync_payment(payment_id=payment.pk, source=POLL, now=utc_now())
    assert balance_of(customer) == usd("75.00")
    assert not AutoRefillRule.objects.exists()
    assert not SavedCard.objects.exists()


def test_all_three_numbers_and_the_card_are_changed(page, card: Sandbox, customer):
    rule = make_rule(card, customer=customer)
    other = make_saved_card(card, customer, PAYS_TOO)
    change = "/profile/refill/voice/change/"
    assert 'value="50.00"' in text_of(page.get(change))
    changed = form(deposit="80", threshold="30", per_day_max="2", card=str(other.pk))
    assert "Agree and save" in text_of(page.post(change, changed))
    assert page.post(change, changed | {"agree": "yes"}).url == "/profile/refill/"
    rule.refresh_from_db()
    assert (rule.deposit, rule.threshold, rule.refills_per_day_max) == (80, 30, 2)
    assert str(rule.card) == "Mastercard 4444"
    assert codes_of(rule)[-2:] == ["changed", "card_changed"]
    assert "Automatic refill of Voice was changed" in mails_to(customer)
    refill(rule)
    assert attempts_of(rule) == [("done", Decimal(80))]


@pytest.mark.parametrize(
    ("is_paused", "chosen", "said"),
    [
        (False, "saved", "The card is charged at once."),
        (False, "new", "Until the new card is saved, the one you have now is charged."),
        (True, "saved", ""),
        (True, "new", ""),
    ],
)
def test_the_review_of_a_change_says_what_is_charged(page, card, customer, is_paused, chosen, said):
    rule = make_rule(card, customer=customer)
    spend_down(rule, "10")
    if is_paused:
        page.post("/profile/refill/voice/pause/")
    asked = form(card=str(rule.card_id) if chosen == "saved" else "new")
    review = page.post("/profile/refill/voice/change/", asked)
    assert review.context["charged_now"] == said
    assert ("under this threshold already" in text_of(review)) is bool(said)
    assert "paid right on the next page" not in text_of(review)


def test_pause_resume_and_cancel(page, card: Sandbox, customer):
    rule = make_rule(card, customer=customer)
    for word, state in (("pause", "paused"), ("resume", "active"), ("cancel", "disabled")):
        page.post(f"/profile/refill/voice/{word}/")
        rule.refresh_from_db()
        assert rule.state == state
    assert codes_of(rule) == ["turned_on", "paused", "resumed", "canceled"]
    page.post("/profile/refill/voice/resume/")
    rule.refresh_from_db()
    assert rule.state == "disabled"


def test_a_maximum_that_was_lowered_under_what_is_used_is_said_so(page, card: Sandbox, customer):
    rule = make_rule(card, customer=customer)
    for spent in ("10", "50"):
        spend_down(rule, spent)
        refill(rule)
    AutoRefillRule.objects.update(refills_per_day_max=1)
    assert "2 used before you lowered the maximum, resets" in text_of(page.get("/profile/refill/"))


def test_the_history_reads_as_sentences(page, card: Sandbox, customer):
    rule = make_rule(card, customer=customer)
    spend_down(rule, "10")
    refill(rule)
    history = text_of(page.get("/profile/refill/voice/"))
    assert "The balance was 15.00 USD, under your threshold of 20.00 USD" in history
    assert "charging 50.00 USD to Visa 4242 (1 of 3 today)" in history
    assert "Charged 50.00 USD to Visa 4242" in history


# --- S14 -------------------------------------------------------------------------------------


def test_numbers_and_cards_ask_for_the_password_again(client, card: Sandbox, customer):
    """S14: looking is free, and what was typed is sent on after the password."""
    saved = make_saved_card(card, customer)
    client.force_login(customer.members.get(), backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(NEW).status_code == 200
    for path in (NEW, "/profile/cards/add/", f"/profile/cards/{saved.pk}/remove/"):
        assert client.post(path, form(agree="yes")).url.startswith("/accounts/reauthenticate/")
    assert not AutoRefillRule.objects.exists()
    asked = client.post(NEW, form(card=str(saved.pk), agree="yes"))
    client.post(asked.url, {"password": PASSWORD})
    assert AutoRefillRule.objects.get().state == "active"


# --- cards -----------------------------------------------------------------------------------


def test_cards_are_ordered_and_removed(page, card: Sandbox, customer):
    first, second = make_saved_card(card, customer), make_saved_card(card, customer, PAYS_TOO)
    assert text_of(page.get("/profile/cards/")).index("Visa 4242") < text_of(
        page.get("/profile/cards/")
    ).index("Mastercard 4444")
    page.post(f"/profile/cards/{second.pk}/first/")
    listed = text_of(page.get("/profile/cards/"))
    assert listed.index("Mastercard 4444") < listed.index("Visa 4242")
    page.post(f"/profile/cards/{first.pk}/remove/")
    page.get("/profile/cards/")  # tells that it is removed
    assert "Visa 4242" not in text_of(page.get("/profile/cards/"))
    assert mails_to(customer)[-1] == "Visa 4242 was removed"
    assert SavedCard.objects.get(pk=first.pk).removed_at is not None


def test_a_card_is_replaced_from_the_list(page, card: Sandbox, customer):
    rule = make_rule(card, customer=customer)
    setup_url = page.post(f"/profile/cards/{rule.card_id}/replace/").url
    asked = page.get(setup_url)
    assert "It takes the place of Visa 4242" in text_of(asked)
    card.pay(asked.context["card_form"].client_secret, PAYS_TOO)
    assert page.get(f"{setup_url}done/").url == "/profile/cards/"
    listed = text_of(page.get("/profile/cards/"))
    assert "When a bank refuses the first one for good, the next one is tried." in listed
    assert "Tried first" in listed
    assert "Mastercard 4444" in listed
    rule.refresh_from_db()
    assert str(rule.card) == "Mastercard 4444"


def test_a_stranger_s_card_and_rule_do_not_exist(client, card: Sandbox, customer):
    """S2"""
    rule = make_rule(card, customer=customer)
    setup = CardSetup.objects.latest("pk")
    stranger = log_in(client, make_customer())
    for path in (
        f"/profile/cards/{rule.card_id}/first/",
        f"/profile/cards/{rule.card_id}/replace/",
        "/profile/refill/voice/pause/",
        "/profile/refill/voice/resume/",
        "/profile/refill/voice/cancel/",
    ):
        assert stranger.post(path).status_code == 404
    for path in (f"/profile/cards/add/{setup.pk}/", f"/profile/cards/add/{setup.pk}/done/"):
        assert stranger.get(path).status_code == 404
    assert stranger.get("/profile/refill/voice/change/").status_code == 404
    asked = form(card=str(rule.card_id), agree="yes")
    assert "not one of the available choices" in text_of(stranger.post(NEW, asked))
    rule.refresh_from_db()
    assert rule.state == "active"


# --- the pause link --------------------------------------------------------------------------


@pytest.fixture
def link(card: Sandbox, customer, settings) -> str:
    rule = make_rule(card, customer=customer)
    return pause_link(rule_id=rule.pk).removeprefix(settings.SITE_URL)


def test_the_link_of_a_receipt_pauses_without_logging_in(client, card: Sandbox, customer):
    rule = make_rule(card, customer=customer)
    spend_down(rule, "10")
    refill(rule)
    mail = OutgoingEmail.objects.get(key__startswith="refill-receipt")
    link = next(line for line in mail.text.splitlines() if "/refill/pause/" in line)
    path = "/refill/pause/" + link.split("/refill/pause/")[1]
    client.get(path)
    rule.refresh_from_db()
    assert rule.state == "active"  # a scanner that opens links changes nothing
    client.post(path)
    rule.refresh_from_db()
    assert (rule.state, rule.paused_reason) == ("paused", "paused_by_link")
    resume_refill(rule_id=rule.pk, now=utc_now())
    rule.refresh_from_db()
    assert rule.state == "active"


def test_a_link_that_is_changed_or_too_old_does_nothing(client, link, time_machine):
    assert client.post(link[:-2] + "/").status_code == 404
    time_machine.move_to(utc_now() + timedelta(days=61))
    assert client.post(link).status_code == 404
    assert AutoRefillRule.objects.get().state == "active"


def test_declines_are_told_on_the_page(page, card: Sandbox, customer):
    rule = make_rule(card, DECLINES_LATER, customer=customer)
    spend_down(rule, "10")
    refill(rule)
    assert "Visa 0341 was declined, 50.00 USD was not charged." in text_of(
        page.get("/profile/refill/")
    )

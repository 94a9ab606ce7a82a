"""A customer asks for money back in the browser's way, with good and bad input."""

from uuid import uuid4

import pytest
from django.test import Client

from billing.models import Purse
from billing.tests.promo_builders import make_promo
from commpeak.lib.clock import utc_now
from payments.models import Refund
from payments.refund_states import RefundState
from payments.services.decline_refund import decline_refund
from payments.services.start_top_up import start_top_up
from payments.states import FactKind
from payments.tests.builders import NOON, make_customer, make_payment, observed, usd
from payments.tests.refund_builders import (
    STAFF,
    approve,
    ask,
    make_paid_payment,
    prove,
    spend,
)

pytestmark = pytest.mark.django_db


def log_in(client: Client, customer) -> Client:
    client.force_login(customer.members.get(), backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def customer():
    return make_customer()


@pytest.fixture
def page(client, customer):
    return log_in(client, customer)


@pytest.fixture
def payment(customer):
    return make_paid_payment(customer=customer)


def new(payment) -> str:
    return f"/refunds/new/?topup={payment.top_up.reference}"


def form(amount: str = "40", **changes) -> dict[str, str]:
    fields = {"reason": "wrong_amount", "amount": amount, "comment": "I meant 60"}
    return fields | {"request_key": str(uuid4())} | changes


def text_of(response) -> str:
    return response.content.decode()


def test_without_refunds_the_page_says_how_to_ask(page):
    assert "No refunds yet" in text_of(page.get("/refunds/"))


def test_a_paid_top_up_leads_to_the_form_which_names_the_way_back(page, payment):
    status = text_of(page.get(payment.top_up.get_absolute_url()))
    assert f'href="{new(payment)}"' in status
    asked = text_of(page.get(new(payment)))
    assert "Credit card" in asked
    assert "At most 100.00 USD" in asked


def test_a_request_leads_to_its_page_and_is_listed(page, payment):
    response = page.post(new(payment), form("40"), follow=True)
    refund = Refund.objects.get()
    assert response.redirect_chain == [(f"/refunds/{refund.reference}/", 302)]
    assert (refund.money, refund.reason, refund.comment) == (
        usd("40"),
        "wrong_amount",
        "I meant 60",
    )
    assert "Our staff looks at it" in text_of(response)
    assert refund.reference in text_of(page.get("/refunds/"))
    assert "Refund of 40.00 USD" in text_of(page.get(payment.top_up.get_absolute_url()))


def test_a_double_click_is_one_request(page, payment):
    twice = form("40")
    first, second = (page.post(new(payment), twice) for _ in range(2))
    assert first.url == second.url
    assert Refund.objects.count() == 1


@pytest.mark.parametrize(
    "amount",
    [
        *("", "0", "-1", "1e400", "NaN", "Infinity", "1,000.00", "٥٠", "50.001", "100.01"),
        *("1000000000000", "9" * 400, "50\x00", "0x10", "5 0", "+50", "½", "50.", ".5"),
    ],
)
def test_m9_an_amount_that_cannot_be_refunded_is_a_form_error(page, payment, amount):
    response = page.post(new(payment), form(amount))
    assert response.status_code == 200
    assert response.context["form"].errors["amount"]
    assert not Refund.objects.exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"reason": "greed"},
        {"reason": ""},
        {"comment": "x" * 501},
        {"comment": "\u202egnp"},
        {"request_key": "x"},
    ],
)
def test_s1_an_edited_form_is_refused(page, payment, changes):
    assert page.post(new(payment), form("40", **changes)).status_code == 200
    assert not Refund.objects.exists()


def test_m13_the_form_says_that_a_bonus_goes_with_the_money(page, customer):
    make_promo()
    asked = start_top_up(
        customer=customer,
        purse=Purse.VOICE,
        money=usd("100.00"),
        method="card",
        request_key=uuid4(),
        ip_address=None,
        now=utc_now(),
        promo_code="TEN",
    )[1]
    prove(asked, observed(FactKind.CAPTURE, "ch_1", usd("100.00")))
    assert "The bonus goes with the money." in text_of(page.get(new(asked)))


def test_s1_what_is_not_in_the_form_is_ignored(page, payment):
    page.post(new(payment), form("40", state="approved", asked_by="staff", currency="EUR"))
    refund = Refund.objects.get()
    assert (refund.state, refund.asked_by, refund.currency) == ("requested", "customer", "USD")


def test_s6_what_is_typed_is_shown_as_text(page, payment):
    response = page.post(new(payment), form("40", comment="<script>alert(1)</script>"), follow=True)
    assert "<script>alert" not in text_of(response)
    assert "&lt;script&gt;" in text_of(response)


def test_what_was_spent_is_said_in_words_and_what_was_typed_is_kept(page, customer, payment):
    spend(customer, "80")
    page_text = text_of(page.post(new(payment), form("40")))
    assert "What was spent already cannot be refunded by request" in page_text
    assert 'value="40"' in page_text


def test_when_all_is_spent_there_is_no_form(page, customer, payment):
    spend(customer, "100")
    page_text = text_of(page.get(new(payment)))
    assert "Nothing is left to ask for." in page_text
    assert "<textarea" not in page_text


def test_a_disputed_payment_cannot_be_asked_back(page, payment):
    prove(payment, observed(FactKind.DISPUTE, "dp_1", usd("100.00")))
    assert "cannot be refunded by request" in text_of(page.get(new(payment)))
    assert "Ask for a refund" not in text_of(page.get(payment.top_up.get_absolute_url()))


def test_an_unpaid_top_up_has_nothing_to_refund(page, customer):
    payment = make_payment(customer=customer)
    assert "cannot be refunded by request" in text_of(page.get(new(payment)))


@pytest.mark.parametrize("topup", ["", "x", "T-2222222222", "T-%00", "R-222222222C"])
def test_a_top_up_that_nobody_has_is_not_found(page, topup):
    assert page.get(f"/refunds/new/?topup={topup}").status_code == 404


def test_s2_a_stranger_finds_neither_the_form_nor_the_refund(client, payment):
    refund = ask(payment, "40.00")
    stranger = log_in(client, make_customer())
    assert stranger.get(new(payment)).status_code == 404
    assert stranger.post(new(payment), form("10")).status_code == 404
    assert stranger.get(refund.get_absolute_url()).status_code == 404
    assert refund.reference not in text_of(stranger.get("/refunds/"))
    assert Refund.objects.count() == 1


@pytest.mark.parametrize(
    "where", ["/refunds/", "/refunds/new/?topup=T-1", "/refunds/R-222222222C/"]
)
def test_nobody_is_sent_to_log_in(client, where):
    assert client.get(where).url.startswith("/accounts/login/")


def test_each_state_is_told_in_words(page, payment):
    refund = ask(payment, "40.00")
    said = {refund.state: text_of(page.get(refund.get_absolute_url()))}
    approve(refund)
    said[refund.state] = text_of(page.get(refund.get_absolute_url()))
    declined = ask(payment, "10.00")
    decline_refund(refund_id=declined.pk, actor=STAFF, reason="Calls were made", now=NOON)
    said["declined"] = text_of(page.get(declined.get_absolute_url()))
    assert "Our staff looks at it" in said[RefundState.REQUESTED]
    assert "Usually within a minute." in said[RefundState.APPROVED]
    assert "Calls were made" in said[RefundState.DECLINED]
    assert STAFF not in "".join(said.values())


def test_pages_need_few_queries(page, payment, django_assert_max_num_queries):
    refunds = [ask(payment, "10.00") for _ in range(5)]
    for path in ("/refunds/", refunds[0].get_absolute_url(), new(payment)):
        with django_assert_max_num_queries(15):
            assert page.get(path).status_code == 200


def test_m6_the_dashboard_says_what_happened_and_what_is_owed(page, customer, payment):
    spend(customer, "80")
    prove(payment, observed(FactKind.DISPUTE, "dp_1", usd("100.00")))
    dashboard = text_of(page.get("/"))
    assert "You owe" in dashboard
    assert "Your bank took 100.00 USD" in dashboard
    assert "Add credit to continue" in dashboard


def test_a_balance_within_its_credit_limit_owes_nothing(page, customer, payment):
    assert "You owe" not in text_of(page.get("/"))

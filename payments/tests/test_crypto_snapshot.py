"""BTCPay's invoices read: what is money, what each part is worth, what is odd (B7, W6, W7)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, ROUND_UP, Decimal
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments.gateways.base import Redirect, Waiting
from payments.gateways.crypto.parts import read_parts
from payments.gateways.crypto.snapshot import read_invoice
from payments.services.apply_snapshot import apply_snapshot
from payments.states import State
from payments.tests.builders import NOON, POLL, make_payment, usd
from payments.tests.orders import outcomes_of_every_order

NOON_SECONDS = int(datetime(2026, 3, 2, 12, tzinfo=UTC).timestamp())
CENT = Decimal("0.01")
RATE = "50000"  # so 50.00 USD are 0.001 BTC


def make_invoice(status: str = "New", additional: str = "None", **changes):
    return {
        "id": "INV1",
        "storeId": "nobody",
        "amount": "50.00",
        "currency": "USD",
        "status": status,
        "additionalStatus": additional,
        "checkoutLink": "https://btcpay.example.com/i/INV1",
        "monitoringExpiration": NOON_SECONDS,
        "metadata": {"orderId": "T-2222222222-1", "asked": "50.00 USD"},
        "checkout": {"speedPolicy": "LowSpeed"},
    } | changes


def sent(value: str, status: str = "Settled", minute: int = 0, name: str = "", fee: str = "0"):
    return {
        "id": name or f"tx{minute}-0",
        "receivedDate": NOON_SECONDS + 60 * minute,
        "value": value,
        "fee": fee,
        "status": status,
    }


def methods(*payments, rate: str = RATE):
    bitcoin = {"paymentMethodId": "BTC-CHAIN", "currency": "BTC", "rate": rate}
    return [bitcoin | {"amount": "0.001", "payments": list(payments)}]


def read(status: str, additional: str = "None", *payments, confirmations=None):
    return read_invoice(make_invoice(status, additional), methods(*payments), confirmations)


def credited(snapshot) -> list[tuple[str, str]]:
    return [(fact.object_id, str(fact.money)) for fact in snapshot.facts]


# --- what is money --------------------------------------------------------------------------


def test_an_unpaid_invoice_sends_the_payer_to_its_checkout():
    snapshot = read("New")
    assert snapshot.next_step == Redirect("https://btcpay.example.com/i/INV1", "BTCPay")
    assert (snapshot.key, snapshot.facts, snapshot.dead) == ("T-2222222222-1", (), None)
    assert (snapshot.is_processing, snapshot.waiting) == (False, None)
    assert snapshot.may_change_until == NOON + timedelta(days=1)


def test_b7_what_is_unconfirmed_is_no_money_but_told():
    snapshot = read("Processing", "None", sent("0.001", "Processing"), confirmations={"tx0-0": 2})
    assert (snapshot.facts, snapshot.is_processing, snapshot.next_step) == ((), True, None)
    assert snapshot.waiting == Waiting(
        reason="confirming",
        expected_by=NOON + timedelta(hours=2),
        received="0.001 BTC",
        required="0.001 BTC",
        confirmations=2,
        confirmations_needed=6,
        ids=("tx0-0",),
    )


def test_b7_what_is_settled_is_money_whatever_the_invoice_says():
    for status, additional in [
        ("New", "PaidPartial"),
        ("Processing", "None"),
        ("Settled", "PaidOver"),
        ("Expired", "PaidLate"),
        ("Invalid", "Marked"),
    ]:
        snapshot = read(status, additional, sent("0.001"))
        assert credited(snapshot) == [("tx0-0", "50.00 USD")]
        assert (snapshot.dead, snapshot.instrument) == (None, "BTC")
        assert snapshot.facts[0].occurred_at == NOON


def test_b7_a_part_within_the_guaranteed_rate_leaves_the_rest_to_the_payer():
    snapshot = read("New", "PaidPartial", sent("0.0004", "Processing"))
    assert (snapshot.is_processing, snapshot.waiting.reason) == (False, "part")
    assert isinstance(snapshot.next_step, Redirect)


def test_b7_a_late_payment_is_under_way_although_the_invoice_has_expired():
    snapshot = read("Expired", "PaidLate", sent("0.001", "Processing"))
    assert (snapshot.dead, snapshot.is_processing) == (None, True)
    assert snapshot.waiting.reason == "late"


def test_b7_invalid_payments_are_no_money_and_do_not_change_the_others():
    alone = read("Settled", "None", sent("0.0003333"), sent("0.0006667", minute=2))
    beside = read(
        "Settled",
        "None",
        sent("0.0003333"),
        sent("0.0006667", minute=2),
        sent("0.0007", "Invalid", minute=3),
    )
    assert credited(alone) == credited(beside)
    assert [money for _id, money in credited(alone)] == ["16.67 USD", "33.33 USD"]


def test_b7_one_that_becomes_invalid_later_leaves_what_was_credited_as_it_was():
    pending = read("New", "None", sent("0.00033333", "Processing"), sent("0.00066667", minute=1))
    undone = read("New", "None", sent("0.00033333", "Invalid"), sent("0.00066667", minute=1))
    assert credited(pending) == credited(undone)


def test_what_a_further_part_costs_is_not_credited():
    snapshot = read("Settled", "None", sent("0.0005"), sent("0.00052", minute=1, fee="0.00002"))
    assert [money for _id, money in credited(snapshot)] == ["25.00 USD", "25.00 USD"]


def test_b7_another_coin_that_the_store_takes_counts_at_its_own_rate():
    litecoin = {"paymentMethodId": "LTC-CHAIN", "currency": "LTC", "rate": "80", "amount": "0.625"}
    listed = [*methods(sent("0.0004")), litecoin | {"payments": [sent("0.375", minute=1)]}]
    snapshot = read_invoice(make_invoice("Settled"), listed)
    assert credited(snapshot) == [("tx0-0", "20.00 USD"), ("tx1-0", "30.00 USD")]
    assert snapshot.instrument == "BTC, LTC"


def test_b7_a_wrong_coin_is_listed_nowhere_and_credits_nothing():
    snapshot = read_invoice(make_invoice("Expired"), methods())
    assert (snapshot.facts, snapshot.dead) == ((), State.EXPIRED)


def test_dust_that_is_worth_nothing_is_no_fact():
    assert credited(read("Settled", "None", sent("0.001"), sent("0.00000001", minute=1))) == [
        ("tx0-0", "50.00 USD")
    ]


def test_a_payment_that_two_methods_list_counts_once():
    twice = methods(sent("0.001")) + methods(sent("0.001"))
    assert credited(read_invoice(make_invoice("Settled"), twice)) == [("tx0-0", "50.00 USD")]


# --- how it ends ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "additional", "payments", "dead"),
    [
        ("New", "None", [], None),
        ("Expired", "None", [], State.EXPIRED),
        ("Expired", "PaidPartial", [sent("0.0004", "Invalid")], State.EXPIRED),
        ("Invalid", "Marked", [], State.CANCELED),
        ("Invalid", "None", [sent("0.001", "Invalid")], State.FAILED),
        ("Processing", "None", [sent("0.001", "Invalid")], State.FAILED),
        ("Processing", "None", [], None),
    ],
)
def test_how_an_invoice_ends_without_money(status, additional, payments, dead):
    assert read(status, additional, *payments).dead == dead


def test_b7_a_payment_that_is_undone_says_so():
    assert read("Processing", "None", sent("0.001", "Invalid")).waiting == Waiting(reason="undone")


# --- what is odd ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"storeId": "other"}, "an invoice of another store: other"),
        ({"amount": "1.00"}, "an invoice about 1.00 USD, not about 50.00 USD"),
        ({"currency": "EUR"}, "an invoice about 50.00 EUR, not about 50.00 USD"),
        ({"metadata": {}}, "an invoice about 50.00 USD, not about "),
        ({"status": "Settled"}, "settled at BTCPay without a payment that counts"),
    ],
)
def test_w6_w7_an_invoice_that_is_not_as_we_made_it_is_for_staff(changes, reason):
    assert read_invoice(make_invoice(**changes), methods()).review_reason == reason


@pytest.mark.parametrize(
    "payment",
    [
        {"id": "x"},
        sent("many"),
        sent("NaN"),
        sent("0.001") | {"receivedDate": None},
        sent("Infinity"),
    ],
)
def test_nonsense_is_never_read_as_zero(payment):
    with pytest.raises((KeyError, TypeError, ValueError, ArithmeticError)):
        read("Settled", "None", payment)


# --- what each part is worth ----------------------------------------------------------------

COINS = st.decimals(min_value="0.00000001", max_value="2", places=8)
RATES = st.decimals(min_value="0.01", max_value="499999", places=2)


@given(st.lists(COINS, min_size=1, max_size=8), RATES)
def test_the_parts_sum_to_the_rounded_whole_and_keep_their_worth(coins, rate):
    payments = [sent(f"{value:f}", minute=nth) for nth, value in enumerate(coins)]
    worths = [part.worth for part in read_parts(methods(*payments, rate=f"{rate:f}"), "USD")]
    whole = (sum(coins) * rate).quantize(CENT, ROUND_HALF_UP)
    assert sum(worth.amount for worth in worths) == whole
    assert all(worth.amount >= 0 for worth in worths)
    first = read_parts(methods(*payments[:-1], rate=f"{rate:f}"), "USD")
    assert [part.worth for part in first] == worths[:-1]


@given(st.decimals(min_value="0.01", max_value="5000", places=2), RATES)
def test_an_exact_payment_is_worth_exactly_what_was_asked(asked, rate):
    """BTCPay rounds the price up to a satoshi."""
    price = (asked / rate).quantize(Decimal("0.00000001"), ROUND_UP)
    [part] = read_parts(methods(sent(f"{price:f}"), rate=f"{rate:f}"), "USD")
    assert part.worth.amount == asked


# --- any order of answers -------------------------------------------------------------------

UNDER, REST = sent("0.0004"), sent("0.0006", minute=2)
HISTORIES = {
    "exact": [
        read("New"),
        read("Processing", "None", sent("0.001", "Processing")),
        read("Settled", "None", sent("0.001")),
    ],
    "in two parts": [
        read("New"),
        read("New", "PaidPartial", UNDER | {"status": "Processing"}),
        read("Processing", "None", UNDER, REST | {"status": "Processing"}),
        read("Settled", "None", UNDER, REST),
    ],
    "expired, then late": [
        read("New"),
        read("Expired"),
        read("Expired", "PaidLate", sent("0.001", "Processing")),
        read("Expired", "PaidLate", sent("0.001")),
    ],
    "twice": [
        read("Processing", "None", sent("0.001", "Processing")),
        read("Settled", "PaidOver", sent("0.001"), sent("0.001", "Processing", minute=3)),
        read("Settled", "PaidOver", sent("0.001"), sent("0.001", minute=3)),
    ],
    "undone": [
        read("New"),
        read("Processing", "None", sent("0.001", "Processing")),
        read("Processing", "None", sent("0.001", "Invalid")),
        read("Invalid", "None", sent("0.001", "Invalid")),
    ],
    "undone, then sent again": [
        read("Processing", "None", sent("0.001", "Processing")),
        read("Processing", "None", sent("0.001", "Invalid")),
        read("Processing", "None", sent("0.001", "Invalid"), sent("0.001", minute=5)),
    ],
}
OUTCOMES = {
    "exact": (State.SUCCEEDED, 1, "50.00 USD"),
    "in two parts": (State.SUCCEEDED, 2, "50.00 USD"),
    "expired, then late": (State.SUCCEEDED, 1, "50.00 USD"),
    "twice": (State.SUCCEEDED, 2, "100.00 USD"),
    "undone": (State.FAILED, 0, "0.00 USD"),
    "undone, then sent again": (State.SUCCEEDED, 1, "50.00 USD"),
}


@pytest.mark.django_db
@pytest.mark.parametrize("name", HISTORIES)
def test_w2_every_order_and_any_repetition_has_one_outcome(name):
    payment = make_payment(money=usd("50.00"), method="crypto")
    tell = [
        partial(
            apply_snapshot,
            payment_id=payment.pk,
            snapshot=replace(answer, key=payment.idempotency_key),
            asked_at=NOON + timedelta(minutes=minute),
            source=POLL,
            now=NOON,
        )
        for minute, answer in enumerate(HISTORIES[name])
    ]
    [(state, _needs_review, entries, balance)] = outcomes_of_every_order(payment, tell)
    assert (state, len(entries), balance) == OUTCOMES[name]

"""The wire behind the gateways' contract, and where it is offered."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
import segno

from commpeak.lib.clock import utc_now
from commpeak.lib.errors import Refused
from commpeak.lib.money import Money
from payments.gateways.base import GatewayError, Instructions, Order, Snapshot
from payments.gateways.registry import GATEWAYS, gateway_for
from payments.gateways.wire.epc_qr import as_data_uri, epc_qr
from payments.gateways.wire.working_days import add_working_days, expected_arrival
from payments.models import PaymentEvent
from payments.selectors.offered_gateways import offered_gateways
from payments.selectors.payment_methods import payment_methods
from payments.services.apply_snapshot import apply_snapshot
from payments.services.cancel_payment import cancel_payment
from payments.services.sync_payment import sync_payment
from payments.states import FactKind, State
from payments.tests.builders import (
    POLL,
    balance_of,
    entries_of,
    make_customer,
    observed,
    sync,
    usd,
)
from payments.tests.wire_builders import (
    BIC,
    IBAN,
    MONDAY,
    announce,
    make_bank_account,
    make_wire,
    start_wire,
)

WIRE = gateway_for("wire")
ORDER = Order("T-1-1", "T-1", usd("50.00"), "", "12345674", "voice", 1)
EUR_100 = Money(Decimal("100.00"), "EUR")


# --- the contract -------------------------------------------------------------------------------


def test_nobody_is_asked_and_nothing_happens_by_itself():
    """What it shares with the other gateways is in tests/contract."""
    snapshot = WIRE.start(ORDER)
    assert (snapshot.next_step, snapshot.is_processing) == (Instructions("topup-wire"), None)
    assert list(WIRE.remote_updates(utc_now())) == []
    with pytest.raises(GatewayError):
        WIRE.advance("T-1-1", "T-1-1")


@pytest.mark.django_db
def test_its_webhook_address_refuses_everything(client):
    """W4"""
    answer = client.post("/webhooks/wire/", b"{}", content_type="application/json")
    assert answer.status_code == 400


# --- where it is offered ------------------------------------------------------------------------


def offered(currency: str) -> list[str]:
    return [gateway.code for gateway in offered_gateways(currency)]


@pytest.mark.django_db
def test_it_is_offered_where_we_have_a_bank_account_and_last():
    make_bank_account("EUR")
    assert list(GATEWAYS)[-1] == "wire"
    assert offered("EUR")[-1] == "wire"
    assert "wire" not in offered("USD")
    listed = {method.code: method for method in payment_methods()}
    assert [limits.currency for limits in listed["wire"].currencies] == ["EUR"]


@pytest.mark.django_db
@pytest.mark.parametrize("withdrawn", [{"is_active": False}, {"is_default": False}])
def test_an_account_that_is_withdrawn_is_not_offered(withdrawn):
    make_bank_account("EUR", **withdrawn)
    assert "wire" not in offered("EUR")


@pytest.mark.django_db
def test_asking_for_a_wire_without_a_bank_account_is_refused():
    """S1"""
    with pytest.raises(Refused, match="wire is not offered for USD"):
        start_wire(make_customer(), usd("20.00"))


# --- what becomes of it -------------------------------------------------------------------------


def arrive(payment, money: Money, object_id: str = "line-1") -> None:
    """What the reconciliation of a bank statement says: this much came for this payment."""
    now = utc_now()
    snapshot = Snapshot(
        gateway_id=payment.gateway_id,
        key=payment.idempotency_key,
        is_processing=None,
        facts=(observed(FactKind.CAPTURE, object_id, money),),
    )
    apply_snapshot(
        payment_id=payment.pk,
        snapshot=snapshot,
        asked_at=now,
        source=PaymentEvent.Source.STAFF,
        now=now,
    )
    payment.refresh_from_db()


@pytest.mark.django_db
def test_asking_the_gateway_again_forgets_nothing_that_the_customer_told():
    payment = make_wire()
    said = announce(payment)
    sync(payment)
    assert payment.state == State.PROCESSING
    assert payment.waiting_for.expected_by.date() == said.expected_on


@pytest.mark.django_db
@pytest.mark.parametrize("amount", ["100.00", "60.00", "250.00"])
def test_what_arrives_is_credited_once_whatever_was_asked(amount):
    """B7"""
    customer = make_customer()
    payment = make_wire(customer=customer, money=usd("100.00"))
    announce(payment)
    for _twice in range(2):
        arrive(payment, usd(amount))
    assert payment.state == State.SUCCEEDED
    assert balance_of(customer) == usd(amount)
    assert entries_of(payment) == [("top_up", "wire:capture:line-1")]


@pytest.mark.django_db
def test_a_wire_in_another_currency_is_parked_and_credited_by_nobody():
    """M10"""
    customer = make_customer()
    payment = make_wire(customer=customer)
    arrive(payment, EUR_100)
    assert payment.needs_review == "100.00 EUR came instead of 100.00 USD"
    assert balance_of(customer) == usd("0")


@pytest.mark.django_db
def test_one_that_is_never_sent_expires_after_thirty_days_and_is_credited_if_it_comes_late():
    """B7: late is not lost."""
    customer = make_customer()
    payment = make_wire(customer=customer)
    for days, state in [(30, State.AWAITING_CUSTOMER), (31, State.EXPIRED)]:
        later = payment.created_at + timedelta(days=days)
        sync_payment(payment_id=payment.pk, source=POLL, now=later)
        payment.refresh_from_db()
        assert payment.state == state
    arrive(payment, usd("100.00"))
    assert payment.state == State.SUCCEEDED
    assert balance_of(customer) == usd("100.00")


@pytest.mark.django_db
def test_one_that_is_announced_does_not_expire():
    payment = make_wire()
    announce(payment)
    sync_payment(payment_id=payment.pk, source=POLL, now=payment.created_at + timedelta(days=90))
    payment.refresh_from_db()
    assert payment.state == State.PROCESSING


@pytest.mark.django_db
def test_one_that_is_given_up_is_credited_if_it_was_sent_all_the_same():
    customer = make_customer()
    payment = make_wire(customer=customer)
    announce(payment)
    for _click in range(2):
        cancel_payment(payment_id=payment.pk, now=utc_now())
    payment.refresh_from_db()
    assert payment.state == State.CANCELED
    arrive(payment, usd("100.00"))
    assert balance_of(customer) == usd("100.00")


# --- working days -------------------------------------------------------------------------------

FRIDAY, SATURDAY, SUNDAY = (MONDAY + timedelta(days=days) for days in (4, 5, 6))


@pytest.mark.parametrize(
    ("day", "count", "after"),
    [
        (MONDAY, 3, date(2026, 3, 5)),
        (FRIDAY, 1, date(2026, 3, 9)),
        (FRIDAY, 3, date(2026, 3, 11)),
        (SATURDAY, 1, date(2026, 3, 9)),
        (SUNDAY, 3, date(2026, 3, 11)),
        (SUNDAY, 0, SUNDAY),
    ],
)
def test_banks_rest_on_saturdays_and_sundays(day, count, after):
    assert add_working_days(day, count) == after


def test_a_wire_sent_long_ago_is_expected_on_the_next_working_day():
    long_ago = MONDAY - timedelta(days=40)
    assert expected_arrival(sent_on=long_ago, told_on=FRIDAY) == date(2026, 3, 9)
    assert expected_arrival(sent_on=MONDAY, told_on=MONDAY) == date(2026, 3, 5)


# --- the code that banking apps scan (EPC069-12) ------------------------------------------------


def code_of(**changes):
    facts = {
        "holder": "CommPeak Example GmbH",
        "iban": IBAN,
        "bic": BIC,
        "money": EUR_100,
        "reference": "RF2612345674V3",
    }
    return epc_qr(**(facts | changes))


def lines(*fields: str) -> bytes:
    return "\n".join(fields).encode()


def test_the_code_holds_the_fields_of_the_standard_in_their_order():
    """A QR code of the same bytes has the same squares."""
    written = lines(
        "BCD",  # service tag
        "002",  # version
        "1",  # UTF-8
        "SCT",  # SEPA credit transfer
        BIC,
        "CommPeak Example GmbH",
        IBAN,
        "EUR100",
        "",  # purpose
        "RF2612345674V3",  # structured remittance
    )
    expected = segno.make_qr(written, error="m", boost_error=False)
    assert code_of().matrix == expected.matrix
    assert code_of().error == "M"


def test_cents_and_letters_beyond_ascii_are_kept():
    money = Money(Decimal("1234.56"), "EUR")
    written = lines(
        *("BCD", "002", "1", "SCT", BIC, "Größe & Söhne", IBAN),
        *("EUR1234.56", "", "RF2612345674V3"),
    )
    expected = segno.make_qr(written, error="m", boost_error=False)
    assert code_of(money=money, holder="Größe & Söhne").matrix == expected.matrix


@pytest.mark.parametrize(
    "changes",
    [
        {"money": usd("100.00")},
        {"iban": ""},
        {"iban": "AE070331234567890123456"},  # not in SEPA
        {"money": Money(Decimal("1000000000.00"), "EUR")},
        {"holder": "x" * 71},
        {"holder": ""},
    ],
)
def test_there_is_no_code_where_the_standard_has_none(changes):
    assert code_of(**changes) is None


def test_the_code_is_an_image_that_our_content_security_policy_allows():
    uri = as_data_uri(code_of())
    assert uri.startswith("data:image/svg+xml")
    assert "script" not in uri
    assert len(uri) < 12_000

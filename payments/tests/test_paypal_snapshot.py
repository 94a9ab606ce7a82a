"""What the gateway reads from PayPal's objects that a sandbox seldom shows."""

from typing import Any

import pytest

from payments.gateways.base import Snapshot
from payments.gateways.paypal.snapshot import read_order
from payments.states import FactKind, State
from payments.tests.builders import usd

Json = dict[str, Any]
AT = "2026-03-02T12:00:00Z"


@pytest.fixture(autouse=True)
def _merchant(settings):
    settings.PAYPAL_MERCHANT_ID = "MERCHANT4TEST"


def make_capture(status: str, capture_id: str = "C1", **fields: Any) -> Json:
    amount = {"currency_code": "USD", "value": "50.00"}
    return {"id": capture_id, "status": status, "amount": amount, "create_time": AT, **fields}


def make_unit(**fields: Any) -> Json:
    return {
        "custom_id": "T-1-1",
        "amount": {"currency_code": "USD", "value": "50.00"},
        "payee": {"merchant_id": "MERCHANT4TEST"},
        **fields,
    }


def make_order(status: str = "COMPLETED", *captures: Json, **fields: Any) -> Json:
    payments = {"payments": {"captures": list(captures)}} if captures else {}
    return {
        "id": "O1",
        "intent": "CAPTURE",
        "status": status,
        "purchase_units": [make_unit(**payments)],
        "links": [{"rel": "approve", "href": "https://www.paypal.com/checkoutnow?token=O1"}],
        **fields,
    }


def kinds(snapshot: Snapshot) -> list[FactKind]:
    return [fact.kind for fact in snapshot.facts]


@pytest.mark.parametrize(
    ("status", "facts", "is_processing", "dead"),
    [
        ("COMPLETED", [FactKind.CAPTURE], False, None),
        ("PARTIALLY_REFUNDED", [FactKind.CAPTURE], False, None),
        ("REFUNDED", [FactKind.CAPTURE], False, None),
        ("PENDING", [], True, None),
        ("DECLINED", [], False, State.FAILED),
        ("FAILED", [], False, State.FAILED),
        ("SOMETHING_NEW", [], False, None),
    ],
)
def test_only_a_capture_that_was_completed_is_money(status, facts, is_processing, dead):
    snapshot = read_order(make_order("COMPLETED", make_capture(status)))
    assert kinds(snapshot) == facts
    assert (snapshot.is_processing, snapshot.dead) == (is_processing, dead)


def test_an_amount_is_read_exactly():
    snapshot = read_order(make_order("COMPLETED", make_capture("COMPLETED")))
    assert [fact.money for fact in snapshot.facts] == [usd("50.00")]


def test_a_refused_capture_beside_a_completed_one_ends_nothing():
    captures = make_capture("DECLINED"), make_capture("COMPLETED", "C2")
    snapshot = read_order(make_order("COMPLETED", *captures))
    assert (kinds(snapshot), snapshot.dead) == ([FactKind.CAPTURE], None)


def test_an_order_that_paypal_voided_has_expired():
    assert read_order(make_order("VOIDED")).dead == State.EXPIRED


def test_an_older_approve_link_is_as_good():
    snapshot = read_order(make_order("CREATED"))
    assert snapshot.next_step.url == "https://www.paypal.com/checkoutnow?token=O1"


def test_a_payer_named_the_old_way_is_found():
    order = make_order("APPROVED", payer={"email_address": "ann@example.com"})
    assert read_order(order).payer_email == "ann@example.com"


def test_a_long_address_is_kept_whole_but_not_shown_as_instrument():
    address = f"{'a' * 60}@example.com"
    order = make_order(
        "COMPLETED",
        make_capture("COMPLETED"),
        payment_source={"paypal": {"email_address": address}},
    )
    snapshot = read_order(order)
    assert (snapshot.payer_email, snapshot.instrument) == (address, "PayPal")


@pytest.mark.parametrize(
    "changes",
    [
        {"intent": "AUTHORIZE"},
        {"purchase_units": [make_unit(), make_unit()]},
        {"purchase_units": [make_unit(payee={"merchant_id": "2222SMEBDY222"})]},
        {"purchase_units": [make_unit(payee=None)]},
    ],
)
def test_an_order_unlike_ours_is_for_staff(changes):
    assert read_order(make_order("APPROVED", **changes)).review_reason != ""


def test_a_key_that_is_missing_is_nobodys():
    unit = make_unit()
    del unit["custom_id"]
    assert read_order(make_order("APPROVED", purchase_units=[unit])).key == ""


@pytest.mark.parametrize("status", ["CANCELLED", "FAILED", "PENDING"])
def test_a_refund_that_is_not_completed_is_not_certain(status):
    payments = {
        "captures": [make_capture("COMPLETED")],
        "refunds": [make_capture(status, "R1")],
    }
    order = make_order(purchase_units=[make_unit(payments=payments)])
    assert kinds(read_order(order)) == [FactKind.CAPTURE]


@pytest.mark.parametrize(
    ("stage", "outcome", "facts"),
    [
        ("CHARGEBACK", None, [FactKind.DISPUTE]),
        ("ARBITRATION", None, [FactKind.DISPUTE]),
        (None, None, [FactKind.DISPUTE]),
        ("CHARGEBACK", "NONE", [FactKind.DISPUTE]),
        ("INQUIRY", None, []),
        ("INQUIRY", "CANCELED_BY_BUYER", []),
        ("INQUIRY", "RESOLVED_BUYER_FAVOUR", [FactKind.DISPUTE, FactKind.DISPUTE_LOST]),
        ("CHARGEBACK", "CANCELED_BY_BUYER", [FactKind.DISPUTE, FactKind.DISPUTE_WON]),
    ],
)
def test_a_dispute_by_its_stage_and_outcome(stage, outcome, facts):
    dispute = {
        "dispute_id": "PP-D-1",
        "create_time": AT,
        "dispute_amount": {"currency_code": "USD", "value": "50.00"},
        "dispute_life_cycle_stage": stage,
        "dispute_outcome": {"outcome_code": outcome} if outcome else None,
    }
    assert kinds(read_order(make_order("COMPLETED"), [dispute])) == facts
